import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { drawIcon } from '../../../src/rendering/icons/drawings.js';
import { families, familyOf } from '../../../src/rendering/icons/families.js';
import { imageFormats, ladder } from '../../../src/rendition.js';
import { asked, openTestRendering, type TestRendering, thumbnail } from '../harness.js';

describe('The family of a type', () => {
  it.each([
    ['application/zip', 'archive'],
    ['application/x-7z-compressed', 'archive'],
    ['application/epub+zip', 'book'],
    ['text/calendar', 'calendar'],
    ['application/json', 'code'],
    ['text/x-script.python', 'code'],
    ['text/vcard', 'contact'],
    ['application/vnd.sqlite3', 'database'],
    ['application/msword', 'document'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document'],
    ['application/vnd.oasis.opendocument.text', 'document'],
    ['font/woff2', 'font'],
    ['application/vnd.ms-fontobject', 'font'],
    ['application/pgp-encrypted', 'key'],
    ['message/rfc822', 'mail'],
    ['application/vnd.ms-outlook', 'mail'],
    ['model/stl', 'model'],
    ['image/x-xcf', 'picture'],
    ['application/x-msdownload', 'program'],
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'sheet'],
    ['application/vnd.oasis.opendocument.spreadsheet', 'sheet'],
    ['application/vnd.openxmlformats-officedocument.presentationml.presentation', 'slides'],
    ['audio/ogg', 'sound'],
    ['text/plain', 'text'],
    ['video/mp4', 'video'],
    ['application/octet-stream', 'unknown'],
    ['nonsense', 'unknown'],
  ])('of %s is %s', (contentType, family) => {
    expect(familyOf(contentType)).toBe(family);
  });
});

describe('An icon', () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering();
  });

  afterAll(() => test.close());

  it.each(families)('of %s has a sign of its own on the paper that all have', async (family) => {
    const others = families.filter((other) => other !== family).map((other) => drawIcon(other, 64));
    expect(others).not.toContain(drawIcon(family, 64));
    const { data } = await sharp(Buffer.from(drawIcon(family, 64)))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const alphaAt = (x: number, y: number) => data[(y * 64 + x) * 4 + 3];
    expect([alphaAt(1, 32), alphaAt(62, 32), alphaAt(16, 56), alphaAt(50, 56)]).toEqual([0, 0, 255, 255]);
  });

  it.each(imageFormats)('is a square of just the size that is asked for, in %s', async (format) => {
    for (const size of ladder.filter((edge) => edge <= 640)) {
      const icon = await test.rendering.drawIcon('application/zip', thumbnail(size, format), asked);
      expect(await sharp(icon.bytes).metadata()).toMatchObject({ width: size, height: size });
    }
  });

  it('is drawn once for all types of its family, also for many who ask at once', async () => {
    const { iconsDrawn = 0 } = test.rendering.stats();
    expect(test.rendering.findIcon('font/ttf', thumbnail(64))).toBeNull();
    const types = ['font/ttf', 'font/woff2', 'application/vnd.ms-fontobject'];
    const icons = await Promise.all(types.map((type) => test.rendering.drawIcon(type, thumbnail(64), asked)));
    expect(new Set(icons).size).toBe(1);
    expect(test.rendering.findIcon('font/otf', thumbnail(64))).toBe(icons[0]);
    expect(test.rendering.stats()).toMatchObject({ iconsDrawn: iconsDrawn + 1 });
  });
});
