import { ContentError } from '../../errors.js';
import type { ThreadAnswer, ThreadJob } from './answer.js';

export interface PoolSettings {
  /** Workers at most; each starts when it is needed. */
  readonly workers: number;
  /** A job that takes longer is given up and its worker replaced. */
  readonly timeoutMs: number;
  /** A worker without work for this long ends. */
  readonly idleMs: number;
}

/** A thread or process that does one job at a time. */
export interface PoolWorker<Job, Result> {
  readonly memoryBytes: number;
  /**
   * Resolves when it can take its first job, whose time counts from then; rejects where it cannot start, with a ContentError that says
   * why. null: it can at once.
   */
  readonly ready: Promise<void> | null;
  hasOpen(path: string): boolean;
  /** Rejects when the worker ends before it has answered. */
  run(job: Job): Promise<ThreadAnswer<Result>>;
  /** Ends it whatever it is doing. */
  end(): Promise<void>;
}

/** `onExit` is told when the worker ended, whether asked to or not. */
export type StartWorker<Job, Result> = (onExit: (worker: PoolWorker<Job, Result>) => void) => PoolWorker<Job, Result>;

/** How a pool speaks of its jobs. */
export interface PoolWords {
  readonly crashed: string;
  /** The limit in seconds follows. */
  readonly slow: string;
}

/** How long a job waits for the busy worker that has its file open, before another may open it too. */
const patienceMs = 100;
/** How long the job of somebody who left may run on, so that its worker need not be replaced for nothing. */
const graceMs = 500;

type Ending = 'timeouts' | 'abandoned' | 'crashes';

/** `opened` counts files, `recycled` workers that were replaced after a job; the endings count those that ended in the middle of one. */
export type PoolStats = Readonly<Record<Ending | 'recycled' | 'workers' | 'busy' | 'waiting' | 'memoryBytes' | 'opened', number>>;

interface Task<Job, Result> {
  readonly job: Job;
  readonly queuedAt: number;
  /** Called when nobody waits for the task any more. */
  onAbandoned: () => void;
  resolve(answer: ThreadAnswer<Result>): void;
  reject(reason: unknown): void;
}

/**
 * Runs jobs in workers, one at a time in each. A worker starts when there is work, ends when there is none for a while, and is ended
 * when its job takes too long or nobody waits for it any more; other jobs are not touched by that. Callers bound how many wait.
 */
export class WorkerPool<Job extends ThreadJob, Result> {
  readonly #startWorker: StartWorker<Job, Result>;
  readonly #settings: PoolSettings;
  readonly #words: PoolWords;
  readonly #workers = new Map<PoolWorker<Job, Result>, NodeJS.Timeout | null>();
  readonly #busy = new Set<PoolWorker<Job, Result>>();
  readonly #counts = { opened: 0, recycled: 0, timeouts: 0, abandoned: 0, crashes: 0 };
  #waiting: Task<Job, Result>[] = [];
  #patience: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(startWorker: StartWorker<Job, Result>, settings: PoolSettings, words: PoolWords) {
    this.#startWorker = startWorker;
    this.#settings = settings;
    this.#words = words;
  }

  /** Rejects with the signal's reason, PROVIDER_TIMEOUT, PROVIDER_ERROR when its worker crashed, or the worker's own error. */
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
    const workers = [...this.#workers.keys()];
    return {
      workers: workers.length,
      busy: this.#busy.size,
      waiting: this.#waiting.length,
      memoryBytes: workers.reduce((sum, worker) => sum + worker.memoryBytes, 0),
      ...this.#counts,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#waiting.splice(0)) task.reject(stopping());
    clearTimeout(this.#patience);
    await Promise.all([...this.#workers.keys()].map((worker) => this.#end(worker)));
  }

  #dispatch(): void {
    const waiting: Task<Job, Result>[] = [];
    for (const task of this.#waiting) {
      const worker = this.#workerFor(task);
      if (worker) void this.#send(task, worker);
      else waiting.push(task);
    }
    this.#waiting = waiting;
    clearTimeout(this.#patience);
    if (waiting.length > 0) this.#patience = setTimeout(() => this.#dispatch(), patienceMs).unref();
  }

  #workerFor(task: Task<Job, Result>): PoolWorker<Job, Result> | null {
    const workers = [...this.#workers.keys()];
    const free = workers.filter((worker) => !this.#busy.has(worker));
    const homes = workers.filter((worker) => worker.hasOpen(task.job.path));
    const home = homes.find((worker) => free.includes(worker));
    if (home) return home;
    if (homes.length > 0 && performance.now() - task.queuedAt < patienceMs) return null;
    return free[0] ?? this.#start();
  }

  #start(): PoolWorker<Job, Result> | null {
    if (this.#closed || this.#workers.size >= this.#settings.workers) return null;
    const worker = this.#startWorker((ended) => void this.#end(ended));
    this.#workers.set(worker, null);
    return worker;
  }

  async #send(task: Task<Job, Result>, worker: PoolWorker<Job, Result>): Promise<void> {
    clearTimeout(this.#workers.get(worker) ?? undefined);
    this.#busy.add(worker);
    const isReady = worker.ready === null || (await this.#isReadyFor(task, worker, worker.ready));
    if (isReady) await this.#runIn(task, worker);
    this.#busy.delete(worker);
    this.#dispatch();
  }

  /** A worker that starts goes on when its task is abandoned: others will need it. */
  async #isReadyFor(task: Task<Job, Result>, worker: PoolWorker<Job, Result>, ready: Promise<void>): Promise<boolean> {
    let isWanted = true;
    task.onAbandoned = () => {
      isWanted = false;
    };
    try {
      await ready;
      if (!isWanted) this.#rest(worker, false);
      return isWanted;
    } catch (cause) {
      this.#fail(task, worker, 'crashes', cause);
      return false;
    }
  }

  async #runIn(task: Task<Job, Result>, worker: PoolWorker<Job, Result>): Promise<void> {
    let ending: Ending = 'crashes';
    const endAs = (why: Ending) => {
      ending = why;
      void this.#end(worker);
    };
    const deadline = setTimeout(endAs, this.#settings.timeoutMs, 'timeouts');
    let grace: NodeJS.Timeout | undefined;
    task.onAbandoned = () => {
      grace = setTimeout(endAs, graceMs, 'abandoned');
    };
    try {
      const answer = await worker.run(task.job);
      this.#counts.opened += Number(answer.report.opened);
      task.resolve(answer);
      this.#rest(worker, answer.report.spent);
    } catch (cause) {
      this.#fail(task, worker, ending, cause);
    }
    task.onAbandoned = () => {};
    clearTimeout(deadline);
    clearTimeout(grace);
  }

  #rest(worker: PoolWorker<Job, Result>, spent: boolean): void {
    if (spent) {
      this.#counts.recycled += 1;
      void this.#end(worker);
    } else if (this.#workers.has(worker)) {
      this.#workers.set(worker, setTimeout(() => this.#end(worker), this.#settings.idleMs).unref());
    }
  }

  #fail(task: Task<Job, Result>, worker: PoolWorker<Job, Result>, ending: Ending, cause: unknown): void {
    void this.#end(worker);
    if (!this.#closed) this.#counts[ending] += 1;
    task.reject(this.#closed ? stopping() : this.#toError(ending, cause));
  }

  async #end(worker: PoolWorker<Job, Result>): Promise<void> {
    clearTimeout(this.#workers.get(worker) ?? undefined);
    this.#workers.delete(worker);
    await worker.end();
  }

  #toError(ending: Ending, cause: unknown): ContentError {
    if (cause instanceof ContentError) return cause;
    // It may have been ended by somebody else, or by a machine that is short of memory.
    if (ending === 'crashes') return new ContentError('PROVIDER_ERROR', this.#words.crashed, { retryable: true, cause });
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
