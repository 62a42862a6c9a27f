import { LRUCache } from 'lru-cache';
import type { ProviderName } from '../../attachment.js';
import type { Call, UpstreamObserver } from '../../call.js';
import { ContentError } from '../../errors.js';
import { type Clock, pause } from './clock.js';
import type { CallKind, Layer, Next } from './layer.js';

const minuteMs = 60_000;
/** Whatever a system asks for, it is asked again after this. */
const maxPauseMs = 300_000;
/** Credentials that are remembered to be paused. */
const maxPaused = 1_000;

export interface RateBudgetOptions {
  readonly provider: ProviderName;
  readonly requestsPerMinute: number | null;
  /** Whom the system counts a call for. */
  readonly scopeOf: (call: Call) => string;
  readonly clock: Clock;
}

/**
 * A bucket of requests that fills steadily. A call without one waits for it inside its deadline, or is refused with the time until
 * there is one. When the system itself refuses a credential for asking too much, that credential's calls wait as long as it says.
 */
export class RateBudget implements Layer {
  readonly #options: RateBudgetOptions;
  readonly #pausedUntil = new LRUCache<string, number>({ max: maxPaused });
  #left: number;
  #filledAt: number;
  #refused = 0;

  constructor(options: RateBudgetOptions) {
    this.#options = options;
    this.#left = options.requestsPerMinute ?? Number.POSITIVE_INFINITY;
    this.#filledAt = options.clock.now();
  }

  run<T>(_kind: CallKind, call: Call, next: Next<T>): Promise<T> {
    const scope = this.#options.scopeOf(call);
    const isFree = this.#options.requestsPerMinute === null && this.#pauseMs(scope) <= 0;
    const answer = isFree ? next(call) : this.#take(scope, call).then(() => next(this.#counted(call)));
    return answer.catch((error: unknown) => {
      this.#pauseAfter(error, scope);
      throw error;
    });
  }

  /** null: no limit is known. */
  get left(): number | null {
    return this.#options.requestsPerMinute === null ? null : Math.max(0, Math.floor(this.#filled()));
  }

  stats(): { readonly rateLimited: number; readonly rateBudgetLeft?: number } {
    const { left } = this;
    return { rateLimited: this.#refused, ...(left === null ? {} : { rateBudgetLeft: left }) };
  }

  /** Taken before the wait, so that those who wait are served in order; given back by those who leave. */
  async #take(scope: string, call: Call): Promise<void> {
    this.#left = this.#filled() - 1;
    try {
      for (let waitMs = this.#waitMs(scope); waitMs > 0; waitMs = this.#pauseMs(scope)) {
        this.#assertFits(waitMs, call);
        await pause(this.#options.clock, waitMs, call.signal);
      }
    } catch (error) {
      this.#left += 1;
      throw error;
    }
  }

  #filled(): number {
    const { requestsPerMinute, clock } = this.#options;
    if (requestsPerMinute === null) return this.#left;
    const now = clock.now();
    this.#left = Math.min(requestsPerMinute, this.#left + ((now - this.#filledAt) * requestsPerMinute) / minuteMs);
    this.#filledAt = now;
    return this.#left;
  }

  #waitMs(scope: string): number {
    const missing = Math.max(0, -this.#left);
    const untilFilledMs = (missing * minuteMs) / (this.#options.requestsPerMinute ?? Number.POSITIVE_INFINITY);
    return Math.max(untilFilledMs, this.#pauseMs(scope));
  }

  #pauseMs(scope: string): number {
    return (this.#pausedUntil.get(scope) ?? 0) - this.#options.clock.now();
  }

  #assertFits(waitMs: number, { deadlineAt = Number.POSITIVE_INFINITY }: Call): void {
    const { clock, provider } = this.#options;
    if (clock.now() + waitMs < deadlineAt) return;
    this.#refused += 1;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    const message = `${provider} may not be asked more right now; try again in ${retryAfterSeconds} s`;
    throw new ContentError('PROVIDER_RATE_LIMITED', message, { provider, retryAfterSeconds });
  }

  /** A call may cost several requests: those after the first are taken when they are known. */
  #counted(call: Call): Call {
    if (this.#options.requestsPerMinute === null) return call;
    const told = call.upstream;
    let requests = 0;
    const upstream: UpstreamObserver = {
      requested: (provider, bytes, milliseconds) => {
        requests += 1;
        if (requests > 1) this.#left = this.#filled() - 1;
        told?.requested(provider, bytes, milliseconds);
      },
      cached: (provider) => told?.cached(provider),
      stale: (provider) => told?.stale(provider),
    };
    const { viewer, log, signal, deadlineAt } = call;
    return { viewer, log, signal, upstream, ...(deadlineAt === undefined ? {} : { deadlineAt }) };
  }

  #pauseAfter(error: unknown, scope: string): void {
    if (!(error instanceof ContentError) || error.code !== 'PROVIDER_RATE_LIMITED') return;
    const { retryAfterSeconds } = error.details;
    if (retryAfterSeconds === undefined) return;
    this.#pausedUntil.set(scope, this.#options.clock.now() + Math.min(maxPauseMs, retryAfterSeconds * 1000));
  }
}
