import { ContentError } from '../../errors.js';

export interface LaneSettings {
  /** Cost of the operations that run at once. */
  readonly maxCost: number;
  /** The same of one viewer. */
  readonly maxCostPerViewer: number;
  readonly maxWaiting: number;
  /** How long one waits for its turn. */
  readonly waitMs: number;
}

export type LaneStats = {
  readonly running: number;
  /** Of those that run. */
  readonly cost: number;
  readonly waiting: number;
  readonly admitted: number;
  /** Turned away: too many waited, or one waited for too long. */
  readonly refused: number;
};

interface Ticket {
  /** Counts up with the time of coming. */
  readonly number: number;
  readonly weight: number;
  readonly start: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** What one viewer has here. */
interface Share {
  readonly viewer: string;
  /** Of what runs. */
  cost: number;
  /** First come, first served. */
  readonly waiting: Ticket[];
}

/** Until there are operations to learn from. */
const firstGuessMs = 100;
const learningRate = 1 / 8;
const maxRetryAfterSeconds = 60;

/**
 * So much cost at once. Next is always the viewer with the least of it, of several who came first, so that one who floods waits behind
 * all others. What costs more than may run goes alone.
 */
export class AdmissionLane {
  readonly #settings: LaneSettings;
  readonly #shares = new Map<string, Share>();
  readonly #counters = { running: 0, cost: 0, waiting: 0, admitted: 0, refused: 0 };
  #tickets = 0;
  #recentMs = firstGuessMs;

  constructor(settings: LaneSettings) {
    this.#settings = settings;
  }

  /** Resolves with what ends the operation's turn. OVERLOADED when too many wait, or when the turn does not come in time. */
  enter(viewer: string, cost: number, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const { maxCost, maxCostPerViewer } = this.#settings;
    const weight = Math.max(1, Math.min(cost, maxCost, maxCostPerViewer));
    const share = this.#shareOf(viewer);
    return new Promise((resolve, reject) => {
      if (this.#counters.waiting === 0 && this.#fits(share, weight)) resolve(this.#run(share, weight));
      else
        this.#wait(share, signal, {
          number: this.#tickets++,
          weight,
          start: () => resolve(this.#run(share, weight)),
          refuse: reject,
        });
    });
  }

  stats(): LaneStats {
    return { ...this.#counters };
  }

  #shareOf(viewer: string): Share {
    const known = this.#shares.get(viewer);
    if (known) return known;
    const share: Share = { viewer, cost: 0, waiting: [] };
    this.#shares.set(viewer, share);
    return share;
  }

  #forgetIdle(share: Share): void {
    if (share.cost === 0 && share.waiting.length === 0) this.#shares.delete(share.viewer);
  }

  #fits(share: Share, weight: number): boolean {
    const { maxCost, maxCostPerViewer } = this.#settings;
    return this.#counters.cost + weight <= maxCost && share.cost + weight <= maxCostPerViewer;
  }

  #wait(share: Share, signal: AbortSignal, ticket: Ticket): void {
    const settled = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      share.waiting.splice(share.waiting.indexOf(waiting), 1);
      this.#counters.waiting -= 1;
    };
    const waiting: Ticket = {
      ...ticket,
      start: () => {
        settled();
        ticket.start();
      },
      refuse: (reason) => {
        settled();
        ticket.refuse(reason);
        this.#startNext();
        this.#forgetIdle(share);
      },
    };
    const leave = () => waiting.refuse(signal.reason);
    const timer = setTimeout(() => waiting.refuse(this.#refusal()), this.#settings.waitMs).unref();
    signal.addEventListener('abort', leave, { once: true });
    share.waiting.push(waiting);
    this.#counters.waiting += 1;
    this.#startNext();
    this.#makeRoom(share);
  }

  #startNext(): void {
    for (let ticket = this.#next(); ticket !== undefined; ticket = this.#next()) ticket.start();
  }

  /** Nobody who would fit is let past one who is next and does not, or that one would never come. */
  #next(): Ticket | undefined {
    let next: { readonly share: Share; readonly ticket: Ticket } | undefined;
    for (const share of this.#shares.values()) {
      const [ticket] = share.waiting;
      if (!ticket || share.cost + ticket.weight > this.#settings.maxCostPerViewer) continue;
      const order = next ? share.cost - next.share.cost || ticket.number - next.ticket.number : -1;
      if (order < 0) next = { share, ticket };
    }
    return next && this.#fits(next.share, next.ticket.weight) ? next.ticket : undefined;
  }

  /** What is returned ends it, however often it is called. */
  #run(share: Share, weight: number): () => void {
    const startedAt = performance.now();
    this.#count(share, weight, 1);
    this.#counters.admitted += 1;
    let running = true;
    return () => {
      if (!running) return;
      running = false;
      this.#count(share, -weight, -1);
      this.#recentMs += (performance.now() - startedAt - this.#recentMs) * learningRate;
      this.#startNext();
      this.#forgetIdle(share);
    };
  }

  #count(share: Share, cost: number, running: number): void {
    share.cost += cost;
    this.#counters.cost += cost;
    this.#counters.running += running;
  }

  /** Whoever has most waiting gives up the latest of it; the newcomer, where nobody has more. */
  #makeRoom(newcomer: Share): void {
    if (this.#counters.waiting <= this.#settings.maxWaiting) return;
    let longest = newcomer;
    for (const share of this.#shares.values()) if (share.waiting.length > longest.waiting.length) longest = share;
    longest.waiting.at(-1)?.refuse(this.#refusal());
  }

  #refusal(): ContentError {
    this.#counters.refused += 1;
    const { waiting, running } = this.#counters;
    const turns = waiting / Math.max(1, running);
    const seconds = Math.ceil((turns * this.#recentMs) / 1000);
    const retryAfterSeconds = Math.min(maxRetryAfterSeconds, Math.max(1, seconds));
    const message = `Too many other queries are being answered; try again in ${retryAfterSeconds} s`;
    return new ContentError('OVERLOADED', message, { retryAfterSeconds, retryable: true });
  }
}
