import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { asked, openTestRendering, ready, type TestRendering, thumbnail } from '../harness.js';
import { type CameraJpegs, cameraRawFiles, writeRaf } from './camera-raw-files.js';
import { quarters, quartersDistance, turnBack } from './drawing.js';
import { writeTiffLike } from './tiff-like-file.js';

/** What a codec may change of a colour. */
const slight = 12;

describe('The raw file of a camera', () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering();
  });

  afterAll(() => test.close());

  describe.each(Object.entries(cameraRawFiles))('of the kind %s', (_, [contentType, write]) => {
    it.each([1, 6, 3])('is drawn from its largest JPEG, upright from orientation %i', async (orientation) => {
      const source = await test.toSource(write(await jpegsFor(orientation)), contentType);
      expect(await test.rendering.facts(source, asked)).toMatchObject({ width: 400, height: 200, vector: false });
      const picture = ready(await test.rendering.render(source, thumbnail(128), asked));
      expect(picture).toMatchObject({ width: 128, height: 64 });
      expect(await quartersDistance(picture.bytes)).toBeLessThan(slight);
    });

    it('is drawn whatever it is said to be', async () => {
      const file = write(await jpegsFor(1));
      for (const said of ['image/tiff', 'image/jpeg', 'image/heic']) ready(await test.draw(file, said));
    });
  });

  it('of the kind RAF is turned by what its JPEG says itself', async () => {
    const turned = await turnBack(quarters(400, 200), 6);
    const jpeg = await sharp(turned).jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer();
    const picture = ready(await test.draw(writeRaf(jpeg), 'image/x-fujifilm-raf'));
    expect(picture).toMatchObject({ width: 128, height: 64 });
    expect(await quartersDistance(picture.bytes)).toBeLessThan(slight);
  });

  it('is turned once, not twice, when its JPEG says so too', async () => {
    const turned = await turnBack(quarters(400, 200), 8);
    const large = await sharp(turned).jpeg({ quality: 95 }).withMetadata({ orientation: 8 }).toBuffer();
    const [contentType, write] = cameraRawFiles.NEF ?? [];
    const file = write?.({ large, small: large, orientation: 8 }) ?? '';
    const picture = ready(await test.draw(file, contentType ?? ''));
    expect(await quartersDistance(picture.bytes)).toBeLessThan(slight);
  });

  it('without a JPEG is refused, saying so', async () => {
    const sensor = { 259: 1, 262: 32_803, 273: { placeOf: Buffer.alloc(500) }, 279: 500 };
    expect(await test.draw(writeTiffLike({ directories: [sensor] }), 'image/x-adobe-dng')).toEqual({
      state: 'UNSUPPORTED',
      reason: 'The raw file of a camera holds no JPEG that could be shown',
    });
  });

  it.each([0.1, 0.5, 0.9])('that ends after %d of its bytes is drawn or refused with a reason', async (share) => {
    const jpegs = await jpegsFor(1);
    for (const [contentType, write] of Object.values(cameraRawFiles)) {
      const file = write(jpegs);
      const outcome = await test.draw(file.subarray(0, Math.floor(file.length * share)), contentType);
      if (outcome.state !== 'READY') expect(outcome.reason).toMatch(/holds no JPEG|is damaged/);
    }
  });

  it('whose directories point at each other is not read for ever', async () => {
    const file = writeTiffLike({ directories: [{ 259: 1, 262: 32_803 }, { 259: 1 }] });
    file.writeUInt32LE(8, file.length - 4);
    expect(await test.draw(file, 'image/x-sony-arw')).toMatchObject({ state: 'UNSUPPORTED' });
  });

  it('is no raw file for its name alone: a TIFF stays one', async () => {
    const tiff = await quarters(100, 50).tiff().toBuffer();
    expect(ready(await test.draw(tiff, 'image/x-nikon-nef'))).toMatchObject({ width: 100, height: 50 });
  });
});

/** What a camera that was held so has taken of the four colours. */
async function jpegsFor(orientation: number): Promise<CameraJpegs> {
  const turned = await turnBack(quarters(400, 200), orientation);
  const large = await sharp(turned).jpeg({ quality: 95 }).toBuffer();
  const small = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#000000' } })
    .jpeg()
    .toBuffer();
  return { large, small, orientation };
}
