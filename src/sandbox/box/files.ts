import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { touch } from './account.js';
import { apiPath } from './paths.js';
import { notFound, Refusal } from './refusals.js';
import { assertMatches, type Box, type ById, isNotModified, toItem } from './routes.js';
import { assertLinkOpens, toSharedLink } from './shared-links.js';

const update = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  parent: z.object({ id: z.coerce.string() }).optional(),
  shared_link: z.unknown().optional(),
});

const placement = z.object({ name: z.string().optional(), parent: z.object({ id: z.coerce.string() }).optional() });
const maxDescription = 255;

/** https://developer.box.com/reference/get-files-id/ and its neighbours. */
export function addFileRoutes(app: FastifyInstance, box: Box): void {
  const { account } = box;
  const path = `${apiPath}/files/:id`;

  app.get<ById>(path, async (request, reply) => {
    const file = account.file(request.params.id);
    assertLinkOpens(account, request, file);
    return isNotModified(request, file) ? reply.code(304).send() : toItem(box, file, request);
  });

  app.put<ById>(path, async (request) => {
    const file = account.liveFile(request.params.id);
    assertMatches(request, file);
    const { name = file.name, description, parent, shared_link: link } = update.parse(request.body);
    const parentId = parent?.id ?? file.parentId ?? '';
    account.folder(parentId);
    account.assertFree(name, parentId, { except: file });
    if (link !== undefined) file.sharedLink = link === null ? null : toSharedLink(link, file.sharedLink);
    Object.assign(file, { name, parentId, description: description?.slice(0, maxDescription) ?? file.description });
    touch(file);
    return toItem(box, file, request);
  });

  app.delete<ById>(path, async (request, reply) => {
    const file = account.liveFile(request.params.id);
    assertMatches(request, file);
    file.trashedAt = new Date();
    return reply.code(204).send();
  });

  app.post<ById>(path, async (request, reply) => {
    const file = trashedFile(box, request.params.id);
    const { name = file.name, parent } = placement.parse(request.body ?? {});
    const parentId = account.isTrashed({ ...file, trashedAt: null }) ? (parent?.id ?? '0') : (file.parentId ?? '0');
    account.assertFree(name, parentId);
    Object.assign(file, { name, parentId, trashedAt: null, sharedLink: null });
    touch(file);
    return reply.code(201).send(toItem(box, file, request));
  });

  app.get<ById>(`${path}/trash`, async (request) => toItem(box, trashedFile(box, request.params.id), request));

  app.delete<ById>(`${path}/trash`, async (request, reply) => {
    account.purge(trashedFile(box, request.params.id));
    return reply.code(204).send();
  });

  app.post<ById>(`${path}/copy`, async (request, reply) => {
    const source = account.liveFile(request.params.id);
    const { name = source.name, parent } = placement.parse(request.body);
    const version = source.versions.at(-1);
    if (!version || !parent) throw notFound('d', parent?.id ?? '');
    const copy = account.addFile({ name, parentId: parent.id, bytes: version.bytes, pages: version.pages });
    return reply.code(201).send(toItem(box, copy, request));
  });
}

function trashedFile({ account }: Box, id: string) {
  const file = account.file(id);
  if (file.trashedAt === null) throw new Refusal(404, 'not_trashed', 'Item is not trashed');
  return file;
}
