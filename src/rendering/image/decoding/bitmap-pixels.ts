import type { BitmapHeader } from './bitmap-header.js';

/** Writes a row of red, green, blue and opacity, four bytes a pixel, from a row as the bitmap has it. */
export type ReadPixels = (row: Uint8Array, target: Uint8Array) => void;

export function pixelReader(header: BitmapHeader): ReadPixels {
  if (header.bitsPerPixel <= 8) return fromPalette(header);
  return header.bitsPerPixel === 24 ? fromBytes(header) : fromBits(header);
}

function fromPalette({ width, bitsPerPixel, palette }: BitmapHeader): ReadPixels {
  const perByte = 8 / bitsPerPixel;
  const lastBits = 2 ** bitsPerPixel - 1;
  return (row, target) => {
    for (let x = 0; x < width; x += 1) {
      const byte = row[Math.floor(x / perByte)] ?? 0;
      const entry = ((byte >> (8 - bitsPerPixel * ((x % perByte) + 1))) & lastBits) * 3;
      write(target, x, palette[entry] ?? 0, palette[entry + 1] ?? 0, palette[entry + 2] ?? 0, 255);
    }
  };
}

function fromBytes({ width }: BitmapHeader): ReadPixels {
  return (row, target) => {
    for (let x = 0; x < width; x += 1) write(target, x, row[x * 3 + 2] ?? 0, row[x * 3 + 1] ?? 0, row[x * 3] ?? 0, 255);
  };
}

function fromBits({ width, bitsPerPixel, masks }: BitmapHeader): ReadPixels {
  const [red, green, blue, alpha] = masks.map(channelOf) as [Channel, Channel, Channel, Channel];
  const bytes = bitsPerPixel / 8;
  return (row, target) => {
    for (let x = 0; x < width; x += 1) {
      let bits = 0;
      for (let byte = bytes - 1; byte >= 0; byte -= 1) bits = bits * 256 + (row[x * bytes + byte] ?? 0);
      write(target, x, red(bits), green(bits), blue(bits), alpha(bits));
    }
  };
}

/** 0 to 255 of the bits of a pixel. */
type Channel = (bits: number) => number;

function channelOf(mask: number): Channel {
  if (mask === 0) return () => 255;
  const lowest = mask & -mask;
  const largest = (mask / (lowest >>> 0)) >>> 0;
  return (bits) => Math.round((((bits & mask) >>> 0) / (lowest >>> 0) / largest) * 255);
}

function write(target: Uint8Array, x: number, red: number, green: number, blue: number, opacity: number): void {
  target[x * 4] = red;
  target[x * 4 + 1] = green;
  target[x * 4 + 2] = blue;
  target[x * 4 + 3] = opacity;
}
