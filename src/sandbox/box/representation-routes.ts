import type { FastifyInstance } from 'fastify';
import { targetOf } from '../simulator.js';
import type { BoxVersion } from './account.js';
import { apiPath, uploadPath } from './paths.js';
import { Refusal, refusalOf } from './refusals.js';
import { namedRepresentation, type Representation } from './representations.js';
import { type Box, sendBytes, versionOf } from './routes.js';

/** https://developer.box.com/guides/representations/download-a-representation/ */
export function addRepresentationRoutes(app: FastifyInstance, box: Box): void {
  interface Named {
    readonly Params: { readonly id: string; readonly versionId: string; readonly name: string; readonly '*': string };
  }
  app.get<Named>(`${apiPath}/internal_files/:id/versions/:versionId/representations/:name`, async (request) => {
    const file = box.account.liveFile(request.params.id);
    const pending = box.sandbox.faults.take('pending', targetOf(request)) !== null;
    const version = versionOf(file, request.params.versionId);
    return box.representations.info(file, version, request.params.name, box.sandbox.url, pending);
  });
  app.get<Named>(
    `${uploadPath}/internal_files/:id/versions/:versionId/representations/:name/content/*`,
    async (request, reply) => {
      const { id, versionId, name, '*': asset } = request.params;
      const version = versionOf(box.account.liveFile(id), versionId);
      const representation = namedRepresentation(version, name);
      if (!box.representations.isReady(version, representation)) return reply.code(202).send();
      const { contentType, bytes } = await drawAsset(box, version, representation, asset);
      return sendBytes(request, reply.type(contentType), bytes);
    },
  );
}

async function drawAsset(box: Box, version: BoxVersion, { type, picture }: Representation, asset: string) {
  if (!picture) {
    if (asset !== '') throw refusalOf(404);
    return { contentType: type === 'pdf' ? 'application/pdf' : 'text/plain', bytes: version.bytes };
  }
  const { format, size, paged } = picture;
  const page = paged ? Number(/^(\d{1,4})\.png$/.exec(asset)?.[1]) : 1;
  if (!paged && asset !== '') throw refusalOf(404);
  const bytes = page >= 1 ? await box.pictures.draw(version, { format, size, page }) : null;
  if (!bytes) throw new Refusal(400, 'requested_page_out_of_range', 'Requested representation page out of range');
  return { contentType: format === 'png' ? 'image/png' : 'image/jpeg', bytes };
}
