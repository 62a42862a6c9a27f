import type { Attachment } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { type ImageFormat, type LadderSize, ladder, type ThumbnailSpec, toLadderSize } from '../../rendition.js';
import type { ResponsiveArgs } from '../attachment/attachment.args.js';
import type { GraphContext } from '../context.js';
import { signUrl } from '../deliverable/deliverable.type.js';
import { defaultExpiresInSeconds } from '../deliverable/url.args.js';
import { Drawing } from './picture.js';
import { ResponsiveImage } from './responsive.type.js';

const maxWidths = 10;

export function toResponsiveImage(
  attachment: Attachment,
  { widths, format }: ResponsiveArgs,
  context: GraphContext,
): ResponsiveImage {
  if (widths.length < 1 || widths.length > maxWidths) {
    throw new ContentError('BAD_USER_INPUT', `widths must be from 1 to ${maxWidths} widths, got ${widths.length}`);
  }
  const asked = widths.map((width) => toLadderSize(width, 'widths'));
  const candidates = candidatesFor(asked, attachment, format ?? 'WEBP', context);
  const widest = candidates.at(-1);
  const thumbhash = context.renditions.thumbhash(attachment)?.toString('base64') ?? null;
  return Object.assign(new ResponsiveImage(), {
    src: widest?.url ?? null,
    srcSet: widest ? candidates.map(({ url, width }) => `${url} ${width}w`).join(', ') : null,
    width: widest?.size?.width ?? null,
    height: widest?.size?.height ?? null,
    thumbhash,
  });
}

interface Candidate {
  readonly url: string;
  /** What srcset announces: the real width, or the size asked for while that is not known. */
  readonly width: number;
  readonly size: { readonly width: number; readonly height: number } | null;
}

/** Narrowest first, one for each real width: a small original gives fewer than were asked for. */
function candidatesFor(
  asked: readonly LadderSize[],
  attachment: Attachment,
  format: ImageFormat,
  context: GraphContext,
): readonly Candidate[] {
  const byWidth = new Map<number, Candidate>();
  for (const width of [...asked].sort((a, b) => a - b)) {
    const spec = specOfWidth(width, attachment, format, context);
    const url = signUrl(new Drawing(attachment, spec, context).knownTarget, 'INLINE', defaultExpiresInSeconds, context);
    if (url === null) return [];
    const size = context.renditions.expectedSize(attachment, spec);
    const announced = size?.width ?? spec.size;
    if (!byWidth.has(announced)) byWidth.set(announced, { url, width: announced, size });
  }
  return [...byWidth.values()];
}

/** A thumbnail's size is its longest edge: a tall picture needs a larger one to be as wide as asked. */
function specOfWidth(
  width: LadderSize,
  attachment: Attachment,
  format: ImageFormat,
  { renditions }: GraphContext,
): ThumbnailSpec {
  const specs = ladder.filter((size) => size >= width).map((size): ThumbnailSpec => ({ kind: 'thumbnail', size, format }));
  const widthOf = (spec: ThumbnailSpec) => renditions.expectedSize(attachment, spec)?.width ?? spec.size;
  return (
    specs.find((spec) => widthOf(spec) >= width) ?? specs.reduce((best, spec) => (widthOf(spec) > widthOf(best) ? spec : best))
  );
}
