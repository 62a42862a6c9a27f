import { ContentError } from '../../errors.js';
import type { ThreadAnswer, ThreadJob } from './answer.js';
import { RenderThread, type ThreadProgram } from './thread.js';

export interface PoolSettings {
  /** Threads at most; each starts when it is needed. */
  readonly workers: number;
  /** A job that takes longer is given up and its thread replaced. */
  readonly timeoutMs: number;
  /** A thread without work for this long ends. */
  readonly idleMs: number;
}

/** How a pool speaks of its jobs. */
export interface PoolWords {
  readonly crashed: string;
  /** The limit in seconds follows. */
  readonly slow: string;
}

/** How long a job waits for the busy thread that has its file open, before another may open it too. */
const patienceMs = 100;
/** How long the job of somebody who left may run on, so that its thread need not be replaced for nothing. */
const graceMs = 500;

type Ending = 'timeouts' | 'abandoned' | 'crashes';

/** `opened` counts files; the endings count threads that were ended, or ended themselves, in the middle of a job. */
export type PoolStats = Readonly<Record<Ending | 'threads' | 'busy' | 'waiting' | 'memoryBytes' | 'opened', number>>;

interface Task<Job, Result> {
  readonly job: Job;
  readonly queuedAt: number;
  /** Called when nobody waits for the task any more. */
  onAbandoned: () => void;
  resolve(answer: ThreadAnswer<Result>): void;
  reject(reason: unknown): void;
}

/**
 * Runs jobs in threads, one at a time in each. A thread starts when there is work, ends when there is none for a while, and is ended
 * when its job takes too long or nobody waits for it any more; other jobs are not touched by that. Callers bound how many wait.
 */
export class ThreadPool<Job extends ThreadJob, Result> {
  readonly #program: ThreadProgram;
  readonly #settings: PoolSettings;
  readonly #words: PoolWords;
  readonly #threads = new Map<RenderThread<Job, Result>, NodeJS.Timeout | null>();
  readonly #counts = { opened: 0, timeouts: 0, abandoned: 0, crashes: 0 };
  #waiting: Task<Job, Result>[] = [];
  #patience: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(program: ThreadProgram, settings: PoolSettings, words: PoolWords) {
    this.#program = program;
    this.#settings = settings;
    this.#words = words;
  }

  /** Rejects with the signal's reason, PROVIDER_TIMEOUT, PROVIDER_ERROR when the file crashed its thread, or the program's own error. */
  async run(job: Job, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    if (this.#closed) throw stopping();
    const { promise, task } = createTask<Job, Result>(job);
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
      const answer = await promise;
      if (!answer.ok) throw new ContentError(answer.code, answer.message);
      return answer.result;
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
    const waiting: Task<Job, Result>[] = [];
    for (const task of this.#waiting) {
      const thread = this.#threadFor(task);
      if (thread) void this.#send(task, thread);
      else waiting.push(task);
    }
    this.#waiting = waiting;
    clearTimeout(this.#patience);
    if (waiting.length > 0) this.#patience = setTimeout(() => this.#dispatch(), patienceMs).unref();
  }

  #threadFor(task: Task<Job, Result>): RenderThread<Job, Result> | null {
    const threads = [...this.#threads.keys()];
    const homes = threads.filter((thread) => thread.hasOpen(task.job.path));
    const home = homes.find((thread) => !thread.busy);
    if (home) return home;
    if (homes.length > 0 && performance.now() - task.queuedAt < patienceMs) return null;
    return threads.find((thread) => !thread.busy) ?? this.#start();
  }

  #start(): RenderThread<Job, Result> | null {
    if (this.#closed || this.#threads.size >= this.#settings.workers) return null;
    const thread = new RenderThread<Job, Result>(this.#program, (ended) => void this.#end(ended));
    this.#threads.set(thread, null);
    return thread;
  }

  async #send(task: Task<Job, Result>, thread: RenderThread<Job, Result>): Promise<void> {
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
      this.#counts.opened += Number(answer.report.opened);
      task.resolve(answer);
      this.#rest(thread, answer.report.spent);
    } catch (cause) {
      void this.#end(thread);
      if (!this.#closed) this.#counts[ending] += 1;
      task.reject(this.#closed ? stopping() : this.#toError(ending, cause));
    }
    task.onAbandoned = () => {};
    clearTimeout(deadline);
    clearTimeout(grace);
    this.#dispatch();
  }

  #rest(thread: RenderThread<Job, Result>, spent: boolean): void {
    if (spent) void this.#end(thread);
    else if (this.#threads.has(thread)) {
      this.#threads.set(thread, setTimeout(() => this.#end(thread), this.#settings.idleMs).unref());
    }
  }

  async #end(thread: RenderThread<Job, Result>): Promise<void> {
    clearTimeout(this.#threads.get(thread) ?? undefined);
    this.#threads.delete(thread);
    await thread.end();
  }

  #toError(ending: Ending, cause: unknown): ContentError {
    if (ending === 'crashes') return new ContentError('PROVIDER_ERROR', this.#words.crashed, { cause });
    const message = `${this.#words.slow}; the limit is ${this.#settings.timeoutMs / 1000} s`;
    return new ContentError('PROVIDER_TIMEOUT', message, { retryable: true });
  }
}

function createTask<Job, Result>(job: Job): { promise: Promise<ThreadAnswer<Result>>; task: Task<Job, Result> } {
  let resolve: Task<Job, Result>['resolve'] = () => {};
  let reject: Task<Job, Result>['reject'] = () => {};
  const promise = new Promise<ThreadAnswer<Result>>((onAnswer, onError) => {
    resolve = onAnswer;
    reject = onError;
  });
  return { promise, task: { job, queuedAt: performance.now(), onAbandoned: () => {}, resolve, reject } };
}

function stopping(): ContentError {
  return new ContentError('OVERLOADED', 'The server is stopping', { retryable: true });
}
