import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { type ImageFormat, imageFormats, type LadderSize } from '../../../src/rendition.js';
import { asked, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import {
  blue,
  colourAt,
  distanceAt,
  green,
  meanDifference,
  quarters,
  quartersDistance,
  type Rgb,
  red,
  softShapes,
  turnBack,
} from './drawing.js';

/** What a codec may change of a colour. */
const slight = 12;

const sources: Record<string, { readonly contentType: string; readonly write: (picture: Sharp) => Sharp }> = {
  JPEG: { contentType: 'image/jpeg', write: (picture) => picture.jpeg({ quality: 95 }) },
  'progressive JPEG': { contentType: 'image/jpeg', write: (picture) => picture.jpeg({ quality: 95, progressive: true }) },
  PNG: { contentType: 'image/png', write: (picture) => picture.png() },
  'PNG with a palette': { contentType: 'image/png', write: (picture) => picture.png({ palette: true, colours: 256 }) },
  WebP: { contentType: 'image/webp', write: (picture) => picture.webp({ quality: 95 }) },
  AVIF: { contentType: 'image/avif', write: (picture) => picture.avif({ quality: 80, effort: 0 }) },
  GIF: { contentType: 'image/gif', write: (picture) => picture.gif() },
  TIFF: { contentType: 'image/tiff', write: (picture) => picture.tiff({ compression: 'lzw' }) },
};

describe('A thumbnail', () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering();
  });

  afterAll(() => test.close());

  const drawn = async (bytes: Buffer, contentType: string, size?: LadderSize, format?: ImageFormat) =>
    ready(await test.draw(bytes, contentType, size, format));

  describe.each(Object.entries(sources))('of a %s picture', (_, { contentType, write }) => {
    it.each(imageFormats)('looks like it in %s', async (format) => {
      const picture = await drawn(await write(softShapes(300, 200)).toBuffer(), contentType, 128, format);
      const expected = await softShapes(300, 200).resize(128, 85).png().toBuffer();
      expect(picture).toMatchObject({ format, width: 128, height: 85, sizeBytes: picture.bytes.length });
      expect((await sharp(picture.bytes).metadata()).mediaType).toBe(`image/${format.toLowerCase()}`);
      expect(await meanDifference(picture.bytes, expected)).toBeLessThan(4);
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('stands upright whose orientation is %i', async (orientation) => {
    const upright = quarters(400, 200);
    const turned = await turnBack(upright, orientation);
    const picture = await drawn(await sharp(turned).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer(), 'image/jpeg');
    expect(picture).toMatchObject({ width: 128, height: 64 });
    expect(await quartersDistance(picture.bytes)).toBeLessThan(slight);
    expect((await sharp(picture.bytes).metadata()).orientation).toBeUndefined();
  });

  it.each([
    [5, 5],
    [300, 1],
    [1, 4000],
    [4000, 3],
    [333, 777],
    [2048, 2047],
    [1000, 1000],
  ])('of %i × %i px has the size that was foretold, and is never enlarged', async (width, height) => {
    const bytes = await quarters(width, height).jpeg().toBuffer();
    for (const size of [32, 160, 1024] as const) {
      const source = await test.toSource(bytes, 'image/jpeg');
      await test.rendering.facts(source, asked);
      const foretold = test.rendering.expectedSize(source.contentKey, thumbnail(size));
      const picture = ready(await test.rendering.render(source, thumbnail(size), asked));
      expect(await sharp(picture.bytes).metadata()).toMatchObject({ ...foretold });
      expect(picture).toMatchObject({ ...foretold });
      expect(Math.max(picture.width, picture.height)).toBe(Math.min(size, Math.max(width, height)));
    }
  });

  it('of a transparent picture lies on white in JPEG', async () => {
    const picture = await drawn(await halfTransparent(), 'image/png', 128, 'JPEG');
    expect(await distanceAt(picture.bytes, 0.25, 0.5, { r: 255, g: 255, b: 255 })).toBeLessThan(slight);
    expect(await distanceAt(picture.bytes, 0.75, 0.5, red)).toBeLessThan(slight);
  });

  it.each(['PNG', 'WEBP', 'AVIF'] as const)('of a transparent picture stays transparent in %s', async (format) => {
    const picture = await drawn(await halfTransparent(), 'image/png', 128, format);
    expect((await colourAt(picture.bytes, 0.25, 0.5))[3]).toBeLessThan(slight);
    expect((await colourAt(picture.bytes, 0.75, 0.5))[3]).toBeGreaterThan(255 - slight);
  });

  it.each([
    ['CMYK', 'image/jpeg', () => softShapes(300, 200).toColourspace('cmyk').jpeg({ quality: 95 })],
    ['CIELAB', 'image/tiff', () => softShapes(300, 200).toColourspace('lab').tiff({ compression: 'none' })],
    ['16 bits a channel', 'image/png', () => softShapes(300, 200).toColourspace('rgb16').png()],
    ['a wide gamut', 'image/png', () => softShapes(300, 200).withIccProfile('p3').png()],
  ] as const)('of a picture in %s has its colours in sRGB', async (_, contentType, write) => {
    const picture = await drawn(await write().toBuffer(), contentType);
    const metadata = await sharp(picture.bytes).metadata();
    expect(metadata).toMatchObject({ space: 'srgb', depth: 'uchar' });
    expect(await meanDifference(picture.bytes, await softShapes(300, 200).resize(128, 85).png().toBuffer())).toBeLessThan(12);
  });

  it.each([
    ['image/gif', (frames: Sharp) => frames.gif({ loop: 0 })],
    ['image/webp', (frames: Sharp) => frames.webp({ loop: 0, lossless: true })],
  ] as const)('of an animated picture (%s) is its first frame', async (contentType, write) => {
    const frames = await Promise.all([red, green, blue].map((background) => colouredSquare(background)));
    const picture = await drawn(await write(sharp(frames, { join: { animated: true } })).toBuffer(), contentType);
    expect(picture).toMatchObject({ width: 64, height: 64 });
    expect(await distanceAt(picture.bytes, 0.5, 0.5, red)).toBeLessThan(slight);
  });

  it('holds no metadata of its source', async () => {
    const exif = { IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } };
    const bytes = await softShapes(300, 200).withExif(exif).withIccProfile('p3').jpeg().toBuffer();
    for (const format of imageFormats) {
      const metadata = await sharp((await drawn(bytes, 'image/jpeg', 128, format)).bytes).metadata();
      expect([metadata.exif, metadata.icc, metadata.xmp, metadata.iptc]).toEqual([undefined, undefined, undefined, undefined]);
    }
  });
});

/** Nothing to the left, red to the right. */
async function halfTransparent(): Promise<Buffer> {
  const half = await sharp({ create: { width: 150, height: 200, channels: 3, background: red } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 300, height: 200, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .composite([{ input: half, left: 150, top: 0 }])
    .png()
    .toBuffer();
}

function colouredSquare(background: Rgb): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();
}
