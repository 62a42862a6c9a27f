import type { ContentError } from '../errors.js';
import { unlessAborted } from '../lib/unless-aborted.js';
import { Deadline } from './deadline.js';
import type { Demand, Stage, Task } from './demand.js';
import { FairLine, type Waiting } from './fair-line.js';
import { Pace } from './pace.js';
import { drawing, overloaded, type QueueWords, tooSlow } from './queue-words.js';

export interface QueueSettings {
  /** How much work runs at once. */
  readonly width: number;
  readonly maxWaiting: number;
  /** For waiting and running together. */
  readonly deadlineMs: number;
}

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
  /** Requests that were met by work which another had asked for. */
  readonly joined: number;
  /** Turned away because the queue was full; not counting what was only to be made ahead of need. */
  readonly refused: number;
  /** Ended by the deadline, or because nobody waited any more. */
  readonly killed: number;
  /** Running time of all work so far. */
  readonly milliseconds: number;
};

interface Ticket extends Waiting {
  readonly demand: Demand;
  readonly weight: number;
  readonly start: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** Work ahead of need that runs. */
interface Spare {
  readonly demand: Demand;
  readonly deadline: Deadline;
}

/** How long what is asked for waits for work ahead of need to end by itself. */
const makeWayAfterMs = 200;
/**
 * Work waits here for its turn: 'asked' before 'ahead', viewers in turn, each one's own in the order of asking. What is made ahead of
 * need starts only while nothing else runs, and is ended when what is asked for would wait for it. A place is free again when the work
 * has really ended, even if nobody waits for it any more.
 */
export class RenderQueue {
  readonly #settings: QueueSettings;
  readonly #words: QueueWords;
  readonly #asked = new FairLine<Ticket>();
  readonly #ahead = new FairLine<Ticket>();
  /** Work that has begun and needs more places than it has: before all others. */
  readonly #widening: Ticket[] = [];
  #spare: Spare | null = null;
  #makingWay: NodeJS.Timeout | null = null;
  #placesTaken = 0;
  #running = 0;
  readonly #counters = { done: 0, failed: 0, joined: 0, refused: 0, killed: 0, milliseconds: 0 };
  readonly #pace = new Pace();

  constructor(settings: QueueSettings, words: QueueWords = drawing) {
    this.#settings = settings;
    this.#words = words;
  }

  /** OVERLOADED when the queue is full or the deadline passes before the work starts; a retryable failure when it passes later. */
  async run<T>({ signal, demand }: Task, work: (slot: Slot) => Promise<T>): Promise<T> {
    this.#admit(demand);
    this.#counters.joined += demand.claims - 1;
    const deadline = new Deadline(signal, this.#settings.deadlineMs, () => this.#refusal(demand));
    try {
      await this.#turn(demand, deadline.signal);
      deadline.onExpiry = () => tooSlow(this.#words, this.#settings.deadlineMs);
      if (demand.priority === 'ahead') this.#spare = { demand, deadline };
      this.#makeWay();
      return await this.#work(demand, deadline.signal, work);
    } finally {
      deadline.clear();
    }
  }

  stats(): QueueStats {
    return { waiting: this.#waiting, running: this.#running, ...this.#counters };
  }

  get #waiting(): number {
    return this.#asked.size + this.#ahead.size + this.#widening.length;
  }

  /** What is made ahead of need makes room for what is asked for, and whoever has most in line for whoever has least. */
  #admit(demand: Demand): void {
    if (this.#waiting < this.#settings.maxWaiting) return;
    const spare = demand.priority === 'asked' ? (this.#ahead.last() ?? this.#asked.surplus(demand)) : undefined;
    if (!spare) throw this.#refusal(demand);
    spare.refuse(this.#refusal(spare.demand));
  }

  /** Resolves when its turn has come, with one place taken. */
  #turn(demand: Demand, signal: AbortSignal): Promise<void> {
    return this.#wait(demand, 1, signal, (ticket) => {
      demand.enter(this.#waitingStage(ticket));
      this.#lineOf(demand).add(ticket);
    });
  }

  /** Resolves with the places taken. Leaves the queue when the signal fires. */
  #wait(demand: Demand, weight: number, signal: AbortSignal, line: (ticket: Ticket) => void): Promise<void> {
    signal.throwIfAborted();
    return new Promise<void>((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const refuse = (reason: unknown) => {
        signal.removeEventListener('abort', leave);
        this.#remove(ticket);
        reject(reason);
        this.#startNext();
      };
      const leave = () => refuse(signal.reason);
      const ticket: Ticket = { scopes: demand.scopes, demand, weight, start, refuse };
      signal.addEventListener('abort', leave, { once: true });
      line(ticket);
      this.#startNext();
    });
  }

  #startNext(): void {
    for (let ticket = this.#takeNext(); ticket !== undefined; ticket = this.#takeNext()) {
      this.#placesTaken += ticket.weight;
      ticket.start();
    }
    this.#makeWay();
  }

  /** Work ahead of need is ended once what is asked for has waited in vain, unless somebody asks for that very work. */
  #makeWay(): void {
    if (!this.#isSpareInTheWay()) return;
    this.#makingWay ??= setTimeout(() => {
      this.#makingWay = null;
      if (this.#isSpareInTheWay()) this.#spare?.deadline.end(this.#refusal(this.#spare.demand));
    }, makeWayAfterMs).unref();
  }

  #isSpareInTheWay(): boolean {
    return this.#spare?.demand.priority === 'ahead' && this.#asked.size > 0;
  }

  #takeNext(): Ticket | undefined {
    const next = this.#widening[0] ?? this.#asked.first();
    if (!next) return this.#placesTaken === 0 ? this.#ahead.take() : undefined;
    if (this.#placesTaken + next.weight > this.#settings.width) return undefined;
    return this.#widening.shift() ?? this.#asked.take();
  }

  #lineOf({ priority }: Demand): FairLine<Ticket> {
    return priority === 'asked' ? this.#asked : this.#ahead;
  }

  #remove(ticket: Ticket): void {
    this.#asked.remove(ticket);
    this.#ahead.remove(ticket);
    const index = this.#widening.indexOf(ticket);
    if (index >= 0) this.#widening.splice(index, 1);
  }

  #waitingStage(ticket: Ticket): Stage {
    return {
      join: ({ claims }) => {
        this.#counters.joined += claims;
        this.#refile(ticket);
      },
      expectedMs: () => this.#startsInMs(ticket) + this.#pace.untilEnd(),
    };
  }

  /** Others want the same: it waits in their lanes as well, and among what is asked for if they ask. */
  #refile(ticket: Ticket): void {
    const from = [this.#asked, this.#ahead].find((line) => line.has(ticket));
    if (!from) return;
    const to = this.#lineOf(ticket.demand);
    if (from !== to) from.remove(ticket);
    to.add(ticket);
    this.#startNext();
  }

  #runningStage(startedAt: number): Stage {
    return {
      join: ({ claims }) => {
        this.#counters.joined += claims;
      },
      expectedMs: () => this.#pace.untilEnd(performance.now() - startedAt),
    };
  }

  /** Resolves or rejects as soon as the answer is known; the places are given back when the work itself has ended. */
  #work<T>(demand: Demand, signal: AbortSignal, work: (slot: Slot) => Promise<T>): Promise<T> {
    let places = 1;
    const widen = async (weight: number) => {
      const wanted = Math.min(weight, this.#settings.width);
      if (wanted <= places) return;
      this.#placesTaken -= places;
      places = 0;
      await this.#wait(demand, wanted, signal, (ticket) => this.#widening.push(ticket));
      places = wanted;
    };
    const startedAt = performance.now();
    demand.enter(this.#runningStage(startedAt));
    this.#running += 1;
    const result = work({ signal, widen });
    const end = (counter: 'done' | 'failed') => {
      if (this.#spare?.demand === demand) this.#spare = null;
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
    this.#pace.note(durationMs);
  }

  /** As far as recent work tells, for what waits or would have to. */
  #startsInMs(waiting: Waiting & Pick<Ticket, 'demand'>): number {
    const line = this.#lineOf(waiting.demand);
    const before = this.#widening.length + (line === this.#ahead ? this.#asked.size : 0) + line.countBefore(waiting);
    return this.#pace.untilStart(before, this.#settings.width);
  }

  #refusal(demand: Demand): ContentError {
    if (demand.priority === 'asked') this.#counters.refused += 1;
    return overloaded(this.#words, this.#startsInMs({ scopes: demand.scopes, demand }));
  }
}
