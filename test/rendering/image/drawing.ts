import sharp, { type Sharp } from 'sharp';

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

export const red: Rgb = { r: 220, g: 40, b: 40 };
export const green: Rgb = { r: 40, g: 180, b: 60 };
export const blue: Rgb = { r: 40, g: 60, b: 220 };
export const yellow: Rgb = { r: 230, g: 210, b: 40 };

/** What a colour of Display P3 is in sRGB, by the numbers of the two standards; what sRGB does not reach is cut off. */
export function fromDisplayP3({ r, g, b }: Rgb): Rgb {
  const [red, green, blue] = [r, g, b].map((value) => toLight(value / 255)) as [number, number, number];
  return {
    r: fromLight(1.2249 * red - 0.2247 * green),
    g: fromLight(-0.042 * red + 1.0419 * green),
    b: fromLight(-0.0197 * red - 0.0786 * green + 1.0979 * blue),
  };
}

function toLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLight(light: number): number {
  const value = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}

/** Four colours, so that every turn and mirroring shows: red, green above blue, yellow. */
export function quarters(width: number, height: number): Sharp {
  const [w, h] = [width / 2, height / 2];
  const part = (colour: Rgb, x: number, y: number) =>
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="rgb(${colour.r},${colour.g},${colour.b})"/>`;
  const parts = [part(red, 0, 0), part(green, w, 0), part(blue, 0, h), part(yellow, w, h)].join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha();
}

/** A picture of soft shapes, as a photograph has: what a codec may lose of it is little. */
export function softShapes(width: number, height: number): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>
    <linearGradient id="sky" x2=".3" y2="1"><stop stop-color="#3060c0"/><stop offset="1" stop-color="#f0c890"/></linearGradient>
    <radialGradient id="sun"><stop stop-color="#fff8d0"/><stop offset="1" stop-color="#e07030"/></radialGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/><circle cx="30%" cy="40%" r="20%" fill="url(#sun)"/></svg>`;
  return sharp(Buffer.from(svg)).removeAlpha();
}

/** Mean difference of two pictures of the same size, over their colours and transparency, of 255. */
export async function meanDifference(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all([toPixels(one), toPixels(other)]);
  if (a.length !== b.length) return 255;
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

/** [r, g, b, alpha] at a place told in shares of the width and the height. */
export async function colourAt(picture: Buffer, x: number, y: number): Promise<readonly number[]> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4;
  return [...data.subarray(at, at + 4)];
}

/** How far a place of a picture is from a colour, of 255 in the channel that differs most. */
export async function distanceAt(picture: Buffer, x: number, y: number, { r, g, b }: Rgb): Promise<number> {
  const colour = await colourAt(picture, x, y);
  return Math.max(...[r, g, b].map((value, channel) => Math.abs(value - (colour[channel] ?? 0))));
}

/** How far the quarters of a picture are from these colours, row by row, in the channel that differs most. */
export async function quartersDistance(picture: Buffer, colours: readonly Rgb[] = [red, green, blue, yellow]): Promise<number> {
  const places = colours.map((colour, index) => distanceAt(picture, 0.25 + (index % 2) / 2, index < 2 ? 0.25 : 0.75, colour));
  return Math.max(...(await Promise.all(places)));
}

/** The file that a camera held so writes of this picture. */
export async function turnBack(picture: Sharp, orientation: number): Promise<Buffer> {
  const turns = [0, 0, 0, 180, 180, 270, 270, 90, 90][orientation] ?? 0;
  const mirrored = [2, 4, 5, 7].includes(orientation);
  const bytes = await picture.png().toBuffer();
  const flopped = mirrored ? await sharp(bytes).flop().png().toBuffer() : bytes;
  return sharp(flopped).rotate(turns).png().toBuffer();
}

async function toPixels(picture: Buffer): Promise<Buffer> {
  return sharp(picture).toColourspace('srgb').ensureAlpha().raw().toBuffer();
}
