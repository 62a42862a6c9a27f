import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { imageFormats } from '../../../src/rendition.js';
import { asked, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import {
  blue,
  colourAt,
  distanceAt,
  fromDisplayP3,
  green,
  meanDifference,
  quartersDistance,
  type Rgb,
  red,
  softShapes,
  yellow,
} from './drawing.js';
import { type HeifFile, readCoded, readFixture, writeHeif } from './heif-file.js';

/** What a codec may change of a colour. */
const slight = 12;
const type = 'image/heic';

/** Red, green above blue, yellow: 128 × 128 px. */
const quarters: HeifFile = {
  tiles: [
    [readCoded('red.heic'), readCoded('green.heic')],
    [readCoded('blue.heic'), readCoded('yellow.heic')],
  ],
  width: 128,
  height: 128,
};

/** Side × side tiles of 1,024 px in grey. */
function largeGrey(side: number): Buffer {
  const tile = readCoded('grey-of-1024.heic');
  const tiles = Array.from({ length: side }, () => Array.from({ length: side }, () => tile));
  return writeHeif({ tiles, width: side * 1024, height: side * 1024 });
}

describe('A HEIC picture', () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering({ settings: { image: { masterFromPixels: 0, workers: 1 } } });
  });

  afterAll(() => test.close());

  it.each(imageFormats)('looks like it in %s', async (format) => {
    const picture = ready(await test.draw(readFixture('shapes.heic'), type, 128, format));
    const expected = await softShapes(300, 200).resize(128, 85).png().toBuffer();
    expect(picture).toMatchObject({ format, width: 128, height: 85 });
    expect(await meanDifference(picture.bytes, expected)).toBeLessThan(4);
  });

  it('of 10 bits looks like one of 8', async () => {
    const picture = ready(await test.draw(readFixture('shapes-of-10-bits.heic'), type));
    const expected = await softShapes(300, 200).resize(128, 85).png().toBuffer();
    expect(await meanDifference(picture.bytes, expected)).toBeLessThan(4);
  });

  it('without colours stays grey', async () => {
    const [r = 0, g = 0, b = 0] = await colourAt(ready(await test.draw(readFixture('grey.heic'), type)).bytes, 0.3, 0.4);
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(3);
    expect(r).toBeGreaterThan(180);
  });

  it('stays transparent where it is, and lies on white in JPEG', async () => {
    const bytes = readFixture('half-transparent.heic');
    const picture = ready(await test.draw(bytes, type, 32));
    expect((await colourAt(picture.bytes, 0.25, 0.5))[3]).toBeLessThan(slight);
    expect((await colourAt(picture.bytes, 0.75, 0.5))[3]).toBeGreaterThan(255 - slight);
    expect(await distanceAt(picture.bytes, 0.75, 0.5, red)).toBeLessThan(slight);
    const flat = ready(await test.draw(bytes, type, 32, 'JPEG'));
    expect(await distanceAt(flat.bytes, 0.25, 0.5, { r: 255, g: 255, b: 255 })).toBeLessThan(slight);
  });

  describe('in tiles', () => {
    it('is put together', async () => {
      expect(await quartersDistance(ready(await test.draw(writeHeif(quarters), type)).bytes)).toBeLessThan(slight);
    });

    it('ends where it says, not where its last tiles do', async () => {
      const picture = ready(await test.draw(writeHeif({ ...quarters, width: 120, height: 80 }), type));
      expect(picture).toMatchObject({ width: 120, height: 80 });
      expect(await distanceAt(picture.bytes, 0.25, 0.9, blue)).toBeLessThan(slight);
    });

    it('tells its size and its blur like any other', async () => {
      const source = await test.toSource(writeHeif({ ...quarters, width: 120, height: 80, turns: 1 }), type);
      expect(await test.rendering.facts(source, asked)).toMatchObject({ width: 80, height: 120, vector: false });
      ready(await test.rendering.render(source, thumbnail(64), asked));
      expect(test.rendering.thumbhash(source.contentKey)).not.toBeNull();
    });
  });

  const turned: readonly [Pick<HeifFile, 'turns' | 'mirrored'>, readonly Rgb[]][] = [
    [{ turns: 1 }, [green, yellow, red, blue]],
    [{ turns: 2 }, [yellow, blue, green, red]],
    [{ turns: 3 }, [blue, red, yellow, green]],
    [{ mirrored: 'top-bottom' }, [blue, yellow, red, green]],
    [{ mirrored: 'left-right' }, [green, red, yellow, blue]],
    [{ turns: 1, mirrored: 'top-bottom' }, [red, blue, green, yellow]],
    [{ turns: 3, mirrored: 'top-bottom' }, [yellow, green, blue, red]],
  ];

  it.each(turned)('stands upright that is turned by %j', async (how, corners) => {
    expect(await quartersDistance(ready(await test.draw(writeHeif({ ...quarters, ...how }), type)).bytes, corners)).toBeLessThan(
      slight,
    );
  });

  it('is turned by its properties alone, although its EXIF says so as well', async () => {
    const source = await test.toSource(writeHeif({ ...quarters, width: 120, turns: 1, exifOrientation: 8 }), type);
    expect(await test.rendering.facts(source, asked)).toMatchObject({ width: 128, height: 120 });
    const picture = ready(await test.rendering.render(source, thumbnail(128), asked));
    expect(await quartersDistance(picture.bytes, [green, yellow, red, blue])).toBeLessThan(slight);
  });

  it('of a wide gamut has its colours in sRGB', async () => {
    const { icc } = await sharp(await softShapes(8, 8).withIccProfile('p3').png().toBuffer()).metadata();
    const picture = ready(await test.draw(writeHeif({ ...quarters, colour: icc ?? Buffer.alloc(0) }), type));
    const colours = [red, green, blue, yellow].map(fromDisplayP3);
    expect(await quartersDistance(picture.bytes, colours)).toBeLessThan(5);
  });

  it('whose colours are said as those of a film are has them in sRGB', async () => {
    const picture = ready(await test.draw(writeHeif({ ...quarters, colour: [12, 13, 6] }), type));
    expect(await quartersDistance(picture.bytes, [red, green, blue, yellow].map(fromDisplayP3))).toBeLessThan(5);
  });

  it.each([
    ['PQ', 16, 181],
    ['HLG', 18, 137],
  ] as const)('of high dynamic range (%s) is as bright as a screen shows it', async (_, transfer, expected) => {
    const tiles = [[readCoded('grey-of-1024.heic')]];
    const picture = ready(await test.draw(writeHeif({ tiles, width: 1024, height: 1024, colour: [9, transfer, 9] }), type));
    const [r = 0, g = 0, b = 0] = await colourAt(picture.bytes, 0.5, 0.5);
    expect(Math.max(...[r, g, b].map((value) => Math.abs(value - expected)))).toBeLessThan(3);
  });

  describe('with a thumbnail of its own', () => {
    const withThumbnail = writeHeif({ ...quarters, thumbnail: readCoded('green.heic') });

    it('is drawn from it where it is large enough', async () => {
      expect(await distanceAt(ready(await test.draw(withThumbnail, type, 64)).bytes, 0.25, 0.25, green)).toBeLessThan(slight);
    });

    it('is drawn from the picture where it is too small', async () => {
      expect(await distanceAt(ready(await test.draw(withThumbnail, type, 128)).bytes, 0.25, 0.25, red)).toBeLessThan(slight);
    });

    it('is drawn from the picture where it has other proportions', async () => {
      const other = writeHeif({ ...quarters, height: 90, thumbnail: readCoded('green.heic') });
      expect(await distanceAt(ready(await test.draw(other, type, 64)).bytes, 0.25, 0.25, red)).toBeLessThan(slight);
    });
  });

  it.each(['image/jpeg', 'image/png', 'image/heif', 'image/heic-sequence'])('is drawn that is said to be %s', async (said) => {
    expect(await quartersDistance(ready(await test.draw(writeHeif(quarters), said)).bytes)).toBeLessThan(slight);
  });

  it('is drawn whose brand is that of a film, by its main picture', async () => {
    expect(await quartersDistance(ready(await test.draw(writeHeif({ ...quarters, brand: 'hevc' }), type)).bytes)).toBeLessThan(
      slight,
    );
  });
});

describe('A HEIC picture that cannot be drawn', () => {
  let test: TestRendering;

  beforeAll(async () => {
    const image = { masterFromPixels: 0, workers: 1, maxWorkerMemoryBytes: 64 * 1024 ** 2, maxBufferedPixels: 90_000_000 };
    test = await openTestRendering({ settings: { image } });
  });

  afterAll(() => test.close());

  it.each([0.3, 0.9])('fails when it ends after %d of its bytes', async (share) => {
    const bytes = readFixture('shapes.heic');
    const outcome = await test.draw(bytes.subarray(0, Math.floor(bytes.length * share)), type);
    expect(outcome).toEqual({ state: 'FAILED', reason: 'The HEIC picture is damaged or incomplete' });
  });

  it('is refused by its header when it has too many pixels', async () => {
    const before = test.rendering.stats().pictureOpened;
    expect(await test.draw(writeHeif({ ...quarters, width: 65_535, height: 65_535 }), type)).toEqual({
      state: 'UNSUPPORTED',
      reason: 'The picture has 65535 × 65535 px, the limit is 90 million px',
    });
    expect(test.rendering.stats().pictureOpened).toBe(before);
  });

  it('is refused when it takes more memory than it may, and the next one is drawn', async () => {
    expect(await test.draw(largeGrey(6), type)).toEqual({
      state: 'UNSUPPORTED',
      reason: 'The picture needs more than 64 MiB of memory to be drawn',
    });
    ready(await test.draw(writeHeif(quarters), type));
  });

  it('is given up when nobody waits for it any more, and the next one is drawn', async () => {
    const roomy = await openTestRendering({ settings: { image: { workers: 1 } } });
    const leaving = new AbortController();
    const source = await roomy.toSource(largeGrey(9), type);
    const left = roomy.rendering.render(source, thumbnail(128), { ...asked, signal: leaving.signal });
    while (roomy.rendering.stats().pictureBusy === 0) await new Promise(setImmediate);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    ready(await roomy.draw(writeHeif(quarters), type));
    expect(roomy.rendering.stats()).toMatchObject({ pictureBusy: 0, pictureWaiting: 0 });
    await roomy.close();
  });
});
