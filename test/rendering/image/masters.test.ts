import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { RenderSource } from '../../../src/rendering/rendering.js';
import { asked, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import { colourAt, meanDifference, softShapes } from './drawing.js';

const large = () => softShapes(3000, 2000);

describe('A master', () => {
  let test: TestRendering;

  beforeEach(async () => {
    test = await openTestRendering();
  });

  afterEach(() => test.close());

  /** Draws the first thumbnail, waits until nothing is drawn any more, and takes the source away. */
  const drawFirst = async (source: RenderSource) => {
    ready(await test.rendering.render(source, thumbnail(160), asked));
    while (test.rendering.stats().imageWaiting || test.rendering.stats().imageRunning) await new Promise(setImmediate);
    const { body } = await source.open(asked.signal);
    if ('path' in body) await rm(body.path);
  };

  it('serves later sizes, which look as if drawn from the source', async () => {
    const bytes = await large().jpeg({ quality: 95 }).toBuffer();
    const source = await test.toSource(bytes, 'image/jpeg');
    await drawFirst(source);
    for (const size of [320, 1024] as const) {
      const picture = ready(await test.rendering.render(source, thumbnail(size), asked));
      const expected = await sharp(bytes).resize(picture.width, picture.height).png().toBuffer();
      expect(picture).toMatchObject({ ...test.rendering.expectedSize(source.contentKey, thumbnail(size)) });
      expect(await meanDifference(picture.bytes, expected)).toBeLessThan(2);
    }
  });

  it('keeps what is transparent', async () => {
    const half = await large().resize(1500, 2000, { fit: 'fill' }).png().toBuffer();
    const nothing = { r: 0, g: 0, b: 0, alpha: 0 };
    const bytes = await sharp(half).extend({ left: 1500, background: nothing }).png().toBuffer();
    const source = await test.toSource(bytes, 'image/png');
    await drawFirst(source);
    const picture = ready(await test.rendering.render(source, thumbnail(640, 'WEBP'), asked));
    expect((await colourAt(picture.bytes, 0.25, 0.5))[3]).toBeLessThan(5);
    expect((await colourAt(picture.bytes, 0.75, 0.5))[3]).toBeGreaterThan(250);
  });

  it('does not serve a size that it could only be enlarged to', async () => {
    const source = await test.toSource(await large().jpeg().toBuffer(), 'image/jpeg');
    await drawFirst(source);
    await expect(test.rendering.render(source, thumbnail(2048), asked)).rejects.toThrow();
  });

  it('is not made for a small picture', async () => {
    const source = await test.toSource(await softShapes(1000, 1000).jpeg().toBuffer(), 'image/jpeg');
    await drawFirst(source);
    expect(test.rendering.stats().imageDone).toBe(1);
  });

  it('is made once for all sizes that were asked for together', async () => {
    const source = await test.toSource(await large().jpeg().toBuffer(), 'image/jpeg');
    const sizes = [32, 64, 128, 160, 256, 320] as const;
    await Promise.all(sizes.map((size) => test.rendering.render(source, thumbnail(size), asked)));
    while (test.rendering.stats().imageWaiting || test.rendering.stats().imageRunning) await new Promise(setImmediate);
    expect(test.rendering.stats().imageDone).toBe(sizes.length + 1);
  });
});
