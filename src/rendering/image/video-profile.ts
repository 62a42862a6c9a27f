import type { VideoColours } from './video-colours.js';

/** X, Y and Z of red, green and blue under D50, the white of profiles. */
type Primaries = readonly [red: Xyz, green: Xyz, blue: Xyz];
type Xyz = readonly [x: number, y: number, z: number];

const srgb: Primaries = [
  [0.43607, 0.2225, 0.01393],
  [0.38506, 0.71688, 0.0971],
  [0.14308, 0.06062, 0.71417],
];
const displayP3: Primaries = [
  [0.51512, 0.24119, -0.00105],
  [0.29198, 0.69224, 0.04188],
  [0.1571, 0.06656, 0.78407],
];
const bt2020: Primaries = [
  [0.67342, 0.27902, -0.00193],
  [0.16564, 0.67534, 0.02998],
  [0.12513, 0.04564, 0.79732],
];
const primariesByNumber = new Map([
  [1, srgb],
  [2, srgb],
  [9, bt2020],
  [11, displayP3],
  [12, displayP3],
]);
const transfers = { linear: 8, perceptualQuantizer: 16, hybridLogGamma: 18 } as const;
const unlikeSrgb: readonly number[] = Object.values(transfers);

/** cd/m² */
const white = 203;
const brightestQuantized = 10_000;
const brightestHybrid = 1000;
/** From this share of white on, light is pressed together, so that some room is left for what is brighter than white. */
const knee = 0.7;
const curvePoints = 1024;

/**
 * An ICC profile of colours that a video standard describes, so that libvips can bring them to sRGB; null where they are those of
 * sRGB, or unknown. High dynamic range is pressed into that of a screen.
 */
export function videoProfile({ primaries, transfer }: VideoColours): Uint8Array | null {
  const found = primariesByNumber.get(primaries);
  if (!found || (found === srgb && !unlikeSrgb.includes(transfer))) return null;
  const curve = Array.from({ length: curvePoints }, (_, index) => toLight(index / (curvePoints - 1), transfer));
  return writeProfile(found, curve);
}

/** On a screen, as a share of its white. */
function toLight(value: number, transfer: number): number {
  switch (transfer) {
    case transfers.linear:
      return value;
    case transfers.perceptualQuantizer:
      return onScreen((fromQuantized(value) * brightestQuantized) / white);
    case transfers.hybridLogGamma:
      return onScreen((fromHybrid(value) * brightestHybrid) / white);
    default:
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }
}

function onScreen(light: number): number {
  const above = light - knee;
  return above <= 0 ? light : knee + ((1 - knee) * above) / (above + 1 - knee);
}

/** SMPTE ST 2084 */
function fromQuantized(value: number): number {
  const power = value ** (1 / 78.84375);
  return (Math.max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125);
}

/** ITU-R BT.2100, on a screen of 1,000 cd/m² */
function fromHybrid(value: number): number {
  const scene = value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12;
  return scene ** 1.2;
}

/** ICC.1:2001-04, version 2.4: a header, a table of tags, and their values. */
function writeProfile([red, green, blue]: Primaries, curve: readonly number[]): Uint8Array {
  const curveValue = curveOf(curve);
  const tags: readonly (readonly [name: string, value: Buffer])[] = [
    ['desc', describe('Colours of a video standard')],
    ['cprt', Buffer.concat([ascii('text'), Buffer.alloc(4), ascii('CC0\0')])],
    ['wtpt', xyz([0.9642, 1, 0.82491])],
    ['rXYZ', xyz(red)],
    ['gXYZ', xyz(green)],
    ['bXYZ', xyz(blue)],
    ['rTRC', curveValue],
    ['gTRC', curveValue],
    ['bTRC', curveValue],
  ];
  const table = [u32(tags.length)];
  let end = 128 + 4 + tags.length * 12;
  for (const [name, value] of tags) {
    table.push(ascii(name), u32(end), u32(value.length));
    end += value.length;
  }
  return Buffer.concat([header(end), ...table, ...tags.map(([, value]) => value)]);
}

function header(size: number): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.writeUInt32BE(size);
  bytes.writeUInt32BE(0x02400000, 8);
  bytes.write('mntrRGB XYZ ', 12, 'latin1');
  bytes.write('acsp', 36, 'latin1');
  xyz([0.9642, 1, 0.82491]).copy(bytes, 68, 8);
  return bytes;
}

function curveOf(curve: readonly number[]): Buffer {
  const values = Buffer.alloc(curve.length * 2);
  curve.forEach((light, index) => {
    values.writeUInt16BE(Math.round(Math.min(1, light) * 65_535), index * 2);
  });
  return Buffer.concat([ascii('curv'), Buffer.alloc(4), u32(curve.length), values]);
}

/** In 32 bits, of which 16 are behind the point. */
function xyz(values: Xyz): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.write('XYZ ', 'latin1');
  values.forEach((value, index) => {
    bytes.writeInt32BE(Math.round(value * 65_536), 8 + index * 4);
  });
  return bytes;
}

/** The text once as ASCII; its other forms are empty. */
function describe(text: string): Buffer {
  const padding = Buffer.alloc(78 + ((4 - ((text.length + 1 + 90) % 4)) % 4));
  return Buffer.concat([ascii('desc'), Buffer.alloc(4), u32(text.length + 1), ascii(`${text}\0`), padding]);
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
