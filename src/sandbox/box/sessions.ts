import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { targetOf } from '../simulator.js';
import type { BoxFile } from './account.js';
import { uploadPath } from './paths.js';
import { Refusal, refusalOf } from './refusals.js';
import { assertMatches, type Box, type ById, headerOf, toItem, toOffsetPage } from './routes.js';
import { assertUploadable } from './uploads.js';

interface Part {
  readonly part_id: string;
  readonly offset: number;
  readonly size: number;
  readonly sha1: string;
}

interface Session {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** A new file's folder, or the file that a version is for. */
  readonly target: { readonly folderId: string } | { readonly file: BoxFile };
  readonly expiresAt: Date;
  readonly bytes: Buffer;
  readonly parts: Map<number, Part>;
}

const leastFileBytes = 20_000_000;
const partBytes = 8 * 1024 * 1024;
const lifetimeMs = 7 * 86_400_000;
const maxSessions = 4;

const creation = z.object({
  folder_id: z.coerce.string().optional(),
  file_size: z.unknown().optional(),
  file_name: z.string().optional(),
});
const commitment = z.object({
  parts: z.array(z.object({ part_id: z.string(), offset: z.number(), size: z.number() })),
  attributes: z.object({ content_modified_at: z.string().optional() }).nullish(),
});

/** https://developer.box.com/guides/uploads/chunked/ Of more than four open sessions the oldest ends. */
export function addSessionRoutes(app: FastifyInstance, box: Box): void {
  const { account } = box;
  const sessions = new LRUCache<string, Session>({ max: maxSessions });
  const path = `${uploadPath}/files/upload_sessions`;
  const find = (id: string): Session => {
    const session = sessions.get(id);
    if (!session) throw refusalOf(404);
    return session;
  };
  const open = (name: string, size: number, target: Session['target']) => {
    const session = toSession(name, size, target);
    sessions.set(session.id, session);
    return describe(session, box.sandbox.url);
  };

  app.post(path, async (request, reply) => {
    const { folder_id: folderId, file_name: name, ...told } = creation.parse(request.body);
    if (folderId === undefined) throw new Refusal(400, 'missing_destination', 'No folder_id was given');
    if (!/^\d+$/.test(folderId)) throw new Refusal(400, 'invalid_folder_id', 'Invalid folder id');
    const size = sizeIn(told);
    if (name === undefined) throw new Refusal(400, 'missing_file_name', 'No file_name was given');
    assertUploadable(account, { name, size, parentId: folderId });
    return reply.code(201).send(open(name, size, { folderId }));
  });

  app.post<ById>(`${uploadPath}/files/:id/upload_sessions`, async (request, reply) => {
    const file = account.liveFile(request.params.id);
    const { file_name: name = file.name, ...told } = creation.parse(request.body);
    const size = sizeIn(told);
    account.assertRoom(size);
    return reply.code(201).send(open(name, size, { file }));
  });

  app.get<ById>(`${path}/:id`, async ({ params }) => describe(find(params.id), box.sandbox.url));

  app.put<ById>(`${path}/:id`, async (request) => ({ part: storePart(find(request.params.id), request) }));

  app.get<ById>(`${path}/:id/parts`, async (request) => {
    const parts = [...find(request.params.id).parts.values()].sort((one, other) => one.offset - other.offset);
    const page = toOffsetPage(request, parts, { byDefault: 1_000, most: 1_000, mostOffset: 10_000 });
    return { ...page, order: [{ by: 'offset', direction: 'ASC' }] };
  });

  app.post<ById>(`${path}/:id/commit`, async (request, reply) => {
    const session = find(request.params.id);
    assertComplete(session, request);
    const pending = box.sandbox.faults.take('pending', targetOf(request));
    if (pending)
      return reply
        .code(202)
        .header('retry-after', `${pending.retryAfterSeconds ?? 1}`)
        .send();
    const file = commit(box, session, request);
    sessions.set(session.id, { ...session, bytes: Buffer.alloc(0) });
    return reply.code(201).send({ total_count: 1, entries: [toItem(box, file, request)] });
  });

  app.delete<ById>(`${path}/:id`, async (request, reply) => {
    sessions.delete(find(request.params.id).id);
    return reply.code(204).send();
  });
}

function toSession(name: string, size: number, target: Session['target']): Session {
  return {
    id: randomBytes(10).toString('hex').toUpperCase(),
    name,
    size,
    target,
    expiresAt: new Date(Date.now() + lifetimeMs),
    bytes: Buffer.alloc(size),
    parts: new Map(),
  };
}

function describe({ id, size, parts, expiresAt }: Session, url: string): unknown {
  const own = `${url}${uploadPath}/files/upload_sessions/${id}`;
  return {
    id,
    type: 'upload_session',
    num_parts_processed: parts.size,
    part_size: partBytes,
    total_parts: Math.ceil(size / partBytes),
    session_expires_at: `${expiresAt.toISOString().slice(0, 19)}Z`,
    session_endpoints: {
      upload_part: own,
      commit: `${own}/commit`,
      abort: own,
      list_parts: `${own}/parts`,
      status: own,
      log_event: `${own}/log`,
    },
  };
}

function sizeIn({ file_size: size }: { readonly file_size?: unknown }): number {
  if (size === undefined) throw new Refusal(400, 'missing_file_size', 'No file_size was given');
  if (!Number.isInteger(size) || Number(size) < 0) throw new Refusal(400, 'invalid_file_size', 'Invalid file size');
  if (Number(size) < leastFileBytes) throw new Refusal(400, 'file_size_too_small', 'File size too small');
  return Number(size);
}

/** https://developer.box.com/reference/put-files-upload-sessions-id/ */
function storePart(session: Session, request: FastifyRequest): Part {
  const bytes = request.body as Buffer;
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headerOf(request, 'content-range') ?? '');
  const [offset, end, size] = [Number(range?.[1]), Number(range?.[2]), Number(range?.[3])];
  const isLast = end + 1 === session.size;
  const fits = size === session.size && offset % partBytes === 0 && end - offset + 1 === bytes.length;
  if (!range || !fits || (!isLast && bytes.length !== partBytes) || end >= size) {
    throw new Refusal(416, 'range_not_satisfiable', 'The content range does not fit the parts of this session');
  }
  assertDigest(request, bytes);
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  const stored = session.parts.get(offset);
  if (stored && stored.sha1 !== sha1) throw new Refusal(409, 'range_overlaps_existing_part', 'Range overlaps existing part');
  bytes.copy(session.bytes, offset);
  const part = stored ?? { part_id: randomBytes(4).toString('hex').toUpperCase(), offset, size: bytes.length, sha1 };
  session.parts.set(offset, part);
  return part;
}

function assertComplete(session: Session, request: FastifyRequest): void {
  const { parts } = commitment.parse(request.body);
  const total = [...session.parts.values()].reduce((sum, { size }) => sum + size, 0);
  const all = parts.every(({ part_id: id, offset }) => session.parts.get(offset)?.part_id === id);
  if (!all || parts.length !== session.parts.size || total !== session.size) {
    throw new Refusal(400, 'parts_mismatch', 'The list of parts does not match what was uploaded');
  }
  assertDigest(request, session.bytes);
}

function commit({ account }: Box, { name, target, bytes }: Session, request: FastifyRequest): BoxFile {
  if ('folderId' in target) return account.addFile({ name, parentId: target.folderId, bytes });
  assertMatches(request, target.file);
  account.addVersion(target.file, bytes, name);
  return target.file;
}

/** "sha=<base64>", in either case. */
function assertDigest(request: FastifyRequest, bytes: Buffer): void {
  const expected = createHash('sha1').update(bytes).digest('base64');
  const actual = /^sha=(.+)$/i.exec(headerOf(request, 'digest') ?? '')?.[1];
  if (actual === expected) return;
  throw new Refusal(400, 'digest_mismatch', `File digest was incorrect. Actual: ${actual ?? ''} Expected: ${expected}`);
}
