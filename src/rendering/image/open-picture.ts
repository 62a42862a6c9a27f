import sharp, { type Metadata } from 'sharp';
import { ContentError } from '../../errors.js';
import type { SourceFile } from '../renderer.js';
import { findCameraPreview, readCameraPreview } from './camera-raw/camera-raw.js';
import { type DecodingPool, toDecodedPicture } from './decoded-picture.js';
import type { Picture } from './picture.js';
import { empty, noPreview, notWhatItSays } from './refusals.js';
import type { ImageSettings } from './settings.js';
import { tiffPages } from './tiff-pages.js';
import { toVipsPicture } from './vips-picture.js';

export interface PictureParts {
  readonly settings: ImageSettings;
  readonly decoding: DecodingPool;
}

const vipsFormats = new Set<Metadata['format']>(['jpeg', 'png', 'webp', 'gif', 'heif']);

/** Whatever a file is said to be, its bytes decide what it is. `page` counts from 1. Rejects also with what libvips says of it. */
export async function openPicture(source: SourceFile, page: number, parts: PictureParts): Promise<Picture> {
  const { path, sizeBytes, contentType } = source;
  if (sizeBytes === 0) throw empty();
  const metadata = await readMetadata(path).catch((error: unknown) => error);
  if (!isMetadata(metadata)) return openUnknown(path, metadata, parts);
  const { format, compression, autoOrient, hasAlpha } = metadata;
  if (format === 'heif' && compression !== 'av1') {
    return toDecodedPicture(path, { ...autoOrient, hasAlpha }, parts.settings.maxPixels, parts.decoding);
  }
  if (format === 'tiff') return (await openCameraRaw(path, parts)) ?? openTiff(path, page, parts);
  if (!vipsFormats.has(format)) throw notWhatItSays(contentType);
  return toVipsPicture({ read: async () => path, metadata }, parts.settings);
}

async function openUnknown(path: string, error: unknown, parts: PictureParts): Promise<Picture> {
  const picture = await openCameraRaw(path, parts);
  if (picture) return picture;
  throw error;
}

async function openCameraRaw(path: string, { settings }: PictureParts): Promise<Picture | null> {
  const preview = await findCameraPreview(path);
  if (preview === null) return null;
  if (preview === 'none') throw noPreview();
  const read = () => readCameraPreview(path, preview);
  return toVipsPicture({ read, metadata: await readMetadata(await read()) }, settings);
}

async function openTiff(path: string, page: number, { settings }: PictureParts): Promise<Picture> {
  const pages = await tiffPages(path);
  const directory = pages[page - 1];
  if (directory === undefined) {
    const count = pages.length === 1 ? '1 page' : `${pages.length} pages`;
    throw new ContentError('NOT_FOUND', `Page ${page} does not exist: the picture has ${count}`);
  }
  const metadata = await readMetadata(path, directory);
  return toVipsPicture({ read: async () => path, metadata, page: directory, pageCount: pages.length }, settings);
}

function readMetadata(input: string | Buffer, page?: number): Promise<Metadata> {
  return sharp(input, { ...(page === undefined ? {} : { page }), limitInputPixels: false }).metadata();
}

function isMetadata(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && 'format' in value;
}
