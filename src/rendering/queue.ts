import { ContentError } from '../errors.js';
import { unlessAborted } from '../lib/unless-aborted.js';
import type { Task } from './shared-work.js';

export interface QueueSettings {
  /** How much work runs at once. */
  readonly width: number;
  readonly maxWaiting: number;
  /** For waiting and running together. */
  readonly deadlineMs: number;
}

/** How a queue speaks of its work. */
export interface QueueWords {
  readonly busy: string;
  readonly slow: string;
}

export const drawing: QueueWords = {
  busy: 'Too much is being drawn right now',
  slow: 'Drawing this takes too long',
};

/** A place among the work that runs. */
export interface Slot {
  /** Fires when nobody waits any more and at the deadline. */
  readonly signal: AbortSignal;
  /** Takes `weight` places instead of one, waiting at the head of the queue until they are free; more than all are all. */
  widen(weight: number): Promise<void>;
}

export type QueueStats = {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  /** Turned away because the queue was full; not counting what was only to be made ahead of need. */
  readonly refused: number;
  /** Ended by the deadline, or because nobody waited any more. */
  readonly killed: number;
  /** Running time of all work so far. */
  readonly milliseconds: number;
};

interface Ticket {
  readonly task: Task;
  readonly weight: number;
  readonly start: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * Work waits here in order, 'asked' before 'ahead'. What is made ahead of need starts only while nothing else runs, so it never
 * delays anybody by more than itself. A place is free again when the work has really ended, even if nobody waits for it any more.
 */
export class RenderQueue {
  readonly #settings: QueueSettings;
  readonly #words: QueueWords;
  readonly #waiting: Ticket[] = [];
  #placesTaken = 0;
  #running = 0;
  readonly #counters = { done: 0, failed: 0, refused: 0, killed: 0, milliseconds: 0 };
  #recentMs = 100;

  constructor(settings: QueueSettings, words: QueueWords = drawing) {
    this.#settings = settings;
    this.#words = words;
  }

  /** OVERLOADED when the queue is full or the deadline passes before the work starts; a retryable failure when it passes later. */
  async run<T>(task: Task, work: (slot: Slot) => Promise<T>): Promise<T> {
    this.#admit(task);
    const deadline = new Deadline(task.signal, this.#settings.deadlineMs, () => this.#refusal(task));
    try {
      await this.#place(task, 1, deadline.signal, 'last');
      deadline.onExpiry = () => this.#tooSlow();
      return await this.#work(task, deadline.signal, work);
    } finally {
      deadline.clear();
    }
  }

  stats(): QueueStats {
    return { waiting: this.#waiting.length, running: this.#running, ...this.#counters };
  }

  /** What is made ahead of need makes room for what is asked for. */
  #admit(task: Task): void {
    if (this.#waiting.length < this.#settings.maxWaiting) return;
    const spare = task.priority === 'asked' ? this.#waiting.findLast((ticket) => ticket.task.priority === 'ahead') : undefined;
    if (!spare) throw this.#refusal(task);
    spare.refuse(this.#refusal(spare.task));
  }

  /** Resolves with the places taken. Leaves the queue when the signal fires. */
  #place(task: Task, weight: number, signal: AbortSignal, where: 'first' | 'last'): Promise<void> {
    signal.throwIfAborted();
    return new Promise<void>((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const refuse = (reason: unknown) => {
        signal.removeEventListener('abort', leave);
        this.#waiting.splice(this.#waiting.indexOf(ticket), 1);
        reject(reason);
        this.#startNext();
      };
      const leave = () => refuse(signal.reason);
      const ticket: Ticket = { task, weight, start, refuse };
      signal.addEventListener('abort', leave, { once: true });
      task.onPromoted = () => this.#startNext();
      if (where === 'first') this.#waiting.unshift(ticket);
      else this.#waiting.push(ticket);
      this.#startNext();
    });
  }

  #startNext(): void {
    for (let ticket = this.#next(); ticket !== undefined; ticket = this.#next()) {
      this.#waiting.splice(this.#waiting.indexOf(ticket), 1);
      this.#placesTaken += ticket.weight;
      ticket.start();
    }
  }

  #next(): Ticket | undefined {
    const asked = this.#waiting.find((ticket) => ticket.task.priority === 'asked');
    if (asked) return this.#placesTaken + asked.weight <= this.#settings.width ? asked : undefined;
    return this.#placesTaken === 0 ? this.#waiting[0] : undefined;
  }

  /** Resolves or rejects as soon as the answer is known; the places are given back when the work itself has ended. */
  #work<T>(task: Task, signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> {
    let places = 1;
    const widen = async (weight: number) => {
      const wanted = Math.min(weight, this.#settings.width);
      if (wanted <= places) return;
      this.#placesTaken -= places;
      places = 0;
      await this.#place(task, wanted, signal, 'first');
      places = wanted;
    };
    const startedAt = performance.now();
    this.#running += 1;
    const result = work({ signal, widen });
    const end = (counter: 'done' | 'failed') => {
      this.#placesTaken -= places;
      this.#running -= 1;
      this.#count(signal.aborted ? 'killed' : counter, performance.now() - startedAt);
      this.#startNext();
    };
    result.then(
      () => end('done'),
      () => end('failed'),
    );
    return unlessAborted(result, signal);
  }

  #count(counter: 'done' | 'failed' | 'killed', durationMs: number): void {
    this.#counters[counter] += 1;
    this.#counters.milliseconds += durationMs;
    this.#recentMs += (durationMs - this.#recentMs) / 8;
  }

  #refusal(task: Task): ContentError {
    if (task.priority === 'asked') this.#counters.refused += 1;
    const seconds = Math.ceil(((this.#waiting.length + 1) * this.#recentMs) / this.#settings.width / 1000);
    const retryAfterSeconds = Math.min(60, Math.max(1, seconds));
    const message = `${this.#words.busy}; try again in ${retryAfterSeconds} s`;
    return new ContentError('OVERLOADED', message, { retryAfterSeconds, retryable: true });
  }

  #tooSlow(): ContentError {
    const message = `${this.#words.slow}; the limit is ${this.#settings.deadlineMs / 1000} s`;
    return new ContentError('PROVIDER_TIMEOUT', message, { retryable: true });
  }
}

/** A signal that fires with another one, or with `onExpiry`'s error when the time is up. */
class Deadline {
  onExpiry: () => ContentError;
  readonly #abort = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #follow = () => this.#abort.abort(this.#outer.reason);

  constructor(outer: AbortSignal, timeoutMs: number, onExpiry: () => ContentError) {
    this.onExpiry = onExpiry;
    this.#outer = outer;
    this.#timer = setTimeout(() => this.#abort.abort(this.onExpiry()), timeoutMs);
    if (outer.aborted) this.#follow();
    outer.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#follow);
  }
}
