import type { ProviderName } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { Abort } from '../../lib/abort.js';
import { whenAborted } from '../../lib/when-aborted.js';
import type { Clock } from './clock.js';
import { type CallKind, callUnder, type Layer, type Next } from './layer.js';

/** Before the request's own end, so that what is known by then can still be told. */
const marginMs = 100;

/**
 * Ends each call after its time, and before its request's deadline, with PROVIDER_TIMEOUT. A client that leaves is the signal's own
 * reason. Streams have until their head; uploads as long as their request.
 */
export class Deadline implements Layer {
  constructor(
    private readonly provider: ProviderName,
    private readonly timeoutMs: number,
    private readonly clock: Clock,
  ) {}

  run<T>(kind: CallKind, call: Call, next: Next<T>): Promise<T> {
    if (call.signal.aborted) return Promise.reject(call.signal.reason);
    if (kind === 'upload') return next(call);
    return new Promise((resolve, reject) => {
      const timed = this.#start(call, reject);
      next(timed.call).then(
        (result) => {
          timed.stop();
          // A stream ends with its request still.
          if (kind !== 'stream') timed.unfollow();
          resolve(result);
        },
        (error: unknown) => {
          timed.stop();
          timed.unfollow();
          reject(error);
        },
      );
    });
  }

  /** `onEnd` is told why it fires. */
  #start(call: Call, onEnd: (reason: unknown) => void) {
    const abort = new Abort();
    const startedAt = this.clock.now();
    const endsAt = () => Math.min(startedAt + this.timeoutMs, (call.deadlineAt ?? Number.POSITIVE_INFINITY) - marginMs);
    const leftMs = () => Math.max(0, endsAt() - this.clock.now());
    const end = (reason: unknown) => {
      onEnd(reason);
      abort.abort(reason);
    };
    const expire = () => {
      if (leftMs() > 0) stop = this.clock.schedule(leftMs(), expire);
      else end(this.#timeout(this.clock.now() - startedAt));
    };
    let stop = this.clock.schedule(leftMs(), expire);
    const unfollow = whenAborted(call.signal, () => end(call.signal.reason));
    return { call: callUnder(call, abort.signal, endsAt), stop: () => stop(), unfollow };
  }

  #timeout(afterMs: number): ContentError {
    const { provider } = this;
    const message = `${provider} did not answer within ${Math.round(afterMs / 100) / 10} s`;
    return new ContentError('PROVIDER_TIMEOUT', message, { provider, retryable: true });
  }
}
