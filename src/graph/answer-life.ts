import type { ProviderName } from '../attachment.js';
import type { UpstreamObserver } from '../call.js';

/**
 * Until when an answer stays what it is, and whether this server would know if it became another one. Whatever is put into it may
 * shorten its life; what another system told may change there unnoticed.
 */
export class AnswerLife {
  #endsAt = Number.POSITIVE_INFINITY;
  #isOurs = true;

  /** In milliseconds, as Date.now() tells them. */
  endAt(time: number): void {
    if (time < this.#endsAt) this.#endsAt = time;
  }

  /** It tells what is about to change, or of this very moment. */
  endNow(): void {
    this.#endsAt = 0;
  }

  /** Another system took part. */
  noteUpstream(): void {
    this.#isOurs = false;
  }

  /** As endAt tells, where it holds nothing but what is stored here and changed by this server alone; else 0. */
  get endsAtIfOurs(): number {
    return this.#isOurs ? this.#endsAt : 0;
  }

  /** In whole seconds from now. null: it must not be kept at all. */
  seconds(now: number): number | null {
    return this.#endsAt === 0 ? null : Math.max(0, Math.floor((this.#endsAt - now) / 1000));
  }
}

/** Hears what goes upstream for an answer, before whoever else wants to: what holds an older answer than it should is not kept. */
export class WatchedUpstream implements UpstreamObserver {
  constructor(
    private readonly life: AnswerLife,
    readonly told: UpstreamObserver | undefined,
  ) {}

  requested(provider: ProviderName, bytes: number, milliseconds: number): void {
    this.life.noteUpstream();
    this.told?.requested(provider, bytes, milliseconds);
  }

  cached(provider: ProviderName): void {
    this.life.noteUpstream();
    this.told?.cached(provider);
  }

  stale(provider: ProviderName): void {
    this.life.endNow();
    this.told?.stale(provider);
  }
}
