import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Sharp } from 'sharp';
import type { RenditionOutcome } from '../../../src/rendering/renderer.js';
import { asked, openTestRendering, type TestRendering } from '../harness.js';
import { quarters, softShapes } from './drawing.js';
import { flatJpeg } from './flat-jpeg.js';

describe('A picture that cannot be drawn', () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering({ settings: { image: { maxPixels: 100_000_000, maxBufferedPixels: 50_000_000 } } });
  });

  afterAll(() => test.close());

  const failed = (reason: string | RegExp): object => ({
    state: 'FAILED',
    reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
  });

  it('is refused with its size and the limit when it has too many pixels', async () => {
    expect(await test.draw(pngOf(65_535, 65_535), 'image/png')).toEqual({
      state: 'UNSUPPORTED',
      reason: 'The picture has 65535 × 65535 px, the limit is 100 million px',
    });
  });

  it('is drawn all the same when it is a JPEG that is read row by row', async () => {
    const outcome = await test.draw(flatJpeg(16_000, 7_000, 1), 'image/jpeg');
    expect(outcome).toMatchObject({ state: 'READY', width: 128, height: 56 });
  });

  it.each([
    ['of several scans', () => flatJpeg(16_000, 7_000, 3), 50],
    ['of more pixels than even a JPEG may have', () => flatJpeg(40_000, 40_000, 1), 1000],
  ])('is refused when it is a JPEG %s', async (_, write, millions) => {
    const reason = expect.stringContaining(`the limit is ${millions} million px`);
    expect(await test.draw(write(), 'image/jpeg')).toEqual({ state: 'UNSUPPORTED', reason });
  });

  it.each([
    ['a progressive JPEG', 'image/jpeg', (picture: Sharp) => picture.jpeg({ progressive: true })],
    ['an interlaced PNG', 'image/png', (picture: Sharp) => picture.png({ progressive: true })],
    ['a WebP', 'image/webp', (picture: Sharp) => picture.webp({ effort: 0 })],
    ['a GIF', 'image/gif', (picture: Sharp) => picture.gif({ effort: 1 })],
  ] as const)('has a lower limit where all of it is in memory at once: %s', async (_, contentType, write) => {
    const small = await openTestRendering({ settings: { image: { maxBufferedPixels: 1_000_000 } } });
    const outcomes = await Promise.all(
      [1001, 999].map(async (edge) => small.draw(await write(quarters(edge, edge)).toBuffer(), contentType)),
    );
    expect(outcomes).toEqual([
      { state: 'UNSUPPORTED', reason: 'The picture has 1001 × 1001 px, the limit is 1 million px' },
      expect.objectContaining({ state: 'READY' }),
    ]);
    await small.close();
  });

  it('tells its size all the same', async () => {
    const source = await test.toSource(pngOf(65_535, 65_535), 'image/png');
    const facts = await test.rendering.facts(source, asked);
    expect(facts).toMatchObject({ width: 65_535, height: 65_535 });
  });

  it.each([
    ['JPEG', 'image/jpeg', () => softShapes(600, 400).jpeg()],
    ['progressive JPEG', 'image/jpeg', () => softShapes(600, 400).jpeg({ progressive: true })],
    ['PNG', 'image/png', () => softShapes(600, 400).png()],
    ['WebP', 'image/webp', () => softShapes(600, 400).webp()],
    ['AVIF', 'image/avif', () => softShapes(600, 400).avif({ effort: 0 })],
    ['GIF', 'image/gif', () => softShapes(600, 400).gif()],
    ['TIFF', 'image/tiff', () => softShapes(600, 400).tiff({ compression: 'lzw' })],
  ] as const)('fails when it is a %s cut off half-way, rather than being half grey', async (_, contentType, write) => {
    const bytes = await write().toBuffer();
    const outcome = await test.draw(bytes.subarray(0, bytes.length / 2), contentType);
    expect(outcome).toEqual(failed(/^The (?:JPEG|PNG|WebP|AVIF|GIF|TIFF) picture is damaged or incomplete$/));
  });

  it('fails when a part of it is overwritten', async () => {
    const bytes = await softShapes(600, 400).png().toBuffer();
    bytes.fill(0, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.6));
    expect(await test.draw(bytes, 'image/png')).toEqual(failed(/^The PNG picture is damaged/));
  });

  it('fails when it is empty', async () => {
    expect(await test.draw('', 'image/jpeg')).toEqual(failed('The file is empty'));
    expect(await test.draw('', 'image/svg+xml')).toEqual(failed('The file is empty'));
  });

  it('fails when it is no picture at all', async () => {
    expect(await test.draw('Dear Sir or Madam', 'image/jpeg')).toEqual(failed('The JPEG picture is damaged or incomplete'));
  });

  it('is refused when it is a drawing that is said to be a photograph', async () => {
    const outcome = await test.draw('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'image/jpeg');
    expect(outcome).toEqual({ state: 'UNSUPPORTED', reason: 'The file is said to be a JPEG picture, but it is not one' });
  });

  it('is refused when it is a photograph that is said to be a drawing', async () => {
    const outcome = await test.draw(await quarters(9, 9).png().toBuffer(), 'image/svg+xml');
    expect(outcome).toEqual({ state: 'UNSUPPORTED', reason: 'The file is said to be a SVG picture, but it is not one' });
  });

  it('is drawn when it is only said to be of another kind', async () => {
    const outcome = await test.draw(await quarters(99, 99).png().toBuffer(), 'image/jpeg');
    expect(outcome.state).toBe('READY');
  });

  it('is drawn in spite of bytes after its end', async () => {
    const bytes = await quarters(99, 99).jpeg().toBuffer();
    expect((await test.draw(Buffer.concat([bytes, Buffer.alloc(500, 7)]), 'image/jpeg')).state).toBe('READY');
  });

  it('does not keep others from being drawn', async () => {
    const good = await quarters(99, 99).jpeg().toBuffer();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => test.draw(index % 2 ? good : good.subarray(0, good.length / 2), 'image/jpeg')),
    );
    const states = outcomes.map((outcome: RenditionOutcome) => outcome.state);
    expect(states.filter((state) => state === 'READY')).toHaveLength(10);
    expect(states.filter((state) => state === 'FAILED')).toHaveLength(10);
  });
});

/** A PNG of one colour that says it has so many px; its picture data is not there. */
function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
