import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DigestWorkers, sha256 } from '../../src/lib/digest.js';

let directory: string;
let workers: DigestWorkers;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-digest-'));
  workers = new DigestWorkers({ size: 2, idleMs: 60_000 });
});

afterEach(async () => {
  await workers.close();
  await rm(directory, { recursive: true });
});

const newFile = (name: string) => open(join(directory, name), 'wx+');
const hexOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('sha256', () => {
  it('hashes its parts as one', () => {
    expect(sha256([Buffer.from('ab'), Buffer.from('c')])).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('DigestWorkers', () => {
  it('hashes a file in the pieces it is written in', async () => {
    const file = await newFile('a');
    const bytes = randomBytes(3_000_000);
    const digest = workers.follow(file.fd);
    for (let start = 0; start < bytes.length; start += 700_001) {
      const end = Math.min(start + 700_001, bytes.length);
      await file.write(bytes, start, end - start, start);
      digest.advance(end);
    }
    expect(await digest.finish(bytes.length)).toBe(hexOf(bytes));
    await file.close();
  });

  it('hashes a file of no bytes', async () => {
    const file = await newFile('a');
    expect(await workers.follow(file.fd).finish(0)).toBe(hexOf(Buffer.alloc(0)));
    await file.close();
  });

  it('keeps files apart, however many share its threads', async () => {
    const files = await Promise.all(Array.from({ length: 7 }, (_, index) => newFile(`${index}`)));
    const contents = files.map(() => randomBytes(900_000));
    const digests = await Promise.all(
      files.map(async (file, index) => {
        const bytes = contents[index] ?? Buffer.alloc(0);
        const digest = workers.follow(file.fd);
        await file.write(bytes);
        return digest.finish(bytes.length);
      }),
    );
    expect(digests).toEqual(contents.map(hexOf));
    await Promise.all(files.map((file) => file.close()));
  });

  it('starts no thread before there is a file, and no more than its size', async () => {
    expect(workers.stats()).toEqual({ threads: 0, files: 0 });
    const file = await newFile('a');
    const digests = [1, 2, 3].map(() => workers.follow(file.fd));
    expect(workers.stats()).toEqual({ threads: 2, files: 3 });
    await Promise.all(digests.map((digest) => digest.finish(0)));
    expect(workers.stats()).toEqual({ threads: 2, files: 0 });
    await file.close();
  });

  it('rejects when the file is shorter than it was said to be', async () => {
    const file = await newFile('a');
    await file.write(Buffer.alloc(10));
    const digest = workers.follow(file.fd);
    await expect(digest.finish(20)).rejects.toThrow('The file ends at byte 10, before 20');
    await file.close();
  });

  it('rejects when it is closed meanwhile', async () => {
    const file = await newFile('a');
    const digest = workers.follow(file.fd);
    await workers.close();
    await expect(digest.finish(0)).rejects.toThrow('The hashing thread ended');
    await file.close();
  });

  it('ends a thread that has nothing to do and starts another when there is more', async () => {
    const brief = new DigestWorkers({ size: 1, idleMs: 1 });
    const file = await newFile('a');
    await brief.follow(file.fd).finish(0);
    while (brief.stats().threads > 0) await new Promise(setImmediate);
    expect(await brief.follow(file.fd).finish(0)).toBe(hexOf(Buffer.alloc(0)));
    await brief.close();
    await file.close();
  });
});
