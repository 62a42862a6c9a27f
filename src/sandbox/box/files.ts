import type { FastifyInstance } from 'fastify';
import { currentVersion } from './account.js';
import { placement } from './changes.js';
import { apiPath } from './paths.js';
import { badRequest } from './refusals.js';
import { assertMatches, type Box, type ById, isNotModified, toItem } from './routes.js';
import { assertLinkOpens } from './shared-links.js';

/** https://developer.box.com/reference/get-files-id/ and its neighbours. */
export function addFileRoutes(app: FastifyInstance, box: Box): void {
  const { account } = box;
  const path = `${apiPath}/files/:id`;

  app.get<ById>(path, async (request, reply) => {
    const file = account.file(request.params.id);
    assertLinkOpens(account, request, file);
    return isNotModified(request, file) ? reply.code(304).send() : toItem(box, file, request);
  });

  app.delete<ById>(path, async (request, reply) => {
    const file = account.liveFile(request.params.id);
    assertMatches(request, file);
    file.trashedAt = new Date();
    return reply.code(204).send();
  });

  app.post<ById>(`${path}/copy`, async (request, reply) => {
    const source = account.liveFile(request.params.id);
    const { name = source.name, parent } = placement.parse(request.body);
    if (!parent) throw badRequest('parent', "'parent' is required", 'missing_parameter');
    const { bytes, pages } = currentVersion(source);
    const copy = account.addFile({ name, parentId: parent.id, bytes, pages });
    return reply.code(201).send(toItem(box, copy, request));
  });
}
