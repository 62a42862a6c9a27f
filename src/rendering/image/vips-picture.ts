import sharp, { type Metadata } from 'sharp';
import type { Picture } from './picture.js';
import type { ImageSettings } from './settings.js';

/** A file that libvips reads; of several frames or pages the one that is named, counted from 1. */
export function toVipsPicture(path: string, metadata: Metadata, page: number, settings: ImageSettings): Picture {
  const maxPixels = maxPixelsOf(metadata, settings);
  return {
    ...metadata.autoOrient,
    hasAlpha: metadata.hasAlpha,
    pageCount: metadata.format === 'tiff' ? (metadata.pages ?? 1) : null,
    maxPixels,
    pixels: async () => sharp(path, { ...pageOption(page), limitInputPixels: maxPixels, failOn: 'warning' }),
  };
}

/** The first one needs no naming: where a file says which of its pictures is its main one, that is drawn. */
export function pageOption(page: number): { readonly page?: number } {
  return page === 1 ? {} : { page: page - 1 };
}

/** A JPEG in one scan is read row by row; of a progressive one all of its coefficients are in memory at once. */
function maxPixelsOf({ format, isProgressive }: Metadata, { maxPixels, maxJpegPixels }: ImageSettings): number {
  return format === 'jpeg' && !isProgressive ? Math.max(maxJpegPixels, maxPixels) : maxPixels;
}
