import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import type { RenderSource } from '../../src/rendering/rendering.js';
import { Spool } from '../../src/rendering/spool.js';
import { fileSource, Gate, request } from './harness.js';

const limits = { maxFileBytes: 1000, maxBytes: 3000, keepMs: 60_000, width: 4, maxWaiting: 100, deadlineMs: 20_000 };

describe('The folder of temporary files', () => {
  let directory: string;
  let spool: Spool;

  const task = (signal?: AbortSignal) => request('somebody', 'asked', signal);
  const reopen = async (changed: Partial<typeof limits> = {}) => {
    await spool.close();
    spool = await Spool.open(join(directory, 'spool'), { ...limits, ...changed });
  };
  const spooled = () => readdir(join(directory, 'spool'));

  /** Counts how often it is opened. */
  const streamSource = (
    contentKey: string,
    sizeBytes: number,
    toStream = () => Readable.from([Buffer.alloc(sizeBytes, contentKey)]),
  ) => {
    const source = {
      opened: 0,
      contentKey,
      provider: 'afar',
      contentType: 'image/png',
      sizeBytes,
      open: async () => {
        source.opened += 1;
        return { contentType: 'image/png', sizeBytes, range: null, body: { stream: toStream() } };
      },
    };
    return source satisfies RenderSource;
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'proofsheet-spool-'));
    spool = await Spool.open(join(directory, 'spool'), limits);
  });

  afterEach(async () => {
    await spool.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('leaves a local file where it lies', async () => {
    const path = join(directory, 'local');
    await writeFile(path, 'local bytes');
    const held = await spool.open(fileSource(path, 'image/png', 'key'), task());
    expect(held.file).toEqual({ path, contentType: 'image/png', sizeBytes: 11, contentKey: 'key' });
    held.release();
    expect(await readFile(path, 'utf8')).toBe('local bytes');
  });

  it('writes a stream to a file', async () => {
    const held = await spool.open(streamSource('a', 500), task());
    expect(await readFile(held.file.path)).toEqual(Buffer.alloc(500, 'a'));
    expect(held.file.sizeBytes).toBe(500);
  });

  it('opens a source once for many at the same time, and for those who come soon after', async () => {
    const source = streamSource('a', 500);
    const held = await Promise.all(Array.from({ length: 20 }, () => spool.open(source, task())));
    for (const one of held) one.release();
    await spool.open(source, task());
    expect(source.opened).toBe(1);
  });

  it('removes a file some time after its last use', async () => {
    await reopen({ keepMs: 0 });
    const held = await spool.open(streamSource('a', 500), task());
    const again = held.retain();
    held.release();
    expect(await spooled()).toEqual([expect.stringMatching(/^source-a\.\d+$/)]);
    again.release();
    while ((await spooled()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(spool.stats()).toMatchObject({ files: 0, bytes: 0 });
  });

  it('makes room by removing what is not in use', async () => {
    for (const key of ['a', 'b', 'c', 'd']) (await spool.open(streamSource(key, 900), task())).release();
    expect(spool.stats()).toMatchObject({ files: 3, bytes: 2700 });
  });

  it('answers OVERLOADED while everything in it is in use', async () => {
    for (const key of ['a', 'b', 'c']) await spool.open(streamSource(key, 900), task());
    await expect(spool.open(streamSource('d', 900), task())).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(spool.stats()).toMatchObject({ files: 3, bytes: 2700 });
  });

  it('refuses a file over the limit before it is read', async () => {
    await expect(spool.open(streamSource('a', 1001), task())).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(await spooled()).toEqual([]);
  });

  it('refuses a stream of unknown size when it passes the limit', async () => {
    const endless = () => Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(100)));
    const source = { ...streamSource('a', 0), sizeBytes: null };
    const open = async () => ({ contentType: 'image/png', sizeBytes: null, range: null, body: { stream: endless() } });
    await expect(spool.open({ ...source, open }, task())).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect([await spooled(), spool.stats().bytes]).toEqual([[], 0]);
  });

  it('keeps nothing of a stream that ends early', async () => {
    const source = streamSource('a', 500, () => Readable.from([Buffer.alloc(200)]));
    await expect(spool.open(source, task())).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      message: 'The file came with 200 bytes instead of 500',
    });
    expect([await spooled(), spool.stats().bytes]).toEqual([[], 0]);
  });

  it('keeps nothing of a stream that is not as long as its source, whatever is said about the stream', async () => {
    const source = { ...streamSource('a', 200), sizeBytes: 500 };
    await expect(spool.open(source, task())).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      details: { provider: 'afar', retryable: true },
    });
    expect([await spooled(), spool.stats().bytes]).toEqual([[], 0]);
  });

  it('keeps nothing of a stream that breaks off, which is the fault of its provider', async () => {
    const breaking = () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(200);
          throw new Error('socket closed');
        })(),
      );
    await expect(spool.open(streamSource('a', 500, breaking), task())).rejects.toMatchObject({
      code: 'PROVIDER_ERROR',
      message: 'The file broke off while it was read',
      details: { provider: 'afar' },
    });
    expect([await spooled(), spool.stats().bytes]).toEqual([[], 0]);
  });

  it('passes on why a source cannot be opened', async () => {
    const source = { ...streamSource('a', 5), open: () => Promise.reject(new ContentError('FORBIDDEN', 'Not yours')) };
    await expect(spool.open(source, task())).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'Not yours' });
  });

  it('stops reading and keeps nothing when nobody waits any more', async () => {
    const reading = new Gate();
    const stuck = () =>
      new Readable({
        read() {
          this.push(Buffer.alloc(10));
          reading.open();
          this.read = () => {};
        },
      });
    const stream = stuck();
    const leaving = new AbortController();
    const left = spool.open(
      streamSource('a', 500, () => stream),
      task(leaving.signal),
    );
    await reading.opened;
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    while ((await spooled()).length > 0 || spool.stats().bytes > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(stream.destroyed).toBe(true);
  });

  it('opens what was only to be read ahead as soon as somebody asks for it, though others are read', async () => {
    const gate = new Gate();
    const busy = { ...streamSource('busy', 5), open: () => gate.opened.then(() => streamSource('busy', 5).open()) };
    const reading = spool.open(busy, task());
    const source = streamSource('a', 5);
    const ahead = request('somebody', 'ahead');
    const opening = spool.open(source, ahead);
    await new Promise(setImmediate);
    expect(source.opened).toBe(0);
    ahead.demand.join(task().demand);
    await opening;
    expect(source.opened).toBe(1);
    gate.open();
    await reading;
  });

  it('removes what an earlier process left', async () => {
    await writeFile(join(directory, 'spool', 'source-old'), 'old');
    spool = await Spool.open(join(directory, 'spool'), limits);
    expect(await spooled()).toEqual([]);
  });
});
