import { ContentError } from '../errors.js';
import { Abort } from '../lib/abort.js';
import { after } from '../lib/after.js';

/** Where nobody said when there will be room again. */
const defaultPauseSeconds = 5;

/** Work that can wait, done one piece after the other. What finds no room is left out; what is told OVERLOADED is tried again. */
export class Backlog<Item> {
  readonly #work: (item: Item, signal: AbortSignal) => Promise<void>;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<Item>();
  readonly #closing = new Abort();
  readonly #counters = { done: 0, failed: 0, leftOut: 0 };
  #isWorking = false;

  constructor(maxWaiting: number, work: (item: Item, signal: AbortSignal) => Promise<void>) {
    this.#maxWaiting = maxWaiting;
    this.#work = work;
  }

  /** Fires when nothing is to be done ahead any more. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  add(item: Item): void {
    if (this.#waiting.size >= this.#maxWaiting) {
      this.#counters.leftOut += 1;
      return;
    }
    this.#waiting.add(item);
    if (!this.#isWorking) void this.#workOff();
  }

  stats(): Readonly<Record<'waiting' | 'done' | 'failed' | 'leftOut', number>> {
    return { waiting: this.#waiting.size, ...this.#counters };
  }

  /** Ends what runs, and begins nothing any more. */
  close(): void {
    this.#waiting.clear();
    this.#closing.abort(new ContentError('OVERLOADED', 'The server is stopping', { retryable: true }));
  }

  async #workOff(): Promise<void> {
    this.#isWorking = true;
    for (const item of this.#waiting) {
      await this.#doPatiently(item);
      this.#waiting.delete(item);
    }
    this.#isWorking = false;
  }

  async #doPatiently(item: Item): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#work(item, signal);
        this.#counters.done += 1;
        return;
      } catch (error) {
        const pauseSeconds = pauseAfter(error);
        if (pauseSeconds === null) {
          this.#counters.failed += 1;
          return;
        }
        await after(pauseSeconds * 1000, signal).catch(() => {});
      }
    }
  }
}

/** null: it failed for good. */
function pauseAfter(error: unknown): number | null {
  if (!(error instanceof ContentError) || error.code !== 'OVERLOADED') return null;
  return error.details.retryAfterSeconds ?? defaultPauseSeconds;
}
