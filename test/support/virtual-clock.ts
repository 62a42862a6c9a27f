import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/catalog/policy/clock.js';

interface Scheduled {
  readonly at: number;
  readonly action: () => void;
}

/** Time that passes when the test says so. */
export class VirtualClock implements Clock {
  #now = 1_000_000;
  readonly #scheduled = new Set<Scheduled>();

  now(): number {
    return this.#now;
  }

  schedule(ms: number, action: () => void): () => void {
    const scheduled = { at: this.#now + ms, action };
    this.#scheduled.add(scheduled);
    return () => this.#scheduled.delete(scheduled);
  }

  /** How long until each of the waits that are under way ends, in ms. */
  get waits(): readonly number[] {
    return [...this.#scheduled].map(({ at }) => at - this.#now);
  }

  /** Lets ms pass: what is due by then happens in its order, with all that follows from it. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    await setImmediate();
    for (let next = this.#nextBefore(until); next; next = this.#nextBefore(until)) {
      this.#scheduled.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
      await setImmediate();
    }
    this.#now = until;
  }

  #nextBefore(until: number): Scheduled | undefined {
    const due = [...this.#scheduled].filter(({ at }) => at <= until);
    return due.sort((one, other) => one.at - other.at)[0];
  }
}
