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
 * again. It is one for all viewers: a system is there for all or for none.
 */
export class Breaker implements Layer {
  #failures = 0;
  #opened = 0;
  /** null while closed. Past: the next call is the trial. */
  #openUntil: number | null = null;

  constructor(
    private readonly provider: ProviderName,
    private readonly settings: PolicySettings['breaker'],
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async run<T>(_kind: CallKind, call: Call, next: Next<T>): Promise<T> {
    const isTrial = this.#admit();
    return this.#observe(() => next(call), isTrial);
  }

  /** Runs in any case, and learns from it. */
  observe<T>(work: () => Promise<T>): Promise<T> {
    return this.#observe(work, false);
  }

  /** In a row, until now. */
  get failures(): number {
    return this.#failures;
  }

  stats(): { readonly breakerOpen: number; readonly breakerOpened: number } {
    return { breakerOpen: this.#openUntil === null ? 0 : 1, breakerOpened: this.#opened };
  }

  /** The trial keeps the others out for as long as it may take; one that never ends makes room for the next. */
  #admit(): boolean {
    if (this.#openUntil === null) return false;
    const waitMs = this.#openUntil - this.clock.now();
    if (waitMs > 0) throw this.#refusal(waitMs);
    this.#openUntil = this.clock.now() + this.#openMs;
    return true;
  }

  async #observe<T>(work: () => Promise<T>, isTrial: boolean): Promise<T> {
    const startedAt = this.clock.now();
    try {
      const result = await work();
      this.#learn('answered', isTrial);
      return result;
    } catch (error) {
      this.#learn(verdictOf(error, this.clock.now() - startedAt), isTrial);
      throw error;
    }
  }

  #learn(verdict: Verdict, isTrial: boolean): void {
    if (verdict === 'answered') this.#close();
    else if (verdict === 'unavailable') this.#fail();
    else if (isTrial) this.#openUntil = this.clock.now();
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
