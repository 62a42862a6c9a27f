import { defaultPageWidth, type ImageFormat, type LadderSize, type ThumbnailSpec, toLadderSize } from '../../rendition.js';
import type { RenditionArgs, ThumbnailArgs } from '../attachment/attachment.args.js';

export interface PageForm {
  readonly width: LadderSize;
  readonly format: ImageFormat;
}

/** BAD_USER_INPUT for a size outside the ladder. */
export function parseThumbnailSpec({ size, format }: ThumbnailArgs): ThumbnailSpec {
  return { kind: 'thumbnail', size: toLadderSize(size ?? 320, 'size'), format: format ?? 'JPEG' };
}

/** BAD_USER_INPUT for a width outside the ladder. */
export function parsePageForm({ width, format }: Pick<RenditionArgs, 'width' | 'format'>): PageForm {
  return { width: toLadderSize(width ?? defaultPageWidth, 'width'), format: format ?? 'PNG' };
}
