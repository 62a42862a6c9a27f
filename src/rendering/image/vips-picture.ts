import type { Metadata } from 'sharp';
import type { Picture } from './picture.js';
import type { ImageSettings } from './settings.js';
import { sharp } from './sharp.js';

const readInRows = new Set<Metadata['format']>(['jpeg', 'png', 'tiff']);

export interface VipsSource {
  /** A path, or the bytes of a file inside another one. */
  read(): Promise<string | Buffer>;
  readonly metadata: Metadata;
  /** Of several frames or pictures, counted from 0; absent for the one that the file calls its main one. */
  readonly page?: number;
  readonly pageCount?: number;
  readonly profile?: Uint8Array | null;
}

/** Of a file that libvips reads, without a pixel decoded. Rejects with what libvips says. */
export function readMetadata(input: string | Buffer, page?: number): Promise<Metadata> {
  return sharp(input, { ...(page === undefined ? {} : { page }), limitInputPixels: false }).metadata();
}

/** A file that libvips reads. */
export function toVipsPicture(source: VipsSource, settings: ImageSettings): Picture {
  const { metadata, pageCount = null, profile = null } = source;
  const maxPixels = maxPixelsOf(metadata, settings);
  const page = source.page === undefined ? {} : { page: source.page };
  return {
    ...metadata.autoOrient,
    hasAlpha: metadata.hasAlpha,
    vector: false,
    pageCount,
    maxPixels,
    profile,
    pixels: async () => sharp(await source.read(), { ...page, limitInputPixels: maxPixels, failOn: 'warning' }),
  };
}

/** What is written in rows is read in rows; of all else every pixel or coefficient is in memory at once. */
function maxPixelsOf({ format, isProgressive }: Metadata, settings: ImageSettings): number {
  if (isProgressive || !readInRows.has(format)) return Math.min(settings.maxBufferedPixels, settings.maxPixels);
  return format === 'jpeg' ? Math.max(settings.maxJpegPixels, settings.maxPixels) : settings.maxPixels;
}
