import type { FastifyInstance } from 'fastify';
import { targetOf } from '../simulator.js';
import { apiPath } from './paths.js';
import { refusalOf } from './refusals.js';
import { type Box, type ById, queryOf, sendBytes, versionOf } from './routes.js';
import { assertLinkOpens } from './shared-links.js';

const downloadPath = '/d/1';

/** https://developer.box.com/reference/get-files-id-content/ */
export function addContentRoutes(app: FastifyInstance, box: Box): void {
  app.get<ById>(`${apiPath}/files/:id/content`, async (request, reply) => {
    const file = box.account.liveFile(request.params.id);
    assertLinkOpens(box.account, request, file);
    const version = versionOf(file, queryOf(request, 'version'));
    const pending = box.sandbox.faults.take('pending', targetOf(request));
    if (pending)
      return reply
        .code(202)
        .header('retry-after', `${pending.retryAfterSeconds ?? 1}`)
        .send();
    const token = box.downloads.write(file.id, version.id);
    return reply.code(302).header('location', `${box.sandbox.url}${downloadPath}/${token}/download`).send();
  });
}

/** The token in its path is all that a download needs. */
export function addDownloadRoutes(app: FastifyInstance, box: Box): void {
  app.get<{ Params: { readonly token: string } }>(`${downloadPath}/:token/download`, async (request, reply) => {
    const target = box.downloads.read(request.params.token);
    if (!target) throw refusalOf(404);
    const { name, bytes } = versionOf(box.account.file(target.fileId), target.versionId);
    const filename = encodeURIComponent(name).replaceAll("'", '%27');
    reply.type('application/octet-stream').header('content-disposition', `attachment;filename*=UTF-8''${filename}`);
    return sendBytes(request, reply, bytes);
  });
}
