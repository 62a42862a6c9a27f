import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { DigestWorkers } from '../../lib/digest.js';
import { isErrno } from '../../lib/errno.js';
import { syncDirectory } from '../../lib/sync-directory.js';
import type { BlobStore, StagedBlob } from './blob-store.js';
import { writeAndHash } from './write-and-hash.js';

/** One thread hashes faster than a 10 Gb/s line delivers; the second serves several uploads at once on machines that hash slowly. */
const hashingThreads = { size: 2, idleMs: 10_000 };

/** What is stored is private to the account that runs the program. */
const directoryMode = 0o700;
const fileMode = 0o600;

/** Blobs as files <directory>/ab/cd/<sha256>, written under temporary names in <directory>/tmp. */
export async function openDiskBlobStore({ directory }: { readonly directory: string }): Promise<DiskBlobStore> {
  await mkdir(join(directory, 'tmp'), { recursive: true, mode: directoryMode });
  return new DiskBlobStore(directory);
}

export class DiskBlobStore implements BlobStore {
  readonly #directory: string;
  readonly #digests = new DigestWorkers(hashingThreads);
  /** Directories known to outlast a crash; at most the 65,792 that two bytes of a digest can name. */
  readonly #durable = new Map<string, Promise<void>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async stage(source: Readable, options: { readonly maxBytes: number; readonly signal: AbortSignal }): Promise<StagedBlob> {
    const path = join(this.#directory, 'tmp', randomUUID());
    try {
      const { digest, sizeBytes } = await this.#write(path, source, options);
      return {
        digest,
        sizeBytes,
        commit: () => this.#commit(path, digest),
        discard: () => rm(path, { force: true }),
      };
    } catch (error) {
      source.destroy();
      await rm(path, { force: true });
      options.signal.throwIfAborted();
      throw error;
    }
  }

  async locate(digest: string): Promise<{ readonly path: string; readonly sizeBytes: number } | null> {
    if (!isSha256(digest)) return null;
    const path = this.#pathOf(digest);
    const found = await stat(path).catch(nullWhenAbsent);
    return found && { path, sizeBytes: found.size };
  }

  async remove(digest: string): Promise<boolean> {
    if (!isSha256(digest)) return false;
    const path = this.#pathOf(digest);
    const removed = await unlink(path).then(() => true, nullWhenAbsent);
    if (!removed) return false;
    await syncDirectory(dirname(path));
    return true;
  }

  async sweep(): Promise<number> {
    const directory = join(this.#directory, 'tmp');
    const names = await readdir(directory);
    for (const name of names) await rm(join(directory, name), { force: true });
    return names.length;
  }

  async close(): Promise<void> {
    await this.#digests.close();
  }

  stats() {
    const { threads, files } = this.#digests.stats();
    return { hashingThreads: threads, filesBeingHashed: files };
  }

  async #write(
    path: string,
    source: Readable,
    { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
  ) {
    signal.throwIfAborted();
    const file = await open(path, 'wx+', fileMode);
    const abort = () => source.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const written = await writeAndHash(source, file, this.#digests, maxBytes);
      signal.throwIfAborted();
      return written;
    } finally {
      signal.removeEventListener('abort', abort);
      await file.close();
    }
  }

  /** Equal bytes that are there already are replaced by their equal: a reader notices nothing, and both commits end durable. */
  async #commit(temporary: string, digest: string): Promise<void> {
    const path = this.#pathOf(digest);
    try {
      await this.#makeDurable(dirname(path));
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncDirectory(dirname(path));
  }

  #pathOf(digest: string): string {
    return join(this.#directory, digest.slice(0, 2), digest.slice(2, 4), digest);
  }

  /** Makes a directory whose entry in its parent is on the disk, and that of the parent in turn. */
  #makeDurable(directory: string): Promise<void> {
    const known = this.#durable.get(directory);
    if (known) return known;
    const made = this.#makeDirectory(directory);
    this.#durable.set(directory, made);
    made.catch(() => this.#durable.delete(directory));
    return made;
  }

  async #makeDirectory(directory: string): Promise<void> {
    const parent = dirname(directory);
    if (parent !== this.#directory) await this.#makeDurable(parent);
    await mkdir(directory, { mode: directoryMode }).catch(ignoreExisting);
    await syncDirectory(parent);
  }
}

function isSha256(digest: string): boolean {
  return /^[0-9a-f]{64}$/.test(digest);
}

function nullWhenAbsent(error: unknown): null {
  if (isErrno(error, 'ENOENT')) return null;
  throw error;
}

function ignoreExisting(error: unknown): void {
  if (!isErrno(error, 'EEXIST')) throw error;
}
