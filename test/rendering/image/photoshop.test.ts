import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { openTestRendering, ready, type TestRendering } from '../harness.js';
import { colourAt, fromDisplayP3, quarters, quartersDistance, type Rgb, red } from './drawing.js';
import { readFixture } from './heif-file.js';
import { writeTiffLike } from './tiff-like-file.js';

const type = 'image/vnd.adobe.photoshop';

describe('A Photoshop file', () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering({ settings: { image: { maxWorkerMemoryBytes: 64 * 1024 ** 2 } } });
  });

  afterAll(() => test.close());

  it.each(['packed.psd', 'uncompressed.psd', 'of-16-bits.psd', 'with-a-palette.psd', 'large-form.psb'])(
    'is drawn from its merged picture: %s',
    async (name) => {
      const picture = ready(await test.draw(readFixture(name), type));
      expect(picture).toMatchObject({ width: 32, height: 16 });
      expect(await quartersDistance(picture.bytes)).toBeLessThan(2);
    },
  );

  it('without colours stays grey', async () => {
    const [r, g, b] = await colourAt(ready(await test.draw(readFixture('grey.psd'), type)).bytes, 0.75, 0.75);
    expect([g, b]).toEqual([r, r]);
    expect(r).toBeGreaterThan(180);
  });

  it('in CMYK looks like a TIFF of the same inks', async () => {
    // Photoshop counts paper where TIFF counts ink.
    const [ink, paper] = [
      [20, 220, 200, 10],
      [235, 35, 55, 245],
    ] as const;
    const planes = Buffer.concat(paper.map((value) => Buffer.alloc(256, value)));
    expect(await colourOf(planesFile({ mode: 4, planes, channels: 4 }))).toEqual(await colourOf(cmykTiff(ink), 'image/tiff'));
  });

  it('has the colours that its profile describes', async () => {
    const planes = Buffer.concat([red.r, red.g, red.b].map((value) => Buffer.alloc(256, value)));
    const { icc } = await sharp(await quarters(8, 8).withIccProfile('p3').png().toBuffer()).metadata();
    const colour = await colourOf(planesFile({ mode: 3, planes, channels: 3, resources: [[1039, icc ?? Buffer.alloc(0)]] }));
    const expected = toArray(fromDisplayP3(red));
    expect(Math.max(...expected.map((value, channel) => Math.abs(value - (colour[channel] ?? 0))))).toBeLessThan(3);
  });

  it('is drawn without the channels that are no colours', async () => {
    const planes = Buffer.concat([red.r, red.g, red.b, 0, 77].map((value) => Buffer.alloc(256, value)));
    expect(await colourOf(planesFile({ mode: 3, planes, channels: 5 }))).toEqual([...toArray(red), 255]);
  });

  it('that was saved without a merged picture is refused, saying so', async () => {
    const planes = Buffer.alloc(256 * 3, 255);
    const versionInfo = Buffer.from([0, 0, 0, 1, 0]);
    expect(await test.draw(planesFile({ mode: 3, planes, channels: 3, resources: [[1057, versionInfo]] }), type)).toEqual({
      state: 'UNSUPPORTED',
      reason: 'The Photoshop file was saved without a merged picture',
    });
  });

  it.each([
    ['more inks than four', 7],
    ['Lab', 9],
  ])('in %s is refused, saying so', async (_, mode) => {
    expect(await test.draw(planesFile({ mode, planes: Buffer.alloc(256 * 5), channels: 5 }), type)).toEqual({
      state: 'UNSUPPORTED',
      reason: 'The Photoshop file was saved in colours that nothing here can read',
    });
  });

  it('fails when it ends early', async () => {
    const bytes = readFixture('packed.psd');
    expect(await test.draw(bytes.subarray(0, bytes.length - 50), type)).toEqual({
      state: 'FAILED',
      reason: 'The Photoshop file is damaged or incomplete',
    });
  });

  it('is refused before much memory is taken', async () => {
    const bytes = Buffer.from(readFixture('uncompressed.psd'));
    bytes.writeUInt32BE(8000, 14);
    bytes.writeUInt32BE(8000, 18);
    expect(await test.draw(bytes, type)).toMatchObject({
      state: 'UNSUPPORTED',
      reason: expect.stringContaining('too much memory'),
    });
  });

  const colourOf = async (bytes: Buffer, said = type) => colourAt(ready(await test.draw(bytes, said)).bytes, 0.5, 0.5);
});

function toArray({ r, g, b }: Rgb): readonly [number, number, number] {
  return [r, g, b];
}

interface PlanesFile {
  readonly mode: number;
  readonly channels: number;
  /** 16 × 16 bytes a channel. */
  readonly planes: Buffer;
  readonly resources?: readonly (readonly [number: number, bytes: Buffer])[];
}

function planesFile({ mode, channels, planes, resources = [] }: PlanesFile): Buffer {
  const header = Buffer.alloc(26);
  header.write('8BPS', 'latin1');
  header.writeUInt16BE(1, 4);
  [channels, 0, 16, 0, 16, 8, mode].forEach((value, index) => {
    header.writeUInt16BE(value, 12 + index * 2);
  });
  const blocks = resources.map(([number, bytes]) => {
    const head = Buffer.alloc(12);
    head.write('8BIM', 'latin1');
    head.writeUInt16BE(number, 4);
    head.writeUInt32BE(bytes.length, 8);
    return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
  });
  const none = Buffer.alloc(4);
  return Buffer.concat([header, none, withLength(Buffer.concat(blocks)), none, Buffer.alloc(2), planes]);
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** 16 × 16 px of one mixture of inks. */
function cmykTiff(ink: readonly number[]): Buffer {
  const strip = Buffer.alloc(16 * 16 * 4, Buffer.from(ink));
  const directory = {
    256: 16,
    257: 16,
    258: [8, 8, 8, 8],
    259: 1,
    262: 5,
    273: { placeOf: strip },
    277: 4,
    278: 16,
    279: strip.length,
  };
  return writeTiffLike({ directories: [directory] });
}
