import { ContentError } from '../../errors.js';
import type { PdfAnswer, PdfJob } from './jobs.js';
import type { PdfSettings } from './settings.js';
import { PdfThread } from './thread.js';

/** How long a job waits for the busy thread that has its document open, before another may open it too. */
const patienceMs = 100;
/** How long the job of somebody who left may run on, so that its thread need not be replaced for nothing. */
const graceMs = 500;

type Ending = 'timeouts' | 'abandoned' | 'crashes';

/** `opened` counts documents; the endings count threads that were ended, or ended themselves, in the middle of a job. */
export type PoolStats = Readonly<Record<Ending | 'threads' | 'busy' | 'waiting' | 'memoryBytes' | 'opened', number>>;

interface Task {
  readonly job: PdfJob;
  readonly queuedAt: number;
  /** Called when nobody waits for the task any more. */
  onAbandoned: () => void;
  resolve(answer: PdfAnswer): void;
  reject(reason: unknown): void;
}

/**
 * Runs jobs in threads, one at a time in each. A thread starts when there is work, ends when there is none for a while, and is ended
 * when its job takes too long or nobody waits for it any more; other jobs are not touched by that. Callers bound how many wait.
 */
export class PdfPool {
  readonly #settings: PdfSettings;
  readonly #threads = new Map<PdfThread, NodeJS.Timeout | null>();
  readonly #counts = { opened: 0, timeouts: 0, abandoned: 0, crashes: 0 };
  #waiting: Task[] = [];
  #patience: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(settings: PdfSettings) {
    this.#settings = settings;
  }

  /** Rejects with the signal's reason, PROVIDER_TIMEOUT, or PROVIDER_ERROR when the document crashed its thread. */
  async run(job: PdfJob, signal: AbortSignal): Promise<PdfAnswer> {
    signal.throwIfAborted();
    if (this.#closed) throw stopping();
    const { promise, task } = createTask(job);
    const leave = () => {
      task.onAbandoned();
      task.reject(signal.reason);
    };
    task.onAbandoned = () => {
      this.#waiting = this.#waiting.filter((waiting) => waiting !== task);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(task);
    this.#dispatch();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  stats(): PoolStats {
    const threads = [...this.#threads.keys()];
    return {
      threads: threads.length,
      busy: threads.filter((thread) => thread.busy).length,
      waiting: this.#waiting.length,
      memoryBytes: threads.reduce((sum, thread) => sum + thread.memoryBytes, 0),
      ...this.#counts,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#waiting.splice(0)) task.reject(stopping());
    clearTimeout(this.#patience);
    await Promise.all([...this.#threads.keys()].map((thread) => this.#end(thread)));
  }

  #dispatch(): void {
    const waiting: Task[] = [];
    for (const task of this.#waiting) {
      const thread = this.#threadFor(task);
      if (thread) void this.#send(task, thread);
      else waiting.push(task);
    }
    this.#waiting = waiting;
    clearTimeout(this.#patience);
    if (waiting.length > 0) this.#patience = setTimeout(() => this.#dispatch(), patienceMs).unref();
  }

  #threadFor(task: Task): PdfThread | null {
    const threads = [...this.#threads.keys()];
    const homes = threads.filter((thread) => thread.hasOpen(task.job.path));
    const home = homes.find((thread) => !thread.busy);
    if (home) return home;
    if (homes.length > 0 && performance.now() - task.queuedAt < patienceMs) return null;
    return threads.find((thread) => !thread.busy) ?? this.#start();
  }

  #start(): PdfThread | null {
    if (this.#closed || this.#threads.size >= this.#settings.workers) return null;
    const thread = new PdfThread(this.#settings, (ended) => void this.#end(ended));
    this.#threads.set(thread, null);
    return thread;
  }

  async #send(task: Task, thread: PdfThread): Promise<void> {
    let ending: Ending = 'crashes';
    const endAs = (why: Ending) => {
      ending = why;
      void this.#end(thread);
    };
    clearTimeout(this.#threads.get(thread) ?? undefined);
    const deadline = setTimeout(endAs, this.#settings.timeoutMs, 'timeouts');
    let grace: NodeJS.Timeout | undefined;
    task.onAbandoned = () => {
      grace = setTimeout(endAs, graceMs, 'abandoned');
    };
    try {
      const answer = await thread.run(task.job);
      this.#counts.opened += Number(answer.worker.opened);
      task.resolve(answer);
      this.#rest(thread, answer.worker.spent);
    } catch (cause) {
      void this.#end(thread);
      if (!this.#closed) this.#counts[ending] += 1;
      task.reject(this.#closed ? stopping() : toError(ending, this.#settings.timeoutMs, cause));
    }
    task.onAbandoned = () => {};
    clearTimeout(deadline);
    clearTimeout(grace);
    this.#dispatch();
  }

  #rest(thread: PdfThread, spent: boolean): void {
    if (spent) void this.#end(thread);
    else if (this.#threads.has(thread)) {
      this.#threads.set(thread, setTimeout(() => this.#end(thread), this.#settings.idleMs).unref());
    }
  }

  async #end(thread: PdfThread): Promise<void> {
    clearTimeout(this.#threads.get(thread) ?? undefined);
    this.#threads.delete(thread);
    await thread.end();
  }
}

function createTask(job: PdfJob): { promise: Promise<PdfAnswer>; task: Task } {
  let resolve: Task['resolve'] = () => {};
  let reject: Task['reject'] = () => {};
  const promise = new Promise<PdfAnswer>((onAnswer, onError) => {
    resolve = onAnswer;
    reject = onError;
  });
  return { promise, task: { job, queuedAt: performance.now(), onAbandoned: () => {}, resolve, reject } };
}

function toError(ending: Ending, timeoutMs: number, cause: unknown): ContentError {
  if (ending === 'crashes') return new ContentError('PROVIDER_ERROR', 'The PDF stopped the program that draws it', { cause });
  const seconds = timeoutMs / 1000;
  return new ContentError('PROVIDER_TIMEOUT', `The PDF took longer than ${seconds} s to read or draw`, { retryable: true });
}

function stopping(): ContentError {
  return new ContentError('OVERLOADED', 'The server is stopping', { retryable: true });
}
