import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Variant } from '../../src/rendition.js';
import { type Answer, file, type RunningDelivery, startDelivery } from './harness.js';

const thumbnail: Variant = { kind: 'thumbnail', size: 160, format: 'JPEG' };

let running: RunningDelivery;
let path: string;

beforeEach(async () => {
  running = await startDelivery();
  const bytes = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
    .png()
    .toBuffer();
  running.shelf.files.set('photo', file(bytes, { contentType: 'image/png', filename: 'photo.png' }));
  path = running.pathTo('photo', { variant: thumbnail });
});

afterEach(async () => {
  await running.close();
});

/** As often as it takes to be kept in memory. */
async function askTwice(of: RunningDelivery, path: string): Promise<Answer> {
  await of.ask(path);
  return of.ask(path);
}

describe('A picture that was sent twice moments ago', () => {
  it('is sent again from memory, the same to the byte and in every header', async () => {
    const [second, third] = [await askTwice(running, path), await running.ask(path)];
    expect(third).toEqual({ ...second, headers: { ...second.headers, date: expect.anything() } });
    expect(running.stats()).toMatchObject({
      hotHits: 1,
      hotMisses: 2,
      hotEntries: 1,
      status200: 3,
      sentBytes: 3 * second.body.length,
    });
    expect(running.shelf.statCalls).toBe(2);
  });

  it('is still right for HEAD, conditions and ranges', async () => {
    const { body, headers } = await askTwice(running, path);
    const etag = String(headers.etag);
    expect(await running.ask(path, {}, 'HEAD')).toMatchObject({ status: 200, headers: { 'content-length': `${body.length}` } });
    expect(await running.ask(path, { 'if-none-match': etag })).toMatchObject({ status: 304 });
    expect(await running.ask(path, { 'if-none-match': '"other"' })).toMatchObject({ status: 200, body });
    expect(await running.ask(path, { range: 'bytes=5-9' })).toMatchObject({ status: 206, body: body.subarray(5, 10) });
    expect(await running.ask(path, { range: 'bytes=5-9', 'if-range': '"other"' })).toMatchObject({ status: 200, body });
    expect((await running.ask(path, {}, 'POST')).status).toBe(405);
    expect(running.stats()).toMatchObject({ hotHits: 0 });
  });

  it('is not sent for a URL that differs by one character', async () => {
    await askTwice(running, path);
    expect((await running.ask(path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A'))).status).toBe(403);
  });

  it('is no longer sent a few seconds after the attachment was deleted', async () => {
    await askTwice(running, path);
    running.shelf.files.delete('photo');
    expect((await running.ask(path)).status).toBe(200);
    running.clock.now += 5_000;
    expect((await running.ask(path)).status).toBe(404);
  });

  it('is no longer sent once its URL has expired', async () => {
    const short = running.pathTo('photo', { variant: thumbnail, expiresInSeconds: 1 });
    await askTwice(running, short);
    running.clock.now += 2_000;
    expect((await running.ask(short)).status).toBe(410);
  });
});

describe('The memory for pictures', () => {
  it('holds none over 256 KiB', async () => {
    const onDisk = join(running.directory, 'big');
    await writeFile(onDisk, Buffer.alloc(256 * 1024 + 1));
    running.shelf.files.set('big', file(Buffer.alloc(256 * 1024 + 1), { open: () => ({ path: onDisk }) }));
    expect((await askTwice(running, running.pathTo('big'))).status).toBe(200);
    expect(running.stats()).toMatchObject({ hotEntries: 0 });
  });

  it('stays within its size', async () => {
    const small = await startWithTwentyFiles();
    for (let index = 0; index < 20; index += 1) await askTwice(small, small.pathTo(`${index}`));
    const { hotBytes, hotEntries } = small.stats();
    await small.close();
    expect(hotEntries).toBe(10);
    expect(hotBytes).toBeGreaterThan(10 * 100_000);
    expect(hotBytes).toBeLessThan(1024 * 1024);
  });

  it('holds nothing that is not asked for again before as much as fits it was', async () => {
    const small = await startWithTwentyFiles();
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < 20; index += 1) await small.ask(small.pathTo(`${index}`));
    }
    const { hotHits, hotEntries } = small.stats();
    await small.close();
    expect([hotHits, hotEntries]).toEqual([0, 0]);
  });

  it('counts URLs too: their filenames are for anybody to choose', async () => {
    const small = await startWithTwentyFiles();
    for (let number = 0; number < 100; number += 1) {
      const path = small.pathTo('little').replace(/[^/]+\?/, `${number}${'x'.repeat(12_000)}?`);
      await askTwice(small, path);
    }
    const { hotEntries } = small.stats();
    await small.close();
    expect(hotEntries).toBeLessThan((1024 * 1024) / 12_000);
  });

  it('can be none', async () => {
    const cold = await startDelivery({ hotBytes: 0 });
    cold.shelf.files.set('a', file('a'));
    expect([(await cold.ask(cold.pathTo('a'))).status, (await cold.ask(cold.pathTo('a'))).status]).toEqual([200, 200]);
    expect(cold.stats()).toMatchObject({ hotHits: 0, hotEntries: 0 });
    await cold.close();
  });
});

/** Of 100 KB each, ten of which fit the memory. */
async function startWithTwentyFiles(): Promise<RunningDelivery> {
  const small = await startDelivery({ hotBytes: 1024 * 1024 });
  for (let index = 0; index < 20; index += 1) {
    const onDisk = join(small.directory, `${index}`);
    await writeFile(onDisk, randomBytes(100_000));
    small.shelf.files.set(`${index}`, file(Buffer.alloc(100_000), { open: () => ({ path: onDisk }) }));
  }
  small.shelf.files.set('little', file(Buffer.alloc(100)));
  return small;
}
