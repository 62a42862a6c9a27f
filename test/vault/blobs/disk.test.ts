import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { openDiskBlobStore } from '../../../src/vault/blobs/disk.js';
import { type BlobStoreHarness, describeBlobStore } from '../../conformance/blob-store.js';

async function start(): Promise<BlobStoreHarness & { readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-blobs-'));
  const store = await openDiskBlobStore({ directory });
  return {
    directory,
    store,
    countTemporary: async () => (await readdir(join(directory, 'tmp'))).length,
    leaveTemporary: () => writeFile(join(directory, 'tmp', randomBytes(8).toString('hex')), 'half of a fi'),
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

describeBlobStore('A directory', start);

describe('A directory of blobs', () => {
  const options = { maxBytes: 1e9, signal: new AbortController().signal };

  it('spreads blobs over two levels of folders', async () => {
    const { store, directory, close } = await start();
    const staged = await store.stage(Readable.from([Buffer.from('abc')], { objectMode: false }), options);
    await staged.commit();
    expect((await store.locate(staged.digest))?.path).toBe(join(directory, 'ba', '78', staged.digest));
    await close();
  });

  it('keeps what it stores to its own account', async () => {
    const { store, directory, close } = await start();
    const staged = await store.stage(Readable.from([Buffer.from('abc')], { objectMode: false }), options);
    await staged.commit();
    const paths = [join(directory, 'tmp'), join(directory, 'ba'), join(directory, 'ba', '78', staged.digest)];
    const modes = await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o077));
    expect(modes).toEqual([0, 0, 0]);
    await close();
  });

  it('finds its blobs again when it is opened again', async () => {
    const { store, directory, close } = await start();
    const staged = await store.stage(Readable.from([Buffer.from('abc')], { objectMode: false }), options);
    await staged.commit();
    const again = await openDiskBlobStore({ directory });
    expect((await again.locate(staged.digest))?.sizeBytes).toBe(3);
    await again.close();
    await close();
  });

  it('lets a source wait while the disk is busy instead of holding its bytes', async () => {
    const { store, close } = await start();
    let unwritten = 0;
    let most = 0;
    const chunk = Buffer.alloc(65_536);
    let left = 800;
    const source = new Readable({
      highWaterMark: 65_536,
      read() {
        most = Math.max(most, unwritten);
        unwritten += 1;
        left -= 1;
        this.push(left > 0 ? chunk : null);
      },
    });
    source.on('pause', () => {
      unwritten = 0;
    });
    const staged = await store.stage(source, options);
    expect(staged.sizeBytes).toBe(799 * 65_536);
    expect(most).toBeLessThanOrEqual(18);
    await close();
  });
});
