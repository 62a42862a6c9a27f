import type { Size } from '../../fit.js';
import type { Decoded } from './jobs.js';

/** A picture that can be read row by row, 8 bits a channel: grey or red, green, blue, then opacity where it has any. In px. */
export interface Rows extends Size {
  readonly channels: 1 | 2 | 3 | 4;
  /** Row y from the top: width × channels bytes, valid until the next call. Asked for in order. */
  row(y: number): Uint8Array;
}

/** Of what is decoded, so much more than asked for is left for the final resize, so that it has something to choose from. */
const reserve = 1.5;

export type DecodedPixels = Decoded & { readonly raw: NonNullable<Decoded['raw']> };

/** The mean of each square of px, of squares as large as leave more than `edge` px: so a large picture is never a large buffer. */
export function shrink(rows: Rows, edge: number): DecodedPixels {
  const factor = Math.max(1, Math.floor(Math.max(rows.width, rows.height) / (edge * reserve)));
  const width = Math.ceil(rows.width / factor);
  const height = Math.ceil(rows.height / factor);
  const pixels = new Uint8Array(width * height * rows.channels);
  const means = new RowMeans(rows, factor, width);
  for (let y = 0; y < rows.height; y += 1) {
    const row = rows.row(y);
    if (factor === 1) pixels.set(row, y * row.length);
    else means.add(row);
    if (factor > 1 && ((y + 1) % factor === 0 || y + 1 === rows.height)) means.write(pixels, Math.floor(y / factor));
  }
  return { bytes: pixels, raw: { width, height, channels: rows.channels } };
}

/** Sums up rows. What is transparent has no say in the colour. */
class RowMeans {
  readonly #rows: Rows;
  readonly #factor: number;
  readonly #width: number;
  readonly #colours: number;
  readonly #hasAlpha: boolean;
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;
  #count = 0;

  constructor(rows: Rows, factor: number, width: number) {
    this.#rows = rows;
    this.#factor = factor;
    this.#width = width;
    this.#hasAlpha = rows.channels % 2 === 0;
    this.#colours = this.#hasAlpha ? rows.channels - 1 : rows.channels;
    this.#sums = new Float64Array(width * this.#colours);
    this.#weights = new Float64Array(width);
  }

  add(row: Uint8Array): void {
    const { width, channels } = this.#rows;
    const colours = this.#colours;
    for (let cell = 0, at = 0; cell < this.#width; cell += 1) {
      const end = Math.min((cell + 1) * this.#factor, width) * channels;
      for (; at < end; at += channels) {
        const weight = this.#hasAlpha ? (row[at + colours] ?? 0) : 255;
        this.#weights[cell] = (this.#weights[cell] ?? 0) + weight;
        for (let colour = 0; colour < colours; colour += 1) {
          const sum = cell * colours + colour;
          this.#sums[sum] = (this.#sums[sum] ?? 0) + (row[at + colour] ?? 0) * weight;
        }
      }
    }
    this.#count += 1;
  }

  /** The means of all rows since the last ones. */
  write(pixels: Uint8Array, outputRow: number): void {
    const { width, channels } = this.#rows;
    for (let cell = 0; cell < this.#width; cell += 1) {
      const at = (outputRow * this.#width + cell) * channels;
      const weight = this.#weights[cell] ?? 0;
      for (let colour = 0; colour < this.#colours; colour += 1) {
        pixels[at + colour] = Math.round((this.#sums[cell * this.#colours + colour] ?? 0) / (weight || 1));
      }
      const area = (Math.min((cell + 1) * this.#factor, width) - cell * this.#factor) * this.#count;
      if (this.#hasAlpha) pixels[at + this.#colours] = Math.round(weight / area);
    }
    this.#sums.fill(0);
    this.#weights.fill(0);
    this.#count = 0;
  }
}
