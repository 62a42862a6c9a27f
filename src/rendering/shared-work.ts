import { Abort } from '../lib/abort.js';
import { unlessAborted } from '../lib/unless-aborted.js';
import type { Demand, Task } from './demand.js';

/** Equal requests at once are one piece of work, which ends when the last of those who wait for it leaves. */
export class SharedWork<T> {
  readonly #running = new Map<string, SharedTask<T>>();
  #joined = 0;

  /** Equal keys mean equal work. Rejects with the signal's reason for whoever leaves. */
  run(key: string, request: Task, work: (task: Task) => Promise<T>): Promise<T> {
    const { signal } = request;
    if (signal.aborted) return Promise.reject(signal.reason);
    const running = this.#running.get(key);
    if (!running) return this.#start(key, request, work).wait(request);
    this.#joined += 1;
    running.demand.join(request.demand);
    return running.wait(request);
  }

  /** How many requests found their work already under way. */
  get joined(): number {
    return this.#joined;
  }

  #start(key: string, request: Task, work: (task: Task) => Promise<T>): SharedTask<T> {
    const task = new SharedTask(request.demand.copy(), work, () => {
      if (this.#running.get(key) === task) this.#running.delete(key);
    });
    this.#running.set(key, task);
    return task;
  }
}

class SharedTask<T> implements Task {
  readonly demand: Demand;
  readonly #abort = new Abort();
  readonly #result: Promise<T>;
  readonly #onEnd: () => void;
  #waiters = 0;

  constructor(demand: Demand, work: (task: Task) => Promise<T>, onEnd: () => void) {
    this.demand = demand;
    this.#onEnd = onEnd;
    this.#result = work(this);
    this.#result.then(onEnd, onEnd);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  wait({ signal, demand }: Task): Promise<T> {
    this.#waiters += 1;
    demand.enter(this.demand);
    return unlessAborted(this.#result, signal, (reason) => this.#leave(reason));
  }

  #leave(reason: unknown): void {
    this.#waiters -= 1;
    if (this.#waiters > 0) return;
    this.#onEnd();
    this.#abort.abort(reason);
  }
}
