import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ContentError } from '../../../errors.js';
import { type BitmapHeader, maxBitmapHeaderBytes, readBitmapHeader } from './bitmap-header.js';
import { pixelReader } from './bitmap-pixels.js';
import { decodeRunLengths } from './bitmap-run-lengths.js';
import type { BitmapPlace, Decoded } from './jobs.js';
import { type DecodedPixels, type Rows, shrink } from './shrink.js';

/** A bitmap as it is written: row y from the top. */
interface StoredRows {
  readonly header: BitmapHeader;
  row(y: number): Uint8Array;
  /** Of an icon: one bit a pixel, set where it is transparent. */
  readonly maskRow: ((y: number) => Uint8Array) | null;
}

/** A bitmap alone, or one of an icon. */
export function decodeBitmap(path: string, place: BitmapPlace, edge: number, maxBytes: number): Decoded {
  const file = openSync(path, 'r');
  try {
    const stored = openRows(file, place, maxBytes);
    const { header, maskRow } = stored;
    const isInBits = header.bitsPerPixel === 32 && (maskRow !== null || header.masks[3] !== 0);
    const inBits = isInBits ? shrink(withOpacity(stored, null), edge) : null;
    // Programs that know of no opacity leave its bits at nought.
    if (inBits && isVisible(inBits)) return inBits;
    return shrink(maskRow ? withOpacity(stored, maskRow) : opaque(stored), edge);
  } finally {
    closeSync(file);
  }
}

function openRows(file: number, { offset, pixelOffset }: BitmapPlace, maxBytes: number): StoredRows {
  const found = readBitmapHeader(readSome(file, offset, maxBitmapHeaderBytes));
  if (!found) throw damaged();
  const isIcon = pixelOffset === null;
  // An icon counts the rows of its mask as well.
  const header = isIcon ? { ...found, height: Math.floor(found.height / 2) } : found;
  const { width, height, topDown } = header;
  const start = pixelOffset ?? offset + found.bytes;
  const placeOf = (y: number) => (topDown ? y : height - 1 - y);
  if (header.runLength) {
    const fileBytes = Math.max(0, fstatSync(file).size - start);
    if (width * height + fileBytes > maxBytes) throw tooLarge();
    const pixels = decodeRunLengths(readSome(file, start, fileBytes), header);
    return { header: { ...header, bitsPerPixel: 8 }, row: (y) => pixels.subarray(placeOf(y) * width), maskRow: null };
  }
  const stride = strideOf(width, header.bitsPerPixel);
  const maskStride = strideOf(width, 1);
  const maskStart = start + height * stride;
  return {
    header,
    row: (y) => readWhole(file, start + placeOf(y) * stride, stride),
    maskRow: isIcon ? (y) => readSome(file, maskStart + placeOf(y) * maskStride, maskStride) : null,
  };
}

function opaque({ header, row }: StoredRows): Rows {
  const read = pixelReader(header);
  const pixels = new Uint8Array(header.width * 4);
  const colours = new Uint8Array(header.width * 3);
  return {
    width: header.width,
    height: header.height,
    channels: 3,
    row: (y) => {
      read(row(y), pixels);
      for (let x = 0; x < header.width; x += 1) colours.set(pixels.subarray(x * 4, x * 4 + 3), x * 3);
      return colours;
    },
  };
}

function withOpacity({ header, row }: StoredRows, maskRow: StoredRows['maskRow']): Rows {
  // An icon's pixels have 32 bits of which the upper eight are opacity, although nothing says so.
  const [red, green, blue, alpha] = header.masks;
  const read = pixelReader({ ...header, masks: [red, green, blue, alpha || 0xff000000] });
  const pixels = new Uint8Array(header.width * 4);
  return {
    width: header.width,
    height: header.height,
    channels: 4,
    row: (y) => {
      read(row(y), pixels);
      const mask = maskRow?.(y);
      for (let x = 0; mask && x < header.width; x += 1) {
        pixels[x * 4 + 3] = ((mask[x >> 3] ?? 0) >> (7 - (x & 7))) & 1 ? 0 : 255;
      }
      return pixels;
    },
  };
}

function isVisible({ bytes }: DecodedPixels): boolean {
  for (let at = 3; at < bytes.length; at += 4) if (bytes[at] !== 0) return true;
  return false;
}

/** Rows begin at multiples of four bytes. */
function strideOf(width: number, bitsPerPixel: number): number {
  return Math.ceil((width * bitsPerPixel) / 32) * 4;
}

function readWhole(file: number, position: number, length: number): Buffer {
  const bytes = readSome(file, position, length);
  if (bytes.length < length) throw damaged();
  return bytes;
}

/** Fewer where the file ends. */
function readSome(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}

function damaged(): ContentError {
  return new ContentError('PROVIDER_ERROR', 'The BMP picture is damaged or incomplete');
}

function tooLarge(): ContentError {
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', 'The BMP picture needs too much memory to be drawn');
}
