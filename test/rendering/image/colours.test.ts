import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { type ImageFormat, imageFormats } from '../../../src/rendition.js';
import { openTestRendering, ready, type TestRendering } from '../harness.js';
import { colourAt, distanceAt, fromDisplayP3, type Rgb, red } from './drawing.js';
import { readFixture } from './heif-file.js';
import { writeTiffLike } from './tiff-like-file.js';

/** What rounding and a codec of high quality leave open. */
const slight = 4;
/** Each of one colour. */
const patches: readonly Rgb[] = [
  { r: 255, g: 255, b: 255 },
  { r: 119, g: 119, b: 119 },
  { r: 20, g: 20, b: 20 },
  { r: 180, g: 90, b: 60 },
  { r: 60, g: 140, b: 90 },
  { r: 80, g: 110, b: 170 },
];

let test: TestRendering;

beforeAll(async () => {
  test = await openTestRendering();
});

afterAll(() => test.close());

const draw = async (bytes: Buffer, contentType: string, format: ImageFormat = 'PNG') =>
  ready(await test.draw(bytes, contentType, 32, format)).bytes;

describe.each(patches)('A patch of $r, $g, $b', (patch) => {
  it.each([
    ['JPEG', 'image/jpeg', (picture: Sharp) => picture.jpeg({ quality: 98 })],
    ['PNG', 'image/png', (picture: Sharp) => picture.png()],
    ['WebP', 'image/webp', (picture: Sharp) => picture.webp({ lossless: true })],
    ['AVIF', 'image/avif', (picture: Sharp) => picture.avif({ quality: 90, effort: 0 })],
    ['TIFF', 'image/tiff', (picture: Sharp) => picture.tiff({ compression: 'lzw' })],
    ['PNG of 16 bits', 'image/png', (picture: Sharp) => picture.toColourspace('rgb16').png()],
    ['TIFF of 16 bits', 'image/tiff', (picture: Sharp) => picture.toColourspace('rgb16').tiff({ compression: 'none' })],
    ['TIFF in CIELAB', 'image/tiff', (picture: Sharp) => picture.toColourspace('lab').tiff({ compression: 'none' })],
  ] as const)('keeps its colour from a %s', async (_, contentType, write) => {
    expect(await distanceAt(await draw(await write(flat(patch)).toBuffer(), contentType), 0.5, 0.5, patch)).toBeLessThan(slight);
  });

  it.each(imageFormats)('keeps its colour in %s', async (format) => {
    const bytes = await flat(patch).png().toBuffer();
    expect(await distanceAt(await draw(bytes, 'image/png', format), 0.5, 0.5, patch)).toBeLessThan(slight);
  });

  it.each([
    ['JPEG', 'image/jpeg', (picture: Sharp) => picture.jpeg({ quality: 98 })],
    ['PNG', 'image/png', (picture: Sharp) => picture.png()],
    ['WebP', 'image/webp', (picture: Sharp) => picture.webp({ lossless: true })],
    ['AVIF', 'image/avif', (picture: Sharp) => picture.avif({ quality: 90, effort: 0 })],
    ['TIFF', 'image/tiff', (picture: Sharp) => picture.tiff({ compression: 'lzw' })],
  ] as const)('whose numbers are of Display P3 has the colour that they mean there, from a %s', async (_, contentType, write) => {
    const bytes = await write(await inDisplayP3(patch)).toBuffer();
    expect(await distanceAt(await draw(bytes, contentType), 0.5, 0.5, fromDisplayP3(patch))).toBeLessThan(slight);
  });
});

describe('An AVIF whose colours are said as those of a film are', () => {
  const said = (primaries: number, transfer: number) => {
    const bytes = Buffer.from(readFixture('red.avif'));
    const at = bytes.indexOf('nclx', 0, 'latin1') + 4;
    bytes.writeUInt16BE(primaries, at);
    bytes.writeUInt16BE(transfer, at + 2);
    return bytes;
  };

  it('has them in sRGB', async () => {
    expect(await distanceAt(await draw(said(1, 13), 'image/avif'), 0.5, 0.5, red)).toBeLessThan(slight);
    expect(await distanceAt(await draw(said(12, 13), 'image/avif'), 0.5, 0.5, fromDisplayP3(red))).toBeLessThan(slight);
  });

  it('is taken for sRGB where they are unknown', async () => {
    expect(await distanceAt(await draw(said(2, 2), 'image/avif'), 0.5, 0.5, red)).toBeLessThan(slight);
    expect(await distanceAt(await draw(said(200, 13), 'image/avif'), 0.5, 0.5, red)).toBeLessThan(slight);
  });
});

describe('A picture in inks', () => {
  const mixtures = [
    [0, 0, 0, 0],
    [0, 0, 0, 255],
    [20, 200, 180, 10],
    [200, 40, 160, 30],
  ] as const;

  it.each(mixtures)(
    'of %i, %i, %i and %i looks the same as TIFF and as JPEG, with the mark of Adobe or without',
    async (...ink) => {
      const [asTiff, asAdobe, plain] = await Promise.all([
        draw(cmykTiff(ink), 'image/tiff'),
        draw(await cmykJpeg(ink), 'image/jpeg'),
        draw(withoutAdobe(await cmykJpeg(ink)), 'image/jpeg'),
      ]);
      const [r = 0, g = 0, b = 0] = await colourAt(asTiff, 0.5, 0.5);
      expect(await distanceAt(asAdobe, 0.5, 0.5, { r, g, b })).toBeLessThan(slight);
      expect(await distanceAt(plain, 0.5, 0.5, { r, g, b })).toBeLessThan(slight);
    },
  );

  it('is white without ink and dark with all of it', async () => {
    expect(
      await distanceAt(await draw(await cmykJpeg([0, 0, 0, 0]), 'image/jpeg'), 0.5, 0.5, { r: 255, g: 255, b: 255 }),
    ).toBeLessThan(slight);
    const [r = 255, g = 255, b = 255] = await colourAt(await draw(await cmykJpeg([255, 255, 255, 255]), 'image/jpeg'), 0.5, 0.5);
    expect(Math.max(r, g, b)).toBeLessThan(40);
  });

  it('has the colours that its profile describes, but for what inks cannot show', async () => {
    const patch = { r: 180, g: 90, b: 60 };
    const bytes = await flat(patch).withIccProfile('cmyk').jpeg({ quality: 98 }).toBuffer();
    expect(await sharp(bytes).metadata()).toMatchObject({ space: 'cmyk', hasProfile: true });
    expect(await distanceAt(await draw(bytes, 'image/jpeg'), 0.5, 0.5, { r: 176, g: 81, b: 40 })).toBeLessThan(8);
  });
});

describe('A picture in grey', () => {
  it('with opacity keeps both', async () => {
    const pixels = Buffer.from(Array.from({ length: 32 * 32 }, (_, index) => [90, index % 32 < 16 ? 0 : 255]).flat());
    const bytes = await sharp(pixels, { raw: { width: 32, height: 32, channels: 2 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await sharp(bytes).metadata()).channels).toBe(2);
    for (const format of ['PNG', 'WEBP', 'AVIF'] as const) {
      const picture = await draw(bytes, 'image/png', format);
      expect((await colourAt(picture, 0.2, 0.5))[3]).toBeLessThan(slight);
      expect(await distanceAt(picture, 0.8, 0.5, { r: 90, g: 90, b: 90 })).toBeLessThan(slight);
    }
    expect(await distanceAt(await draw(bytes, 'image/png', 'JPEG'), 0.2, 0.5, { r: 255, g: 255, b: 255 })).toBeLessThan(slight);
  });
});

function flat({ r, g, b }: Rgb): Sharp {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: { r, g, b } } });
}

/** The same numbers under another profile. */
async function inDisplayP3(patch: Rgb): Promise<Sharp> {
  const { icc } = await sharp(await flat(patch).withIccProfile('p3').png().toBuffer()).metadata();
  const strip = Buffer.alloc(64 * 64 * 3, Buffer.from([patch.r, patch.g, patch.b]));
  const directory = {
    256: 64,
    257: 64,
    258: [8, 8, 8],
    259: 1,
    262: 2,
    273: { placeOf: strip },
    277: 3,
    278: 64,
    279: strip.length,
  };
  return sharp(writeTiffLike({ directories: [{ ...directory, 34675: icc ?? Buffer.alloc(0) }] })).keepIccProfile();
}

function cmykTiff(ink: readonly number[]): Buffer {
  const strip = Buffer.alloc(64 * 64 * 4, Buffer.from(ink));
  const directory = {
    256: 64,
    257: 64,
    258: [8, 8, 8, 8],
    259: 1,
    262: 5,
    273: { placeOf: strip },
    277: 4,
    278: 64,
    279: strip.length,
  };
  return writeTiffLike({ directories: [directory] });
}

/** As Adobe's programs write it, who count paper. No profile. */
async function cmykJpeg(ink: readonly number[]): Promise<Buffer> {
  return sharp(cmykTiff(ink)).pipelineColourspace('cmyk').toColourspace('cmyk').jpeg({ quality: 98 }).toBuffer();
}

/** Without the segment that says that paper is counted; browsers take it for granted. */
function withoutAdobe(jpeg: Buffer): Buffer {
  const mark = jpeg.indexOf('Adobe', 0, 'latin1') - 4;
  return Buffer.concat([jpeg.subarray(0, mark), jpeg.subarray(mark + 2 + jpeg.readUInt16BE(mark + 2))]);
}
