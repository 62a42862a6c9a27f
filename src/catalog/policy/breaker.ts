import type { ProviderName } from '../../attachment.js';
import type { Call, Log } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { PolicySettings } from '../settings.js';
import type { Clock } from './clock.js';
import type { CallKind, Layer, Next } from './layer.js';

/** A call that had less time than this says nothing about the system by not being answered. */
const fairTimeMs = 500;

/** Whether the system answered, with what it may; null: nothing is known about that. */
type Verdict = 'answered' | 'unavailable' | null;

/**
 * Stops asking a system that did not answer several calls in a row: PROVIDER_UNAVAILABLE at once, with the time until one call tries
 * again. It is one for all viewers: a system is there for all or for none. The layer stands before the queues; `watch`, behind them,
 * learns from the calls that are really made.
 */
export class Breaker implements Layer {
  /** The time that calls wait for their turn is not the system's. */
  readonly watch: Layer = { run: (_kind, call, next) => this.observe(() => next(call)) };
  #failures = 0;
  #opened = 0;
  /** null while closed. Past: the next call is the trial. */
  #openUntil: number | null = null;
  #trialRuns = false;

  constructor(
    private readonly provider: ProviderName,
    private readonly settings: PolicySettings['breaker'],
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  run<T>(_kind: CallKind, call: Call, next: Next<T>): Promise<T> {
    return this.#openUntil === null ? next(call) : this.#tryAgain(this.#openUntil, call, next);
  }

  async #tryAgain<T>(openUntil: number, call: Call, next: Next<T>): Promise<T> {
    this.#admitTrial(openUntil);
    try {
      return await next(call);
    } finally {
      // It ended with nothing known: the next call tries.
      if (this.#trialRuns) this.#openUntil = this.clock.now();
      this.#trialRuns = false;
    }
  }

  /** Runs in any case, and is learnt from. */
  observe<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = this.clock.now();
    return work().then(
      (result) => {
        this.#learn('answered');
        return result;
      },
      (error: unknown) => {
        this.#learn(verdictOf(error, this.clock.now() - startedAt));
        throw error;
      },
    );
  }

  /** In a row, until now. */
  get failures(): number {
    return this.#failures;
  }

  stats(): { readonly breakerOpen: number; readonly breakerOpened: number } {
    return { breakerOpen: this.#openUntil === null ? 0 : 1, breakerOpened: this.#opened };
  }

  /** The trial keeps the others out for as long as it may take; one that never ends makes room for the next. */
  #admitTrial(openUntil: number): void {
    const waitMs = openUntil - this.clock.now();
    if (waitMs > 0) throw this.#refusal(waitMs);
    this.#openUntil = this.clock.now() + this.#openMs;
    this.#trialRuns = true;
  }

  #learn(verdict: Verdict): void {
    if (verdict === null) return;
    this.#trialRuns = false;
    if (verdict === 'answered') this.#close();
    else this.#fail();
  }

  #close(): void {
    this.#failures = 0;
    if (this.#openUntil === null) return;
    this.#openUntil = null;
    this.log.info({ provider: this.provider }, 'a provider answers again');
  }

  #fail(): void {
    this.#failures += 1;
    if (this.#openUntil === null && this.#failures < this.settings.failures) return;
    if (this.#openUntil === null) {
      this.#opened += 1;
      this.log.warn({ provider: this.provider, failures: this.#failures }, 'a provider does not answer and is left alone');
    }
    this.#openUntil = this.clock.now() + this.#openMs;
  }

  get #openMs(): number {
    return this.settings.openSeconds * 1000;
  }

  #refusal(waitMs: number): ContentError {
    const { provider } = this;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    return new ContentError('PROVIDER_UNAVAILABLE', `${provider} does not answer; try again in ${retryAfterSeconds} s`, {
      provider,
      retryAfterSeconds,
    });
  }
}

/** A refusal is an answer too. Clients that leave, limits kept here and bugs say nothing. */
function verdictOf(error: unknown, tookMs: number): Verdict {
  if (!(error instanceof ContentError)) return null;
  const { code, details } = error;
  if (code === 'PROVIDER_UNAVAILABLE') return 'unavailable';
  if (code === 'PROVIDER_TIMEOUT') return tookMs >= fairTimeMs ? 'unavailable' : null;
  if (code === 'PROVIDER_RATE_LIMITED' || details.upstreamStatus === undefined) return null;
  return code === 'PROVIDER_ERROR' && details.upstreamStatus >= 500 ? 'unavailable' : 'answered';
}
