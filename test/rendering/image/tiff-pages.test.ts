import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LadderSize, PageSpec } from '../../../src/rendition.js';
import { asked, fileSource, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import { blue, distanceAt, green, type Rgb, red } from './drawing.js';
import { type TiffDirectory, writeTiffLike } from './tiff-like-file.js';

const type = 'image/tiff';
const smallerCopy = 1;
const corpus = process.env.PROOFSHEET_CORPUS;

/** In one colour, from which what it says beside it differs. */
function pageOf({ r, g, b }: Rgb, width: number, height: number, kind = 0): TiffDirectory {
  const strip = Buffer.alloc(width * height * 3, Buffer.from([r, g, b]));
  return {
    254: kind,
    256: width,
    257: height,
    258: [8, 8, 8],
    259: 1,
    262: 2,
    273: { placeOf: strip },
    277: 3,
    278: height,
    279: strip.length,
  };
}

function page(number: number, width: LadderSize): PageSpec {
  return { kind: 'page', page: number, width, format: 'PNG' };
}

describe('A TIFF of several pages', () => {
  let test: TestRendering;
  const bytes = writeTiffLike({
    directories: [pageOf(red, 300, 400), pageOf(red, 30, 40, smallerCopy), pageOf(green, 600, 300), pageOf(blue, 100, 100)],
  });

  beforeAll(async () => {
    test = await openTestRendering();
  });

  afterAll(() => test.close());

  it('can be asked for pages, as no other picture can', () => {
    expect(test.rendering.canPage(type)).toBe(true);
    expect(test.rendering.canPage('image/jpeg')).toBe(false);
  });

  it('counts its pages, and no copies of them in lower resolution', async () => {
    const source = await test.toSource(bytes, type);
    expect(await test.rendering.facts(source, asked)).toMatchObject({ pageCount: 3, width: 300, height: 400, vector: false });
  });

  it('has its first page as its thumbnail', async () => {
    const picture = ready(await test.draw(bytes, type, 64));
    expect(picture).toMatchObject({ width: 48, height: 64 });
    expect(await distanceAt(picture.bytes, 0.5, 0.5, red)).toBe(0);
  });

  it.each([
    [1, red, 128, 171],
    [2, green, 128, 64],
  ] as const)('shows page %i as wide as is asked for', async (number, colour, width, height) => {
    const source = await test.toSource(bytes, type);
    const picture = ready(await test.rendering.render(source, page(number, 128), asked));
    expect(picture).toMatchObject({ width, height });
    expect(await distanceAt(picture.bytes, 0.5, 0.5, colour)).toBe(0);
  });

  it('never enlarges a page, and says so before', async () => {
    const source = await test.toSource(bytes, type);
    await test.rendering.facts(source, asked);
    expect(test.rendering.expectedSize(source.contentKey, page(1, 1024))).toEqual({ width: 300, height: 400 });
    for (const [number, width] of [
      [1, 300],
      [3, 100],
    ] as const) {
      expect(ready(await test.rendering.render(source, page(number, 1024), asked))).toMatchObject({ width });
    }
  });

  it('names the number of its pages when one beyond them is asked for', async () => {
    const source = await test.toSource(bytes, type);
    await expect(test.rendering.render(source, page(4, 128), asked)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Page 4 does not exist: the picture has 3 pages',
    });
  });

  it('has one page when it is a single picture', async () => {
    const source = await test.toSource(writeTiffLike({ directories: [pageOf(blue, 50, 50)] }), type);
    expect(await test.rendering.facts(source, asked)).toMatchObject({ pageCount: 1 });
  });

  it('ends where its directories begin again', async () => {
    const loop = writeTiffLike({ directories: [pageOf(blue, 50, 50)] });
    loop.writeUInt32LE(8, 8 + 2 + 10 * 12);
    const source = await test.toSource(loop, type);
    expect(await test.rendering.facts(source, asked)).toMatchObject({ pageCount: 1 });
  });

  (corpus ? it : it.skip)(
    `is a real fax of two pages${corpus ? '' : ' (needs PROOFSHEET_CORPUS, the folder of real files)'}`,
    async () => {
      const source = fileSource(join(corpus ?? '', 'images/G31D_MULTI.TIF'), type, 'fax');
      const { pageCount } = await test.rendering.facts(source, asked);
      expect(pageCount).toBe(2);
      ready(await test.rendering.render(source, thumbnail(320), asked));
      for (const number of [1, 2]) {
        expect(ready(await test.rendering.render(source, page(number, 1024), asked))).toMatchObject({ width: 1024 });
      }
    },
  );
});
