import { rgbaToThumbHash } from 'thumbhash';
import { fitInside, type Size } from './fit.js';
import { sharp } from './image/sharp.js';

/** 8-bit sRGB, row by row, without gaps. */
export interface Pixels extends Size {
  readonly data: Buffer;
  readonly channels: number;
}

/** px of the longest edge that is hashed; ThumbHash keeps at most 7 waves in a direction, so more would not be seen. */
const hashedEdge = 32;
/** In each direction of each hashed px: so many of the picture's are looked at, however large it is. */
const samples = 4;

/** About 25 bytes that a client paints as a blur until the picture itself is there. */
export async function thumbhashOf(picture: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(picture)
    .resize(hashedEdge, hashedEdge, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return thumbhashOfPixels({ data, width: info.width, height: info.height, channels: info.channels });
}

/** Takes a fraction of a millisecond, whatever the size. */
export function thumbhashOfPixels(pixels: Pixels): Buffer {
  const { width, height } = fitInside({ width: pixels.width, height: pixels.height, vector: false }, hashedEdge);
  const rgba = new Uint8Array(width * height * 4);
  const columns = placesAlong(pixels.width, width);
  const rows = placesAlong(pixels.height, height);
  for (let at = 0; at < width * height; at += 1) {
    writeAverage(pixels, rows, Math.floor(at / width) * samples, columns, (at % width) * samples, rgba, at * 4);
  }
  return Buffer.from(rgbaToThumbHash(width, height, rgba));
}

/** Where the picture is looked at in one direction: the middles of the parts of each hashed px. */
function placesAlong(length: number, hashed: number): readonly number[] {
  const parts = hashed * samples;
  return Array.from({ length: parts }, (_, part) => Math.floor(((part + 0.5) / parts) * length));
}

/** The colour of the part of the picture that one hashed px stands for; what is transparent has no say in it. */
function writeAverage(
  { data, width, channels }: Pixels,
  rows: readonly number[],
  firstRow: number,
  columns: readonly number[],
  firstColumn: number,
  rgba: Uint8Array,
  at: number,
): void {
  let [red, green, blue, opacity] = [0, 0, 0, 0];
  for (let row = firstRow; row < firstRow + samples; row += 1) {
    for (let column = firstColumn; column < firstColumn + samples; column += 1) {
      const from = ((rows[row] ?? 0) * width + (columns[column] ?? 0)) * channels;
      const alpha = channels === 4 ? (data[from + 3] ?? 0) : 255;
      red += (data[from] ?? 0) * alpha;
      green += (data[from + 1] ?? 0) * alpha;
      blue += (data[from + 2] ?? 0) * alpha;
      opacity += alpha;
    }
  }
  if (opacity > 0) rgba.set([red / opacity, green / opacity, blue / opacity, opacity / samples ** 2], at);
}
