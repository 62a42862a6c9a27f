import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ProviderName } from '../attachment.js';
import { ContentError } from '../errors.js';
import type { Task } from './demand.js';
import { type QueueStats, RenderQueue } from './queue.js';
import { overloaded, reading } from './queue-words.js';
import type { SourceFile } from './renderer.js';
import type { RenderSource } from './rendering.js';
import { SharedWork } from './shared-work.js';

export interface SpoolSettings {
  readonly maxFileBytes: number;
  /** Of all files together. */
  readonly maxBytes: number;
  /** How long a file stays after its last use. */
  readonly keepMs: number;
  /** How many sources are opened at once. */
  readonly width: number;
  readonly maxWaiting: number;
  readonly deadlineMs: number;
}

/** A source as a file on this machine, there until it is released. */
export interface HeldFile {
  readonly file: SourceFile;
  /** A second hold on the same file, released on its own. */
  retain(): HeldFile;
  release(): void;
}

/** Bytes that came as a stream, kept for a while: the pages of a remote document are drawn from one download. */
interface SpooledFile {
  readonly path: string;
  readonly sizeBytes: number;
  holders: number;
  expiry: NodeJS.Timeout | null;
}

type Opened = { readonly path: string; readonly sizeBytes: number } | SpooledFile;

/** In the time that it takes to draw a few of its files. */
const fullFolderMs = 5000;

/** Opens sources as files: local ones where they lie, streams through a bounded folder of temporary files. */
export class Spool {
  readonly #directory: string;
  readonly #settings: SpoolSettings;
  readonly #queue: RenderQueue;
  readonly #opening = new SharedWork<Opened>();
  readonly #files = new Map<string, SpooledFile>();
  #bytes = 0;
  #opened = 0;

  private constructor(directory: string, settings: SpoolSettings) {
    this.#directory = directory;
    this.#settings = settings;
    this.#queue = new RenderQueue(settings, reading);
  }

  /** What an earlier process left in the directory is removed. */
  static async open(directory: string, settings: SpoolSettings): Promise<Spool> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true });
    return new Spool(directory, settings);
  }

  /**
   * UNSUPPORTED_MEDIA_TYPE over maxFileBytes, OVERLOADED while the folder is full, PROVIDER_ERROR when a stream breaks off or is not as
   * long as its source: what came is then something else, and says nothing about the source.
   */
  async open(source: RenderSource, task: Task): Promise<HeldFile> {
    const { contentKey, contentType } = source;
    const opened = this.#files.get(contentKey) ?? (await this.#opening.run(contentKey, task, this.#open(source)));
    const file = { path: opened.path, contentType, sizeBytes: opened.sizeBytes, contentKey };
    if (!('holders' in opened)) return localFile(file);
    const evicted = this.#files.get(contentKey) !== opened;
    return evicted ? this.open(source, task) : this.#hold(contentKey, opened, file);
  }

  stats(): QueueStats & { readonly files: number; readonly bytes: number } {
    return { files: this.#files.size, bytes: this.#bytes, ...this.#queue.stats() };
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) clearTimeout(file.expiry ?? undefined);
    this.#files.clear();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #open(source: RenderSource): (task: Task) => Promise<Opened> {
    return (task) =>
      this.#queue.run(task, async ({ signal }) => {
        const { body, sizeBytes } = await source.open(signal);
        if ('path' in body) return { path: body.path, sizeBytes: sizeBytes ?? (await stat(body.path)).size };
        return this.#spool(source, body.stream, source.sizeBytes ?? sizeBytes, signal);
      });
  }

  async #spool(
    { contentKey, provider }: RenderSource,
    stream: Readable,
    expectedBytes: number | null,
    signal: AbortSignal,
  ): Promise<SpooledFile> {
    if ((expectedBytes ?? 0) > this.#settings.maxFileBytes) {
      stream.destroy();
      throw this.#tooLarge();
    }
    this.#opened += 1;
    // Numbered, so that removing one that is over never takes its successor.
    const path = join(this.#directory, `source-${contentKey}.${this.#opened}`);
    const partPath = `${path}.part`;
    let sizeBytes = 0;
    const count = async function* (this: Spool, chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        sizeBytes += chunk.length;
        this.#reserve(chunk.length, sizeBytes);
        yield chunk;
      }
    }.bind(this);
    try {
      await pipeline(stream, count, createWriteStream(partPath), { signal });
      if (expectedBytes !== null && sizeBytes !== expectedBytes) throw notWhole(provider, sizeBytes, expectedBytes);
      await rename(partPath, path);
    } catch (error) {
      this.#bytes -= sizeBytes;
      await rm(partPath, { force: true });
      signal.throwIfAborted();
      throw error === stream.errored ? brokenOff(provider, error) : error;
    }
    const file: SpooledFile = { path, sizeBytes, holders: 0, expiry: null };
    this.#files.set(contentKey, file);
    this.#expireLater(contentKey, file);
    return file;
  }

  #reserve(chunkBytes: number, sizeBytes: number): void {
    this.#bytes += chunkBytes;
    if (sizeBytes > this.#settings.maxFileBytes) throw this.#tooLarge();
    for (const [contentKey, file] of this.#files) {
      if (this.#bytes <= this.#settings.maxBytes) return;
      if (file.holders === 0) this.#remove(contentKey, file);
    }
    if (this.#bytes > this.#settings.maxBytes) throw overloaded(reading, fullFolderMs);
  }

  #hold(contentKey: string, spooled: SpooledFile, file: SourceFile): HeldFile {
    spooled.holders += 1;
    clearTimeout(spooled.expiry ?? undefined);
    const release = () => {
      spooled.holders -= 1;
      if (spooled.holders === 0) this.#expireLater(contentKey, spooled);
    };
    return { file, retain: () => this.#hold(contentKey, spooled, file), release };
  }

  #expireLater(contentKey: string, file: SpooledFile): void {
    file.expiry = setTimeout(() => this.#remove(contentKey, file), this.#settings.keepMs).unref();
  }

  #remove(contentKey: string, file: SpooledFile): void {
    clearTimeout(file.expiry ?? undefined);
    if (this.#files.get(contentKey) !== file) return;
    this.#files.delete(contentKey);
    this.#bytes -= file.sizeBytes;
    // The next start empties the folder of what cannot be removed now.
    rm(file.path, { force: true }).catch(() => {});
  }

  #tooLarge(): ContentError {
    const limit = Math.floor(this.#settings.maxFileBytes / 1024 ** 2);
    return new ContentError('UNSUPPORTED_MEDIA_TYPE', `The file is too large to be drawn; the limit is ${limit} MiB`);
  }
}

function localFile(file: SourceFile): HeldFile {
  const held: HeldFile = { file, retain: () => held, release: () => {} };
  return held;
}

function notWhole(provider: ProviderName, sizeBytes: number, expectedBytes: number): ContentError {
  const message = `The file came with ${sizeBytes} bytes instead of ${expectedBytes}`;
  return new ContentError('PROVIDER_ERROR', message, { provider, retryable: true });
}

function brokenOff(provider: ProviderName, cause: unknown): unknown {
  if (cause instanceof ContentError) return cause;
  return new ContentError('PROVIDER_ERROR', 'The file broke off while it was read', { provider, retryable: true, cause });
}
