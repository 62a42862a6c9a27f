import type { Pixels } from '../thumbhash.js';

/** So many px of a frame are looked at, evenly spread. */
const samples = 4096;
/** Of 255: the least by which lightness differs on a frame that shows something. */
const leastContrast = 8;
/** Of 255: what is no lighter counts as black, also where a film does not use the whole range. */
const black = 28;
/** Of a frame: where more is black it is an opening, with a title perhaps. */
const mostBlack = 0.9;

/** How much lightness differs, as a standard deviation, of 255. */
export function contrastOf(pixels: Pixels): number {
  const lights = lightnessOf(pixels);
  const mean = lights.reduce((sum, light) => sum + light, 0) / lights.length;
  return Math.sqrt(lights.reduce((sum, light) => sum + (light - mean) ** 2, 0) / lights.length);
}

/** One colour, or black for the most part. */
export function isPlain(pixels: Pixels): boolean {
  const lights = lightnessOf(pixels);
  const blackShare = lights.filter((light) => light <= black).length / lights.length;
  return contrastOf(pixels) < leastContrast || blackShare > mostBlack;
}

function lightnessOf({ data, width, height, channels }: Pixels): readonly number[] {
  const step = Math.max(1, Math.floor((width * height) / samples));
  const lights: number[] = [];
  for (let at = 0; at + 2 < data.length; at += step * channels) {
    lights.push(0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0));
  }
  return lights;
}
