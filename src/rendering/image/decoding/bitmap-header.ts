import type { Size } from '../../fit.js';

/** How the pixels of a Windows bitmap are written. https://learn.microsoft.com/windows/win32/gdi/bitmap-storage */
export interface BitmapHeader extends Size {
  /** Bitmaps begin with their last row unless they say otherwise. */
  readonly topDown: boolean;
  readonly bitsPerPixel: 1 | 2 | 4 | 8 | 16 | 24 | 32;
  readonly runLength: boolean;
  /** Red, green, blue, in three bytes each; of 8 bits or fewer. */
  readonly palette: Uint8Array;
  /** Which bits of a pixel are red, green, blue and opacity; of 16 and 32 bits. */
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number];
  /** Of the header with all that belongs to it. */
  readonly bytes: number;
}

/** What is read of a file to find its header whole. */
export const maxBitmapHeaderBytes = 124 + 16 + 256 * 4;
export const bitmapFileHeaderBytes = 14;

const os2HeaderBytes = 12;
const infoHeaderBytes = 40;
const compressions = { none: 0, runLength8: 1, runLength4: 2, bitfields: 3, alphaBitfields: 6 } as const;
const depths: readonly number[] = [1, 2, 4, 8, 16, 24, 32];
const masksOf16 = [0x7c00, 0x03e0, 0x001f, 0] as const;
const masksOf32 = [0xff0000, 0xff00, 0xff, 0] as const;

/** `header` begins with its own length. null for none, and for a kind that holds another file or a camera's data. */
export function readBitmapHeader(header: Buffer): BitmapHeader | null {
  if (header.length < os2HeaderBytes) return null;
  const ownBytes = header.readUInt32LE(0);
  if (ownBytes === os2HeaderBytes) return readOs2Header(header);
  if (ownBytes < infoHeaderBytes || ownBytes > 124 || header.length < infoHeaderBytes) return null;
  const compression = header.readUInt32LE(16);
  const bitsPerPixel = header.readUInt16LE(14);
  const hasMasks = compression === compressions.bitfields || compression === compressions.alphaBitfields;
  const runLength = compression === compressions.runLength8 || compression === compressions.runLength4;
  const width = header.readInt32LE(4);
  const height = header.readInt32LE(8);
  if (width <= 0 || height === 0 || !isDepth(bitsPerPixel)) return null;
  if (!hasMasks && !runLength && compression !== compressions.none) return null;
  const masksBehind = hasMasks && ownBytes === infoHeaderBytes ? (compression === compressions.alphaBitfields ? 16 : 12) : 0;
  const paletteStart = ownBytes + masksBehind;
  const palette = readPalette(header.subarray(paletteStart), 4, paletteLength(bitsPerPixel, header.readUInt32LE(32)));
  return {
    width,
    height: Math.abs(height),
    topDown: height < 0,
    bitsPerPixel,
    runLength,
    palette,
    masks: hasMasks ? readMasks(header, masksBehind === 12 || ownBytes === 52) : bitsPerPixel === 16 ? masksOf16 : masksOf32,
    bytes: paletteStart + (palette.length / 3) * 4,
  };
}

function readOs2Header(header: Buffer): BitmapHeader | null {
  const bitsPerPixel = header.readUInt16LE(10);
  const [width, height] = [header.readUInt16LE(4), header.readUInt16LE(6)];
  if (width === 0 || height === 0 || !isDepth(bitsPerPixel)) return null;
  const palette = readPalette(header.subarray(os2HeaderBytes), 3, paletteLength(bitsPerPixel, 0));
  return {
    width,
    height,
    topDown: false,
    bitsPerPixel,
    runLength: false,
    palette,
    masks: bitsPerPixel === 16 ? masksOf16 : masksOf32,
    bytes: os2HeaderBytes + palette.length,
  };
}

function isDepth(bits: number): bits is BitmapHeader['bitsPerPixel'] {
  return depths.includes(bits);
}

/** 0 stands for all that so many bits can name; of more bits a palette is only a proposal, which is skipped. */
function paletteLength(bitsPerPixel: number, said: number): number {
  if (bitsPerPixel > 8) return Math.min(said, 256);
  return said === 0 ? 2 ** bitsPerPixel : Math.min(said, 256);
}

/** Blue, green, red in the file. */
function readPalette(bytes: Buffer, entryBytes: 3 | 4, length: number): Uint8Array {
  const palette = new Uint8Array(length * 3);
  for (let entry = 0; entry < length; entry += 1) {
    const at = entry * entryBytes;
    palette.set([bytes[at + 2] ?? 0, bytes[at + 1] ?? 0, bytes[at] ?? 0], entry * 3);
  }
  return palette;
}

function readMasks(header: Buffer, withoutAlpha: boolean): BitmapHeader['masks'] {
  const mask = (index: number) => header.readUInt32LE(infoHeaderBytes + index * 4);
  return [mask(0), mask(1), mask(2), withoutAlpha ? 0 : mask(3)];
}
