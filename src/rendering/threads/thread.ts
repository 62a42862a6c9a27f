import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import type { ThreadAnswer, ThreadJob } from './answer.js';
import type { PoolWorker } from './worker-pool.js';

/** What a thread runs. It answers each job that it is sent with one ThreadAnswer. */
export interface ThreadProgram {
  readonly url: URL;
  /** Handed over as workerData. */
  readonly settings: unknown;
  /** It keeps so many files open, the latest used. */
  readonly filesKeptOpen: number;
}

/** A program keeps its own objects small; files and pictures lie outside of this heap. */
const scriptHeapMiB = 128;

/** One worker thread with an engine of its own. It does one job at a time, and holds the process open only meanwhile. */
export class RenderThread<Job extends ThreadJob, Result> implements PoolWorker<Job, Result> {
  readonly ready = null;
  #memoryBytes = 0;
  readonly #worker: Worker;
  /** The paths that it has open, kept in step with the program's own cache. */
  readonly #open: LRUCache<string, true>;

  /** `onExit` is told when it ended, whether asked to or not. */
  constructor({ url, settings, filesKeptOpen }: ThreadProgram, onExit: (thread: RenderThread<Job, Result>) => void) {
    this.#open = new LRUCache({ max: filesKeptOpen });
    this.#worker = new Worker(url, {
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: scriptHeapMiB },
      // What an engine prints about a broken file is nobody's to read.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('error', () => {}).on('exit', () => onExit(this));
    this.#worker.unref();
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  hasOpen(path: string): boolean {
    return this.#open.has(path);
  }

  /** Rejects when the thread ends before it has answered. */
  async run(job: Job): Promise<ThreadAnswer<Result>> {
    this.#open.set(job.path, true);
    this.#worker.ref();
    try {
      const answer = await this.#answerTo(job);
      this.#memoryBytes = answer.report.memoryBytes;
      return answer;
    } finally {
      this.#worker.unref();
    }
  }

  /** Ends it whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #answerTo(job: Job): Promise<ThreadAnswer<Result>> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        act();
      };
      const onMessage = (answer: ThreadAnswer<Result>) => settle(() => resolve(answer));
      const onError = (error: Error) => settle(() => reject(error));
      const onExit = () => settle(() => reject(new Error('The thread ended')));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(job);
    });
  }
}
