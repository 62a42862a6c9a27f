import sharp, { type Metadata } from 'sharp';
import type { Picture } from './picture.js';
import type { ImageSettings } from './settings.js';

export interface VipsSource {
  /** A path, or the bytes of a file inside another one. */
  read(): Promise<string | Buffer>;
  readonly metadata: Metadata;
  /** Of several frames or pictures, counted from 0; absent for the one that the file calls its main one. */
  readonly page?: number;
  readonly pageCount?: number;
}

/** Of a file that libvips reads, without a pixel decoded. Rejects with what libvips says. */
export function readMetadata(input: string | Buffer, page?: number): Promise<Metadata> {
  return sharp(input, { ...(page === undefined ? {} : { page }), limitInputPixels: false }).metadata();
}

/** A file that libvips reads. */
export function toVipsPicture(source: VipsSource, settings: ImageSettings): Picture {
  const { metadata, pageCount = null } = source;
  const maxPixels = maxPixelsOf(metadata, settings);
  const page = source.page === undefined ? {} : { page: source.page };
  return {
    ...metadata.autoOrient,
    hasAlpha: metadata.hasAlpha,
    pageCount,
    maxPixels,
    pixels: async () => sharp(await source.read(), { ...page, limitInputPixels: maxPixels, failOn: 'warning' }),
  };
}

/** A JPEG in one scan is read row by row; of a progressive one all of its coefficients are in memory at once. */
function maxPixelsOf({ format, isProgressive }: Metadata, { maxPixels, maxJpegPixels }: ImageSettings): number {
  return format === 'jpeg' && !isProgressive ? Math.max(maxJpegPixels, maxPixels) : maxPixels;
}
