import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ContentError } from '../../errors.js';
import { collectYoung } from '../../lib/collect-young.js';
import { type DigestWorkers, type FileDigest, sha256 } from '../../lib/digest.js';
import { isErrno } from '../../lib/errno.js';
import { forEachChunk } from '../../lib/streams.js';

/** Bytes per write. A source that fits one batch is hashed here: that costs less than asking a thread. */
const batchBytes = 1024 * 1024;

/**
 * Bytes between two looks at what they leave behind. At every look the hashing thread is told to go on, and the network's used
 * buffers are freed; without that a large upload takes twice the time of the processor and 40 MiB more memory.
 */
const stretchBytes = 4 * 1024 * 1024;

/** Bytes that the disk may lag behind; each such stretch is sent to it meanwhile, so that the last fsync finds little to do. */
const syncBytes = 32 * 1024 * 1024;

export interface WrittenFile {
  /** SHA-256, lower-case hex. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/**
 * Writes a source to a new file, hashed on the way and durable when this resolves. At most two batches are in memory: one fills
 * while the other is written. PAYLOAD_TOO_LARGE over maxBytes; OVERLOADED when the disk is full.
 */
export async function writeAndHash(
  source: Readable,
  file: FileHandle,
  workers: DigestWorkers,
  maxBytes: number,
): Promise<WrittenFile> {
  const writer = new Writer(file, workers);
  try {
    await forEachChunk(source, (chunk) => {
      const full = writer.add(chunk);
      if (writer.sizeBytes > maxBytes) throw tooLarge(maxBytes);
      return full ? writer.flush() : undefined;
    });
    return await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw isDiskFull(error) ? diskFull(error) : error;
  }
}

class Writer {
  readonly #file: FileHandle;
  readonly #workers: DigestWorkers;
  #batch: Buffer[] = [];
  #batchStart = 0;
  #end = 0;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> = Promise.resolve();
  #isSyncing = false;
  #lookedAt = 0;
  #syncedUntil = 0;
  #digest: FileDigest | null = null;

  constructor(file: FileHandle, workers: DigestWorkers) {
    this.#file = file;
    this.#workers = workers;
  }

  get sizeBytes(): number {
    return this.#end;
  }

  /** true when the batch is full. */
  add(chunk: Buffer): boolean {
    this.#batch.push(chunk);
    this.#end += chunk.length;
    return this.#end - this.#batchStart >= batchBytes;
  }

  /** Resolves when the batch is on its way and the next one may be filled. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#digest ??= this.#workers.follow(this.#file.fd);
    this.#writing = this.#write(this.#takeBatch(), this.#end);
    this.#writing.catch(() => {});
  }

  async finish(): Promise<WrittenFile> {
    if (!this.#digest) return this.#finishSmall();
    await this.flush();
    await this.#writing;
    const [digest] = await Promise.all([this.#digest.finish(this.#end), this.#sync()]);
    return { digest, sizeBytes: this.#end };
  }

  /** Nothing uses the file any more when this resolves. */
  async abandon(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing, this.#digest?.finish(0)]);
  }

  async #finishSmall(): Promise<WrittenFile> {
    const { buffers, start } = this.#takeBatch();
    await writeFully(this.#file, buffers, start);
    await this.#file.sync();
    return { digest: sha256(buffers), sizeBytes: this.#end };
  }

  #takeBatch(): { readonly buffers: readonly Buffer[]; readonly start: number } {
    const taken = { buffers: this.#batch, start: this.#batchStart };
    this.#batch = [];
    this.#batchStart = this.#end;
    return taken;
  }

  async #write({ buffers, start }: { readonly buffers: readonly Buffer[]; readonly start: number }, end: number): Promise<void> {
    await writeFully(this.#file, buffers, start);
    if (end - this.#lookedAt < stretchBytes) return;
    this.#lookedAt = end;
    this.#digest?.advance(end);
    collectYoung();
    this.#startSync(end);
  }

  #startSync(end: number): void {
    if (this.#isSyncing || end - this.#syncedUntil < syncBytes) return;
    this.#syncedUntil = end;
    this.#isSyncing = true;
    this.#syncing = this.#file.datasync().then(() => {
      this.#isSyncing = false;
    });
    this.#syncing.catch(() => {});
  }

  /** The system tells of a failed write to the disk once only, so the answers of all earlier syncs count too. */
  async #sync(): Promise<void> {
    await this.#syncing;
    await this.#file.sync();
  }
}

/** The system may write less than it was given, for one when a disk is nearly full; asking again for the rest tells why. */
async function writeFully(file: FileHandle, buffers: readonly Buffer[], start: number): Promise<void> {
  if (buffers.length === 0) return;
  let { bytesWritten } = await file.writev([...buffers], start);
  const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  while (bytesWritten < length) {
    const rest = Buffer.concat(buffers).subarray(bytesWritten);
    bytesWritten += (await file.write(rest, 0, rest.length, start + bytesWritten)).bytesWritten;
  }
}

function tooLarge(maxBytes: number): ContentError {
  return new ContentError('PAYLOAD_TOO_LARGE', `The file is larger than the ${maxBytes} bytes that are allowed`);
}

function isDiskFull(error: unknown): boolean {
  return isErrno(error, 'ENOSPC', 'EDQUOT');
}

function diskFull(cause: unknown): ContentError {
  return new ContentError('OVERLOADED', 'There is no room left on the disk that stores attachments', { cause });
}
