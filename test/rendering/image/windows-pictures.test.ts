import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asked, openTestRendering, ready, type TestRendering } from '../harness.js';
import { blue, colourAt, green, quarters, quartersDistance, red, yellow } from './drawing.js';
import { readFixture } from './heif-file.js';

/** What 5 bits a colour leave of it. */
const slight = 12;
const bitmapHeader = { pixelOffset: 10, height: 22, bitsPerPixel: 28, compression: 30 } as const;

let test: TestRendering;

beforeAll(async () => {
  test = await openTestRendering({ settings: { image: { maxWorkerMemoryBytes: 64 * 1024 ** 2 } } });
});

afterAll(() => test.close());

describe('A Windows bitmap', () => {
  const type = 'image/bmp';

  it.each(['of-24-bits', 'of-16-bits', 'with-a-palette', 'of-run-lengths', 'of-os2'])(
    '%s has its colours where they belong',
    async (name) => {
      const picture = ready(await test.draw(readFixture(`${name}.bmp`), type));
      expect(picture).toMatchObject({ width: 32, height: 16 });
      expect(await quartersDistance(picture.bytes)).toBeLessThan(slight);
    },
  );

  it('that begins with its first row stands upright too', async () => {
    const bytes = Buffer.from(readFixture('of-24-bits.bmp'));
    bytes.writeInt32LE(-16, bitmapHeader.height);
    expect(await quartersDistance(ready(await test.draw(bytes, type)).bytes, [blue, yellow, red, green])).toBe(0);
  });

  it('stays transparent where it is', async () => {
    const picture = ready(await test.draw(readFixture('with-opacity.bmp'), type));
    expect((await colourAt(picture.bytes, 0.25, 0.25))[3]).toBe(0);
    expect(await colourAt(picture.bytes, 0.75, 0.25)).toEqual([green.r, green.g, green.b, 255]);
  });

  it('is not transparent when its opacity is nought throughout', async () => {
    const bytes = Buffer.from(readFixture('with-opacity.bmp'));
    for (let at = bytes.readUInt32LE(bitmapHeader.pixelOffset) + 3; at < bytes.length; at += 4) bytes[at] = 0;
    expect(await quartersDistance(ready(await test.draw(bytes, type)).bytes)).toBe(0);
  });

  it('is made smaller without a trace of its rows', async () => {
    const bytes = bitmapOf(1200, 600, await quarters(1200, 600).raw().toBuffer());
    const picture = ready(await test.draw(bytes, type, 64));
    expect(picture).toMatchObject({ width: 64, height: 32 });
    expect(await quartersDistance(picture.bytes)).toBeLessThan(2);
  });

  it('fails when it ends early', async () => {
    const bytes = readFixture('of-24-bits.bmp');
    expect(await test.draw(bytes.subarray(0, 500), type)).toEqual({
      state: 'FAILED',
      reason: 'The BMP picture is damaged or incomplete',
    });
  });

  it('of few bytes is no reason to take much memory', async () => {
    const bytes = Buffer.from(readFixture('of-run-lengths.bmp'));
    bytes.writeInt32LE(16_000, 18);
    bytes.writeInt32LE(16_000, bitmapHeader.height);
    expect(await test.draw(bytes, type)).toMatchObject({
      state: 'UNSUPPORTED',
      reason: expect.stringContaining('too much memory'),
    });
  });

  it('that holds a JPEG is refused', async () => {
    const bytes = Buffer.from(readFixture('of-24-bits.bmp'));
    bytes.writeUInt32LE(4, bitmapHeader.compression);
    expect(await test.draw(bytes, type)).toMatchObject({ state: 'FAILED' });
  });
});

describe('A Windows icon', () => {
  const type = 'image/vnd.microsoft.icon';

  it('shows the largest of its pictures', async () => {
    const source = await test.toSource(readFixture('of-two-sizes.ico'), type);
    expect(await test.rendering.facts(source, asked)).toMatchObject({ width: 32, height: 16 });
    expect(await quartersDistance(ready(await test.draw(readFixture('of-two-sizes.ico'), type)).bytes)).toBe(0);
  });

  it('is transparent where its mask says so', async () => {
    const bytes = Buffer.from(readFixture('with-a-palette.ico'));
    const maskBytes = 4 * 16;
    // The last rows of the file are the upper ones of the picture; its left half is masked there.
    for (let at = bytes.length - maskBytes / 2; at < bytes.length; at += 4) bytes.writeUInt32BE(0xffff0000, at);
    const picture = ready(await test.draw(bytes, type));
    expect((await colourAt(picture.bytes, 0.25, 0.25))[3]).toBe(0);
    expect(await colourAt(picture.bytes, 0.75, 0.25)).toEqual([green.r, green.g, green.b, 255]);
  });

  it('may hold a PNG larger than its table can say', async () => {
    const png = await quarters(512, 256).png().toBuffer();
    const header = Buffer.from('000001000100', 'hex');
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(png.length, 8);
    entry.writeUInt32LE(22, 12);
    const picture = ready(await test.draw(Buffer.concat([header, entry, png]), type));
    expect(picture).toMatchObject({ width: 128, height: 64 });
    expect(await quartersDistance(picture.bytes)).toBe(0);
  });

  it('without pictures fails in plain words', async () => {
    expect(await test.draw(Buffer.from('000001000000', 'hex'), type)).toEqual({
      state: 'FAILED',
      reason: 'The ICO picture is damaged or incomplete',
    });
  });
});

/** Three bytes a pixel, from the first row on. */
function bitmapOf(width: number, height: number, rgb: Buffer): Buffer {
  const header = Buffer.from(readFixture('of-24-bits.bmp').subarray(0, 54));
  header.writeInt32LE(width, 18);
  header.writeInt32LE(-height, bitmapHeader.height);
  const bgr = Buffer.from(rgb);
  for (let at = 0; at < bgr.length; at += 3) bgr.subarray(at, at + 3).reverse();
  return Buffer.concat([header, bgr]);
}
