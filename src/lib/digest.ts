import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { DigestAnswer, DigestRequest } from './digest.worker.js';

/** SHA-256 of bytes at hand, in lower-case hex. Takes the event loop for about 1 ms a MiB where the processor has SHA instructions, 4 ms elsewhere. */
export function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** The hashing of one file that is being written from its start. */
export interface FileDigest {
  /** All bytes before this position are written. They are read back from the system's memory, so none are copied or kept here. */
  advance(until: number): void;
  /** SHA-256 of all bytes before this position, in lower-case hex. Only when it settles may the file be closed. */
  finish(until: number): Promise<string>;
}

export interface DigestWorkersOptions {
  /** Threads at most; each hashes any number of files by turns. */
  readonly size: number;
  /** A thread that had nothing to do for this long is ended. */
  readonly idleMs: number;
}

/** Threads that hash files while these are written. Started when needed; they hold the process open only while they work. */
export class DigestWorkers {
  readonly #options: DigestWorkersOptions;
  readonly #workers = new Set<DigestWorker>();

  constructor(options: DigestWorkersOptions) {
    this.#options = options;
  }

  /** fd: an open, readable file. */
  follow(fd: number): FileDigest {
    return this.#leastBusy().follow(fd);
  }

  stats() {
    let files = 0;
    for (const worker of this.#workers) files += worker.files;
    return { threads: this.#workers.size, files };
  }

  /** Digests that are not finished reject. */
  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.end()));
  }

  #leastBusy(): DigestWorker {
    let best: DigestWorker | undefined;
    for (const worker of this.#workers) {
      if (!best || worker.files < best.files) best = worker;
    }
    if (best && (best.files === 0 || this.#workers.size >= this.#options.size)) return best;
    const started = new DigestWorker(this.#options.idleMs, () => this.#workers.delete(started));
    this.#workers.add(started);
    return started;
  }
}

interface Waiting {
  readonly resolve: (hex: string) => void;
  readonly reject: (error: Error) => void;
}

let lastId = 0;

class DigestWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #idleMs: number;
  readonly #leave: () => void;
  #idle: NodeJS.Timeout | undefined;

  /** leave: takes no more files from now on. */
  constructor(idleMs: number, leave: () => void) {
    this.#idleMs = idleMs;
    this.#leave = leave;
    this.#worker = new Worker(new URL('./digest.worker.js', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 },
    });
    this.#worker.on('message', (answer: DigestAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('The hashing thread ended')));
  }

  get files(): number {
    return this.#waiting.size;
  }

  follow(fd: number): FileDigest {
    clearTimeout(this.#idle);
    this.#worker.ref();
    lastId += 1;
    const id = lastId;
    const digest = new Promise<string>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    digest.catch(() => {});
    return {
      advance: (until) => this.#send({ id, fd, until, end: false }),
      finish: (until) => {
        this.#send({ id, fd, until, end: true });
        return digest;
      },
    };
  }

  async end(): Promise<void> {
    clearTimeout(this.#idle);
    this.#leave();
    await this.#worker.terminate();
  }

  #send(request: DigestRequest): void {
    this.#worker.postMessage(request);
  }

  #settle(answer: DigestAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('hex' in answer) waiting?.resolve(answer.hex);
    else waiting?.reject(new Error(answer.failure));
    if (this.#waiting.size > 0) return;
    this.#worker.unref();
    this.#idle = setTimeout(() => this.end(), this.#idleMs).unref();
  }

  #fail(error: Error): void {
    clearTimeout(this.#idle);
    this.#leave();
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
