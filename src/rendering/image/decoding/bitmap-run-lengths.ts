import type { BitmapHeader } from './bitmap-header.js';

const endOfLine = 0;
const endOfBitmap = 1;
const jump = 2;

/** The places in the palette of a compressed bitmap, one byte a pixel, its last row first; 0 where it says nothing. */
export function decodeRunLengths(source: Uint8Array, { width, height, bitsPerPixel }: BitmapHeader): Uint8Array {
  const pixels = new Uint8Array(width * height);
  const isSmall = bitsPerPixel === 4;
  let [x, y, at] = [0, 0, 0];
  const put = (value: number) => {
    if (x < width && y < height) pixels[y * width + x] = value;
    x += 1;
  };
  /** The pixel of that number in a byte or more. */
  const valueAt = (start: number, index: number) => {
    const byte = source[start + (isSmall ? index >> 1 : index)] ?? 0;
    if (!isSmall) return byte;
    return index % 2 === 0 ? byte >> 4 : byte & 15;
  };
  while (at + 1 < source.length && y < height) {
    const count = source[at] ?? 0;
    const code = source[at + 1] ?? 0;
    at += 2;
    if (count > 0) {
      for (let index = 0; index < count; index += 1) put(valueAt(at - 1, isSmall ? index % 2 : 0));
    } else if (code === endOfLine) {
      [x, y] = [0, y + 1];
    } else if (code === endOfBitmap) {
      return pixels;
    } else if (code === jump) {
      x += source[at] ?? 0;
      y += source[at + 1] ?? 0;
      at += 2;
    } else {
      for (let index = 0; index < code; index += 1) put(valueAt(at, index));
      const bytes = isSmall ? Math.ceil(code / 2) : code;
      at += bytes + (bytes % 2);
    }
  }
  return pixels;
}
