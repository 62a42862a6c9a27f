import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { targetOf } from '../simulator.js';
import { currentVersion, extensionOf } from './account.js';
import { apiPath } from './paths.js';
import { hasPictures, type PictureFormat } from './pictures.js';
import { Refusal } from './refusals.js';
import { type Box, type ById, integerOf } from './routes.js';

const sizes: Readonly<Record<PictureFormat, readonly number[]>> = { png: [32, 64, 128, 256], jpg: [32, 160, 320] };
const least = 32;
const most = 320;
const assetsPath = '/_assets/thumbs';

/** https://developer.box.com/reference/get-files-id-thumbnail-id/ */
export function addThumbnailRoutes(app: FastifyInstance, box: Box): void {
  for (const format of ['png', 'jpg'] as const) {
    app.get<ById>(`${apiPath}/files/:id/thumbnail.${format}`, async (request, reply) => {
      const version = currentVersion(box.account.liveFile(request.params.id));
      const size = chooseSize(request, format);
      const placeholder = `${box.sandbox.url}${assetsPath}/${extensionOf(version.name) || 'file'}.gif`;
      if (!hasPictures(version)) return reply.code(302).header('location', placeholder).send();
      const pending = box.sandbox.faults.take('pending', targetOf(request));
      if (pending) return sendPending(reply, placeholder, pending.retryAfterSeconds);
      const picture = await box.pictures.draw(version, { format, size, page: 1 });
      if (!picture) throw new Refusal(404, 'preview_cannot_be_generated', 'Preview cannot be generated');
      return reply.type(format === 'png' ? 'image/png' : 'image/jpg').send(picture);
    });
  }
}

/** Placeholder graphics are reached without a credential. */
export function addPlaceholderRoutes(app: FastifyInstance, { pictures }: Box): void {
  app.get<{ Params: { readonly extension: string } }>(`${assetsPath}/:extension.gif`, async ({ params }, reply) =>
    reply.type('image/gif').send(await pictures.placeholder(params.extension)),
  );
}

function sendPending(reply: FastifyReply, placeholder: string, retryAfterSeconds = 1): FastifyReply {
  return reply.code(202).header('location', placeholder).header('retry-after', `${retryAfterSeconds}`).send();
}

/** The largest size within the bounds, which are for the size that a thumbnail is named by. */
function chooseSize(request: FastifyRequest, format: PictureFormat): number {
  const bounds = ['min_height', 'min_width', 'max_height', 'max_width'].map((name) => {
    const bound = integerOf(request, name, name.startsWith('min') ? least : most);
    if (bound < least || bound > most) throw unavailable();
    return bound;
  });
  const [minHeight = least, minWidth = least, maxHeight = most, maxWidth = most] = bounds;
  const fitting = sizes[format].filter((size) => size >= Math.max(minHeight, minWidth) && size <= Math.min(maxHeight, maxWidth));
  const largest = fitting.at(-1);
  if (largest === undefined) throw unavailable();
  return largest;
}

function unavailable(): Refusal {
  return new Refusal(400, 'requested_preview_unavailable', 'Requested preview unavailable');
}
