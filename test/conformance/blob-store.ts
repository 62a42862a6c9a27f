import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BlobStore } from '../../src/vault/blobs/blob-store.js';

export interface BlobStoreHarness {
  readonly store: BlobStore;
  /** How many things lie under temporary names. */
  countTemporary(): Promise<number>;
  /** Leaves what a process leaves that is killed in the middle of a stage. */
  leaveTemporary(): Promise<void>;
  close(): Promise<void>;
}

/** What the comments of the BlobStore port promise, for every implementation of it. */
export function describeBlobStore(name: string, start: () => Promise<BlobStoreHarness>): void {
  describe(`${name} as a BlobStore`, () => {
    let harness: BlobStoreHarness;
    let store: BlobStore;

    beforeEach(async () => {
      harness = await start();
      store = harness.store;
    });

    afterEach(() => harness.close());

    const stage = (bytes: Buffer, options: Partial<Parameters<BlobStore['stage']>[1]> = {}) =>
      store.stage(inChunks(bytes), { maxBytes: 1e9, signal: new AbortController().signal, ...options });

    const storeBytes = async (bytes: Buffer) => {
      const staged = await stage(bytes);
      await staged.commit();
      return staged.digest;
    };

    /** Compared by digest: a matcher takes seconds for megabytes. */
    const digestOfContent = async (digest: string) => {
      const found = await store.locate(digest);
      return found && hexOf(await readFile(found.path));
    };

    it.each([0, 1, 65_536, 1_048_576, 1_048_577, 5_000_000])('stores %d bytes under their SHA-256', async (length) => {
      const bytes = randomBytes(length);
      const staged = await stage(bytes);
      expect({ digest: staged.digest, sizeBytes: staged.sizeBytes }).toEqual({ digest: hexOf(bytes), sizeBytes: length });
      await staged.commit();
      expect(await digestOfContent(staged.digest)).toBe(hexOf(bytes));
    });

    it('tells the size of a blob', async () => {
      const digest = await storeBytes(Buffer.from('abc'));
      expect((await store.locate(digest))?.sizeBytes).toBe(3);
    });

    it('does not show bytes that are staged only', async () => {
      const staged = await stage(Buffer.from('abc'));
      expect(await store.locate(staged.digest)).toBeNull();
      await staged.discard();
    });

    it('leaves nothing of discarded bytes', async () => {
      const staged = await stage(Buffer.from('abc'));
      await staged.discard();
      expect(await store.locate(staged.digest)).toBeNull();
      expect(await harness.countTemporary()).toBe(0);
    });

    it('leaves nothing temporary behind a commit', async () => {
      await storeBytes(Buffer.from('abc'));
      expect(await harness.countTemporary()).toBe(0);
    });

    it('makes one blob of the same bytes twice', async () => {
      const [first, second] = [await stage(Buffer.from('abc')), await stage(Buffer.from('abc'))];
      await Promise.all([first.commit(), second.commit()]);
      expect(await digestOfContent(first.digest)).toBe(hexOf(Buffer.from('abc')));
      expect(await store.remove(first.digest)).toBe(true);
      expect(await store.locate(first.digest)).toBeNull();
    });

    it('takes many blobs at once', async () => {
      const contents = Array.from({ length: 20 }, (_, index) => randomBytes(index * 100_000));
      const digests = await Promise.all(contents.map(storeBytes));
      expect(digests).toEqual(contents.map(hexOf));
      expect(await Promise.all(digests.map(digestOfContent))).toEqual(digests);
    });

    it('takes a blob of exactly maxBytes', async () => {
      expect((await stage(Buffer.alloc(1000), { maxBytes: 1000 })).sizeBytes).toBe(1000);
    });

    it.each([1001, 3_000_000])('refuses %d bytes over a maxBytes of 1000 with PAYLOAD_TOO_LARGE, naming it', async (length) => {
      const staging = stage(Buffer.alloc(length), { maxBytes: 1000 });
      await expect(staging).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining('1000 bytes') });
      expect(await harness.countTemporary()).toBe(0);
    });

    it('stops reading a source that is too large', async () => {
      const source = endless();
      const signal = new AbortController().signal;
      await expect(store.stage(source, { maxBytes: 1e6, signal })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
      expect(source.destroyed).toBe(true);
    });

    it.each([10, 3_000_000])('leaves nothing when the source fails after %d bytes', async (length) => {
      const source = inChunks(Buffer.alloc(length), new Error('cut off'));
      const staging = store.stage(source, { maxBytes: 1e9, signal: new AbortController().signal });
      await expect(staging).rejects.toThrow('cut off');
      expect(await harness.countTemporary()).toBe(0);
    });

    it('leaves nothing when the source is closed before its end', async () => {
      const source = endless();
      const staging = store.stage(source, { maxBytes: 1e12, signal: new AbortController().signal });
      source.once('resume', () => setImmediate(() => source.destroy()));
      await expect(staging).rejects.toThrow();
      expect(await harness.countTemporary()).toBe(0);
    });

    it('ends with the signal, rejects with its reason and leaves nothing', async () => {
      const controller = new AbortController();
      const source = endless();
      const staging = store.stage(source, { maxBytes: 1e12, signal: controller.signal });
      const reason = new Error('the client left');
      source.once('resume', () => setImmediate(() => controller.abort(reason)));
      await expect(staging).rejects.toBe(reason);
      expect(source.destroyed).toBe(true);
      expect(await harness.countTemporary()).toBe(0);
    });

    it('reads nothing once the signal has fired', async () => {
      const source = endless();
      await expect(store.stage(source, { maxBytes: 1e12, signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow('late');
      expect(source.destroyed).toBe(true);
    });

    it('sweeps what a killed process left and tells how many', async () => {
      const digest = await storeBytes(Buffer.from('abc'));
      await harness.leaveTemporary();
      await harness.leaveTemporary();
      expect(await store.sweep()).toBe(2);
      expect(await harness.countTemporary()).toBe(0);
      expect(await store.locate(digest)).not.toBeNull();
    });

    it('knows no blob by an unknown digest, nor by anything that is none', async () => {
      for (const digest of ['0'.repeat(64), '', '../../etc/passwd', 'A'.repeat(64)]) {
        expect(await store.locate(digest)).toBeNull();
        expect(await store.remove(digest)).toBe(false);
      }
    });
  });
}

function hexOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function inChunks(bytes: Buffer, failure?: Error): Readable {
  return Readable.from(
    (function* () {
      for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
      if (failure) throw failure;
    })(),
    { objectMode: false },
  );
}

function endless(): Readable {
  const chunk = Buffer.alloc(65_536);
  return new Readable({
    read() {
      setImmediate(() => this.push(chunk));
    },
  });
}
