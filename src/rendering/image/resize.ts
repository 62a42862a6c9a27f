import type { RenditionSpec } from '../../rendition.js';
import { fitInside, fitWidth } from '../fit.js';
import type { PictureHeader } from '../offered-picture.js';
import type { RenderedImage } from '../renderer.js';
import { encode } from './encode.js';
import { toRefusal } from './refusals.js';
import { sharp } from './sharp.js';

export interface ResizeLimits {
  /** Width × height of the picture. */
  readonly maxPixels: number;
  readonly timeoutMs: number;
}

/** A picture in memory as `spec` asks: upright, never larger than it is. A ContentError where it is damaged or takes too long. */
export async function resizePicture(
  bytes: Buffer,
  header: PictureHeader,
  spec: RenditionSpec,
  limits: ResizeLimits,
): Promise<RenderedImage> {
  const { width, height } = toTarget(header, spec);
  const picture = sharp(bytes, { limitInputPixels: limits.maxPixels, failOn: 'warning' })
    .timeout({ seconds: Math.ceil(limits.timeoutMs / 1000) })
    .autoOrient()
    .resize(width, height, { fit: 'fill' });
  try {
    const { data, info } = await encode(picture, spec.format).toBuffer({ resolveWithObject: true });
    return { format: spec.format, width: info.width, height: info.height, bytes: data };
  } catch (error) {
    throw toRefusal(error, header.contentType, limits.timeoutMs);
  }
}

function toTarget(header: PictureHeader, spec: RenditionSpec) {
  const facts = { ...header, vector: false };
  return spec.kind === 'thumbnail' ? fitInside(facts, spec.size) : fitWidth(facts, spec.width);
}
