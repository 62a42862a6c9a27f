import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { documentsKeptOpen, type PdfAnswer, type PdfJob } from './jobs.js';
import type { PdfSettings } from './settings.js';

/** A worker keeps its own objects small; documents and pictures lie outside of this heap. */
const scriptHeapMiB = 128;

/** One worker thread with a PDFium of its own. It does one job at a time, and holds the process open only meanwhile. */
export class PdfThread {
  #busy = false;
  #memoryBytes = 0;
  readonly #worker: Worker;
  /** The paths that it has open, kept in step with the worker's own cache. */
  readonly #open = new LRUCache<string, true>({ max: documentsKeptOpen });

  /** `onExit` is told when it ended, whether asked to or not. */
  constructor(settings: PdfSettings, onExit: (thread: PdfThread) => void) {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: scriptHeapMiB },
      // What PDFium prints about a broken document is nobody's to read.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('error', () => {}).on('exit', () => onExit(this));
    this.#worker.unref();
  }

  get busy(): boolean {
    return this.#busy;
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  hasOpen(path: string): boolean {
    return this.#open.has(path);
  }

  /** Rejects when the thread ends before it has answered. */
  async run(job: PdfJob): Promise<PdfAnswer> {
    this.#busy = true;
    this.#open.set(job.path, true);
    this.#worker.ref();
    try {
      const answer = await this.#answerTo(job);
      this.#memoryBytes = answer.worker.memoryBytes;
      return answer;
    } finally {
      this.#busy = false;
      this.#worker.unref();
    }
  }

  /** Ends it whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #answerTo(job: PdfJob): Promise<PdfAnswer> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        act();
      };
      const onMessage = (answer: PdfAnswer) => settle(() => resolve(answer));
      const onError = (error: Error) => settle(() => reject(error));
      const onExit = () => settle(() => reject(new Error('The worker ended')));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(job);
    });
  }
}
