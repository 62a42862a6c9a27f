import type { ProviderName } from './attachment.js';
import { Abort } from './lib/abort.js';

/** Who asks. `scope` separates cached answers: two viewers share one only if every provider answers them alike. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly scope: string;
  /** What this viewer's own request brought for a provider, by its name. Secret: never logged, never part of a message. */
  readonly credentials?: Readonly<Record<ProviderName, string>>;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What every request carries down to the wire. The signal ends all work done for it, at the client's leaving or the deadline. */
export interface Call {
  readonly viewer: Viewer;
  /** Where the request came from, as IP. Absent: it is work of our own. */
  readonly address?: string;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** When the signal fires because of the time, as Date.now() tells it. Absent: there is no such moment. */
  readonly deadlineAt?: number;
  /** Told of all that goes upstream for this call, where somebody wants to know. */
  readonly upstream?: UpstreamObserver;
}

export interface UpstreamObserver {
  /** One HTTP request that was answered, or failed: bytes of its answer's body, time until the last of them. */
  requested(provider: ProviderName, bytes: number, milliseconds: number): void;
  /** An answer that cost this call no request: an earlier one is kept, or another call is asking the same. */
  cached(provider: ProviderName): void;
  /** An answer that is older than it should be, because the provider does not answer now. */
  stale(provider: ProviderName): void;
}

/** The call as work carries it that may go on when its request was answered: it ends when the client left before that, or by itself. */
export function lastingCall({ viewer, log, upstream, signal }: Call, timeoutMs: number): Call & { end(): void } {
  const ending = new Abort();
  const timer = setTimeout(
    () => ending.abort(new DOMException(`The work took longer than ${timeoutMs} ms`, 'TimeoutError')),
    timeoutMs,
  );
  timer.unref();
  const leave = () => ending.abort(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  };
  return { viewer, log, signal: ending.signal, deadlineAt: Date.now() + timeoutMs, end, ...(upstream ? { upstream } : {}) };
}
