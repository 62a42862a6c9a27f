import { unlessAborted } from '../lib/unless-aborted.js';
import type { Priority, RenderOptions } from './rendering.js';

/** Work as its queue sees it. The signal fires when nobody waits for the result any more. */
export interface Task {
  readonly signal: AbortSignal;
  /** Rises from 'ahead' to 'asked' when somebody asks for what was only made ahead of need. */
  readonly priority: Priority;
  onPromoted: (() => void) | null;
}

/** Equal requests at once are one piece of work, which ends when the last of those who wait for it leaves. */
export class SharedWork<T> {
  readonly #running = new Map<string, SharedTask<T>>();
  #joined = 0;

  /** Equal keys mean equal work. Rejects with the signal's reason for whoever leaves. */
  run(key: string, options: RenderOptions, work: (task: Task) => Promise<T>): Promise<T> {
    const { signal } = options;
    if (signal.aborted) return Promise.reject(signal.reason);
    const running = this.#running.get(key);
    if (running) this.#joined += 1;
    return (running ?? this.#start(key, options.priority, work)).join(options);
  }

  /** Somebody asks for what is made ahead of need, by way of other work that waits for it. */
  promote(key: string): void {
    this.#running.get(key)?.promote();
  }

  /** How many requests found their work already under way. */
  get joined(): number {
    return this.#joined;
  }

  #start(key: string, priority: Priority, work: (task: Task) => Promise<T>): SharedTask<T> {
    const task = new SharedTask(priority, work, () => {
      if (this.#running.get(key) === task) this.#running.delete(key);
    });
    this.#running.set(key, task);
    return task;
  }
}

class SharedTask<T> implements Task {
  priority: Priority;
  onPromoted: (() => void) | null = null;
  readonly #abort = new AbortController();
  readonly #result: Promise<T>;
  readonly #onEnd: () => void;
  #waiters = 0;

  constructor(priority: Priority, work: (task: Task) => Promise<T>, onEnd: () => void) {
    this.priority = priority;
    this.#onEnd = onEnd;
    this.#result = work(this);
    this.#result.then(onEnd, onEnd);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  join({ signal, priority }: RenderOptions): Promise<T> {
    this.#waiters += 1;
    if (priority === 'asked') this.promote();
    return unlessAborted(this.#result, signal, (reason) => this.#leave(reason));
  }

  promote(): void {
    if (this.priority === 'asked') return;
    this.priority = 'asked';
    this.onPromoted?.();
  }

  #leave(reason: unknown): void {
    this.#waiters -= 1;
    if (this.#waiters > 0) return;
    this.#onEnd();
    this.#abort.abort(reason);
  }
}
