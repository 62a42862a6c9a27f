import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type BoxFile, type BoxVersion, touch } from './account.js';
import { apiPath } from './paths.js';
import { notFound } from './refusals.js';
import { assertMatches, type Box, toOffsetPage } from './routes.js';
import { parseFields, toVersion } from './wire.js';

interface OfFile {
  readonly Params: { readonly id: string; readonly versionId: string };
}

const promotion = z.object({ type: z.literal('file_version'), id: z.coerce.string() });
const restoring = z.object({ trashed_at: z.null() });
const limits = { byDefault: 1_000, most: 1_000, mostOffset: 10_000 };

/** Past versions only; the current one is told with its file. https://developer.box.com/reference/get-files-id-versions/ */
export function addVersionRoutes(app: FastifyInstance, { account }: Box): void {
  const path = `${apiPath}/files/:id/versions`;

  app.get<OfFile>(path, async (request) => {
    const past = account.liveFile(request.params.id).versions.slice(0, -1).reverse();
    const page = toOffsetPage(request, past, limits);
    return { ...page, entries: page.entries.map((version) => toVersion(version, parseFields(request.query))) };
  });

  app.get<OfFile>(`${path}/:versionId`, async (request) => {
    const version = find(account.liveFile(request.params.id), request.params.versionId);
    return toVersion(version, parseFields(request.query));
  });

  app.post<OfFile>(`${path}/current`, async (request, reply) => {
    const file = account.liveFile(request.params.id);
    const promoted = account.promote(file, find(file, promotion.parse(request.body).id));
    return reply.code(201).send(toVersion(promoted, parseFields(request.query)));
  });

  app.put<OfFile>(`${path}/:versionId`, async (request) => {
    const version = find(account.liveFile(request.params.id), request.params.versionId);
    restoring.parse(request.body);
    Object.assign(version, { trashedAt: null, restoredAt: new Date() });
    return toVersion(version, restoredFields);
  });

  app.delete<OfFile>(`${path}/:versionId`, async (request, reply) => {
    const file = account.liveFile(request.params.id);
    assertMatches(request, file);
    find(file, request.params.versionId).trashedAt = new Date();
    touch(file);
    return reply.code(204).send();
  });
}

const restoredFields = ['sha1', 'name', 'size', 'created_at', 'trashed_at', 'trashed_by', 'restored_at', 'restored_by'];

function find({ versions }: BoxFile, versionId: string): BoxVersion {
  const version = versions.find(({ id }) => id === versionId);
  if (!version) throw notFound('v', versionId);
  return version;
}
