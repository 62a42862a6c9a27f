import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { ContentError } from '../../src/errors.js';
import { offered } from '../support/pictured-shelf.js';
import { image, modelFile, openLadder, page, photo, ready, type TestLadder, thumbnail } from './ladder-harness.js';

let test: TestLadder;

beforeEach(async () => {
  test = await openLadder();
});

afterEach(() => test.close());

describe("A system's own picture", () => {
  it('is passed on untouched when it is what is asked for, and the original stays unread', async () => {
    const picture = await photo(320, 240);
    test.shelf.put('photo', await image(), () => offered(picture));
    const drawn = ready(await test.draw('photo'));
    expect(drawn).toMatchObject({ madeBy: 'PROVIDER', format: 'JPEG', width: 320, height: 240, sizeBytes: picture.length });
    expect(drawn.bytes.equals(picture)).toBe(true);
    expect(test.shelf.opened).toEqual([]);
  });

  it('is asked for once and then found in the store, still telling who made it', async () => {
    const picture = await photo(320, 240);
    test.shelf.put('photo', await image(), () => offered(picture));
    await test.draw('photo');
    expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'PROVIDER' });
    expect(test.shelf.asked).toEqual(['thumbnail-320.jpeg']);
  });

  it('gets a thumbhash after somebody has asked for one, without a call to its system', async () => {
    const picture = await photo(320, 240);
    test.shelf.put('model', modelFile(), () => offered(picture));
    const model = await test.stat('model');
    expect(test.renditions.thumbhash(model)).toBeNull();
    await test.draw('model');
    expect(test.rendering.stats().imageDone).toBe(0);
    expect(test.renditions.thumbhash(model)).toBeNull();
    while (!test.renditions.hasThumbhash(model)) await new Promise(setImmediate);
    expect(test.renditions.thumbhash(model)?.length).toBeGreaterThan(10);
    expect(test.rendering.stats().imageDone).toBe(1);
    expect([test.shelf.asked, test.shelf.opened]).toEqual([['thumbnail-320.jpeg'], []]);
  });

  it('does not stand for the facts of its source, which stay unknown', async () => {
    const picture = await photo(320, 240);
    test.shelf.put('photo', await image(), () => offered(picture));
    await test.draw('photo');
    const attachment = await test.stat('photo');
    test.renditions.thumbhash(attachment);
    while (!test.renditions.hasThumbhash(attachment)) await new Promise(setImmediate);
    expect(test.renditions.knownFacts(attachment)).toBeNull();
    expect(await test.renditions.facts(attachment, test.call())).toMatchObject({ width: 640, height: 480 });
    expect(test.renditions.hasThumbhash(attachment)).toBe(true);
  });

  it.each([
    ['larger', 800, 600, 'jpeg', 320, 240],
    ['of another format', 320, 200, 'png', 320, 200],
    ['of a format that is never sent', 320, 200, 'gif', 320, 200],
  ] as const)('that is %s is made to fit here', async (_, width, height, format, toWidth, toHeight) => {
    const picture = await photo(width, height, format);
    test.shelf.put('photo', await image(), () => offered(picture));
    const drawn = ready(await test.draw('photo'));
    expect(drawn).toMatchObject({ madeBy: 'PROXY_RESIZED', format: 'JPEG', width: toWidth, height: toHeight });
    expect(await sharp(drawn.bytes).metadata()).toMatchObject({ format: 'jpeg', width: toWidth, height: toHeight });
    expect(test.shelf.opened).toEqual([]);
  });

  it('is large enough from nine tenths of what is asked for', async () => {
    const [enough, tooSmall] = [await photo(288, 100), await photo(287, 100)];
    test.shelf.put('enough', await image(), () => offered(enough));
    test.shelf.put('small', await image(641), () => offered(tooSmall));
    expect(await test.draw('enough')).toMatchObject({ madeBy: 'PROVIDER', width: 288 });
    expect(await test.draw('small')).toMatchObject({ madeBy: 'RENDERED_HERE', width: 320 });
  });

  it('shows all there is when it is below the size that its system bounds it to, and is never enlarged', async () => {
    const picture = await photo(90, 60);
    test.shelf.put('photo', await image(), () => offered(picture, 1024));
    expect(await test.draw('photo')).toMatchObject({ madeBy: 'PROVIDER', width: 90, height: 60 });
    expect(await test.draw('photo', thumbnail(320, 'PNG'))).toMatchObject({ madeBy: 'PROXY_RESIZED', width: 90, height: 60 });
  });

  it('is taken although it is smaller where the original cannot be drawn', async () => {
    const picture = await photo(100, 80);
    test.shelf.put('model', modelFile(), () => offered(picture));
    expect(await test.draw('model')).toMatchObject({ state: 'READY', madeBy: 'PROVIDER', width: 100, height: 80 });
    expect(await test.draw('model')).toMatchObject({ state: 'READY', madeBy: 'PROVIDER' });
    expect(test.shelf.asked).toHaveLength(1);
  });

  it('is taken although it is smaller where the original is broken', async () => {
    const picture = await photo(100, 80);
    test.shelf.put('photo', { ...(await image()), bytes: Buffer.from('no picture') }, () => offered(picture));
    expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'PROVIDER', width: 100 });
  });

  it('stands upright: one that its metadata turns is turned here', async () => {
    const turned = await sharp(await photo(300, 200))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    test.shelf.put('photo', await image(), () => offered(turned, 1024));
    const drawn = ready(await test.draw('photo'));
    expect(drawn).toMatchObject({ madeBy: 'PROXY_RESIZED', width: 200, height: 300 });
    expect((await sharp(drawn.bytes).metadata()).orientation).toBeUndefined();
  });

  it('of a page is as wide as asked, however high', async () => {
    const [exact, wide] = [await photo(320, 450, 'png'), await photo(600, 900, 'png')];
    test.shelf.put('exact', modelFile('a'), () => offered(exact));
    test.shelf.put('wide', modelFile('b'), () => offered(wide));
    expect(await test.draw('exact', page(2, 320))).toMatchObject({ madeBy: 'PROVIDER', width: 320, height: 450 });
    expect(await test.draw('wide', page(1, 320))).toMatchObject({ madeBy: 'PROXY_RESIZED', width: 320, height: 480 });
    expect(test.shelf.asked).toEqual(['page-2-320.png', 'page-1-320.png']);
  });

  it('is not asked for where the system says that it has none', async () => {
    test.shelf.put('photo', await image(), () => null);
    const attachment = { ...(await test.stat('photo')), hasThumbnail: false };
    expect(await test.renditions.draw(attachment, thumbnail(320), test.call())).toMatchObject({ madeBy: 'RENDERED_HERE' });
    expect(test.shelf.asked).toEqual([]);
  });

  it('that the system does not have is drawn here', async () => {
    test.shelf.put('photo', await image(), () => null);
    expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'RENDERED_HERE', width: 320, height: 240 });
  });
});

describe('A picture that a list told along', () => {
  it('is used without asking anybody', async () => {
    test.shelf.put('model', modelFile(), () => null);
    const picture = await photo(310, 100);
    test.ownPictures.put(await test.stat('model'), { bytes: picture, sizeCap: null });
    const drawn = ready(await test.draw('model'));
    expect(drawn.madeBy).toBe('PROVIDER');
    expect(drawn.bytes.equals(picture)).toBe(true);
    expect(test.shelf.asked).toEqual([]);
  });

  it('that is too small is only taken when nobody has a larger one', async () => {
    const [told, larger] = [await photo(40, 30), await photo(320, 240)];
    test.shelf.put('larger', modelFile('a'), () => offered(larger));
    test.shelf.put('none', modelFile('b'), () => null);
    for (const id of ['larger', 'none']) test.ownPictures.put(await test.stat(id), { bytes: told, sizeCap: null });
    expect(await test.draw('larger')).toMatchObject({ state: 'READY', width: 320 });
    expect(await test.draw('none')).toMatchObject({ state: 'READY', width: 40 });
  });

  it('is not asked for in another size where its system has no other', async () => {
    test.shelf.put('photo', await image(), () => null);
    test.shelf.put('model', modelFile(), () => null);
    const told = { bytes: await photo(40, 30), sizeCap: null, only: true };
    for (const id of ['photo', 'model']) test.ownPictures.put(await test.stat(id), told);
    expect(await test.draw('photo')).toMatchObject({ madeBy: 'RENDERED_HERE', width: 320 });
    expect(await test.draw('model')).toMatchObject({ madeBy: 'PROVIDER', width: 40 });
    expect(test.shelf.asked).toEqual([]);
  });

  it('is no page', async () => {
    test.shelf.put('model', modelFile(), () => null);
    test.ownPictures.put(await test.stat('model'), { bytes: await photo(640, 480), sizeCap: null });
    expect(await test.draw('model', page(1, 640))).toMatchObject({ state: 'UNSUPPORTED' });
  });
});

describe('Bytes that are no picture', () => {
  const wrong: readonly (readonly [string, () => Promise<ReturnType<typeof offered>>])[] = [
    ['a page of HTML', async () => offered(Buffer.from('<!doctype html><html><body>Sign in</body></html>'))],
    [
      'a drawing that may run scripts',
      async () => offered(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320"/>')),
    ],
    ['nothing', async () => offered(Buffer.alloc(0))],
    ['a JPEG without its end', async () => offered((await photo(320, 240)).subarray(0, 3000))],
    ['a PNG without its end', async () => offered((await photo(320, 240, 'png')).subarray(0, 3000))],
    ['a WebP without its end', async () => offered((await photo(320, 240, 'webp')).subarray(0, 1500))],
    ['a header of a size that cannot be', async () => offered(withPngSize(await photo(10, 10, 'png'), 300, 4_000_000))],
    ['a small file of very many pixels', async () => offered(withPngSize(await photo(10, 10, 'png'), 16_000, 16_000))],
    [
      'not all of its bytes',
      () => Promise.reject(new ContentError('PROVIDER_ERROR', 'shelf broke off its answer', { provider: 'shelf' })),
    ],
  ];

  it.each(wrong)('%s: the picture is drawn here, and the log tells', async (_, picture) => {
    test.shelf.put('photo', await image(), picture);
    expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'RENDERED_HERE', width: 320, height: 240 });
    expect(test.logged).toMatchObject([{ provider: 'shelf', id: 'photo', spec: 'thumbnail-320.jpeg' }]);
  });

  it.each(wrong)('%s: where it cannot be drawn here there is no picture', async (_, picture) => {
    test.shelf.put('model', modelFile(), picture);
    const answer = await test.draw('model').catch((error: unknown) => error);
    const outcome = answer instanceof ContentError ? answer.code : (answer as { readonly state: string }).state;
    expect(['PLACEHOLDER', 'PROVIDER_ERROR']).toContain(outcome);
  });

  it('a JPEG that is said to be something else is a JPEG', async () => {
    const picture = await photo(320, 240);
    test.shelf.put('photo', await image(), () => offered(picture));
    expect(await test.draw('photo', thumbnail(320, 'PNG'))).toMatchObject({ madeBy: 'PROXY_RESIZED', format: 'PNG' });
    expect(await test.draw('photo', thumbnail(320, 'JPEG'))).toMatchObject({ madeBy: 'PROVIDER', format: 'JPEG' });
  });
});

/** A PNG whose header says another size. */
function withPngSize(png: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
