import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { type Clock, pause } from './clock.js';
import type { CallKind, Layer, Next } from './layer.js';

/** Upper bound of the wait before the second try; it doubles for each one more. */
const firstWaitMs = 200;
const maxWaitMs = 2_000;
/** A system that asks for a longer wait than this is not waited for: the client is told. */
const maxRetryAfterMs = 10_000;

/**
 * Reads that failed in passing are tried again inside their deadline, after the wait that the system asked for or a random one, so that
 * many that failed together do not come back together. Changes are never tried twice.
 */
export class Retry implements Layer {
  #retries = 0;

  constructor(
    private readonly maxRetries: number,
    private readonly clock: Clock,
  ) {}

  async run<T>(kind: CallKind, call: Call, next: Next<T>): Promise<T> {
    if (kind === 'change' || kind === 'upload') return next(call);
    for (let tried = 0; ; tried += 1) {
      try {
        return await next(call);
      } catch (error) {
        const waitMs = tried < this.maxRetries && isPassing(error) ? waitBefore(tried, error) : Number.POSITIVE_INFINITY;
        if (call.signal.aborted || !this.#fits(waitMs, call)) throw error;
        await pause(this.clock, waitMs, call.signal);
        this.#retries += 1;
      }
    }
  }

  stats(): { readonly retries: number } {
    return { retries: this.#retries };
  }

  #fits(waitMs: number, { deadlineAt = Number.POSITIVE_INFINITY }: Call): boolean {
    return waitMs <= maxRetryAfterMs && this.clock.now() + waitMs < deadlineAt;
  }
}

function isPassing(error: unknown): error is ContentError {
  return error instanceof ContentError && error.details.retryable === true;
}

function waitBefore(tried: number, { details }: ContentError): number {
  if (details.retryAfterSeconds !== undefined) return details.retryAfterSeconds * 1000;
  return Math.random() * Math.min(maxWaitMs, firstWaitMs * 2 ** tried);
}
