import type { Metadata } from 'sharp';
import type { SourceFile } from '../renderer.js';
import { openCameraRaw } from './camera-raw/camera-picture.js';
import { openHeif } from './heif-picture.js';
import { openPhotoshop } from './photoshop-picture.js';
import type { Picture } from './picture.js';
import type { PictureParts } from './picture-parts.js';
import { empty, notWhatItSays } from './refusals.js';
import { openTiff } from './tiff-picture.js';
import { readMetadata, toVipsPicture } from './vips-picture.js';
import { openBitmap, openIcon } from './windows-picture.js';

const vipsFormats = new Set<Metadata['format']>(['jpeg', 'png', 'webp', 'gif']);
/** Who looks at a file that libvips does not know, in this order. */
const openers = [openCameraRaw, openBitmap, openIcon, openPhotoshop];

/** Whatever a file is said to be, its bytes decide what it is. `page` counts from 1. Rejects also with what libvips says of it. */
export async function openPicture(source: SourceFile, page: number, parts: PictureParts): Promise<Picture> {
  const { path, sizeBytes, contentType } = source;
  if (sizeBytes === 0) throw empty();
  const metadata = await readMetadata(path).catch((error: unknown) => error);
  if (!isMetadata(metadata)) return openUnknown(path, metadata, parts);
  const { format } = metadata;
  if (format === 'heif') return openHeif(path, metadata, parts);
  if (format === 'tiff') return (await openCameraRaw(path, parts)) ?? openTiff(path, page, parts);
  if (!vipsFormats.has(format)) throw notWhatItSays(contentType);
  return toVipsPicture({ read: async () => path, metadata }, parts.settings);
}

async function openUnknown(path: string, error: unknown, parts: PictureParts): Promise<Picture> {
  for (const open of openers) {
    const picture = await open(path, parts);
    if (picture) return picture;
  }
  throw error;
}

function isMetadata(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && 'format' in value;
}
