import type { Size } from '../fit.js';
import { toDecodedPicture } from './decoded-picture.js';
import { bitmapFileHeaderBytes, readBitmapHeader } from './decoding/bitmap-header.js';
import type { Picture } from './picture.js';
import type { PictureParts } from './picture-parts.js';
import { PositionedFile } from './positioned-file.js';
import { readMetadata, toVipsPicture } from './vips-picture.js';

/** A bitmap; null where the file is none. */
export async function openBitmap(path: string, parts: PictureParts): Promise<Picture | null> {
  const head = await PositionedFile.use(path, (file) => file.read(0, 128));
  if (head.toString('latin1', 0, 2) !== 'BM') return null;
  const header = readBitmapHeader(head.subarray(bitmapFileHeaderBytes));
  if (!header) return null;
  const place = { format: 'bitmap', offset: bitmapFileHeaderBytes, pixelOffset: head.readUInt32LE(10) } as const;
  const { width, height, masks } = header;
  const { maxPixels } = parts.settings;
  return toDecodedPicture(
    { width, height, hasAlpha: masks[3] !== 0, maxPixels, job: (edge) => ({ ...place, path, edge }) },
    parts,
  );
}

/** The largest picture of an icon or a cursor; null where the file is neither. */
export async function openIcon(path: string, parts: PictureParts): Promise<Picture | null> {
  const icon = await PositionedFile.use(path, findLargest);
  if (!icon) return null;
  if (icon.isPng) {
    const read = () => PositionedFile.use(path, (file) => file.read(icon.offset, icon.length));
    return toVipsPicture({ read, metadata: await readMetadata(await read()) }, parts.settings);
  }
  const place = { format: 'bitmap', offset: icon.offset, pixelOffset: null } as const;
  const { width, height } = icon;
  const { maxPixels } = parts.settings;
  return toDecodedPicture({ width, height, hasAlpha: true, maxPixels, job: (edge) => ({ ...place, path, edge }) }, parts);
}

const headerBytes = 6;
const entryBytes = 16;
const maxEntries = 100;

interface IconEntry extends Size {
  readonly offset: number;
  readonly length: number;
  readonly isPng: boolean;
}

/** Of equal ones the one of more colours. */
async function findLargest(file: PositionedFile): Promise<IconEntry | null> {
  const header = await file.read(0, headerBytes);
  if (header.length < headerBytes || header.readUInt16LE(0) !== 0 || ![1, 2].includes(header.readUInt16LE(2))) return null;
  const table = await file.read(headerBytes, Math.min(header.readUInt16LE(4), maxEntries) * entryBytes);
  let best: (IconEntry & { readonly bits: number }) | null = null;
  for (let at = 0; at + entryBytes <= table.length; at += entryBytes) {
    const place = { offset: table.readUInt32LE(at + 12), length: table.readUInt32LE(at + 8) };
    const entry = await readEntry(file, place);
    if (entry && (!best || entry.width > best.width || (entry.width === best.width && entry.bits > best.bits))) best = entry;
  }
  return best;
}

/** What the picture says of itself: the table has no room for sizes above 255 px. */
async function readEntry(file: PositionedFile, place: { readonly offset: number; readonly length: number }) {
  const head = await file.read(place.offset, 64);
  if (head.toString('latin1', 1, 4) === 'PNG' && head.length >= 24) {
    return { ...place, isPng: true, width: head.readUInt32BE(16), height: head.readUInt32BE(20), bits: 32 };
  }
  const bitmap = readBitmapHeader(head);
  return (
    bitmap && { ...place, isPng: false, width: bitmap.width, height: Math.floor(bitmap.height / 2), bits: bitmap.bitsPerPixel }
  );
}
