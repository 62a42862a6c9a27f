import type { ProviderName } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { CallKind, Layer, Next } from './layer.js';

export interface ConcurrencySettings {
  readonly concurrency: number;
  readonly queue: number;
}

/** So many calls at once; others wait in order, and too many are refused. A place is free again when the call has really ended. */
export class Concurrency implements Layer {
  readonly #waiting = new Set<() => void>();
  #running = 0;
  #refused = 0;

  constructor(
    private readonly provider: ProviderName,
    private readonly settings: ConcurrencySettings,
  ) {}

  run<T>(_kind: CallKind, call: Call, next: Next<T>): Promise<T> {
    if (this.#running >= this.settings.concurrency) return this.#place(call.signal).then(() => this.#inPlace(call, next));
    this.#running += 1;
    return this.#inPlace(call, next);
  }

  stats(): { readonly running: number; readonly waiting: number; readonly refused: number } {
    return { running: this.#running, waiting: this.#waiting.size, refused: this.#refused };
  }

  #inPlace<T>(call: Call, next: Next<T>): Promise<T> {
    return next(call).finally(() => this.#passOn());
  }

  /** Resolves with the place of a call that has ended. */
  #place(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.settings.queue) return Promise.reject(this.#refusal());
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(start);
        // Time that went by in here is not the provider's.
        reject(signal.reason instanceof ContentError ? this.#refusal() : signal.reason);
      };
      this.#waiting.add(start);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #passOn(): void {
    const [first] = this.#waiting;
    if (!first) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(first);
    first();
  }

  #refusal(): ContentError {
    const { provider } = this;
    this.#refused += 1;
    return new ContentError('OVERLOADED', `Too many calls wait for ${provider}; try again in 1 s`, {
      provider,
      retryAfterSeconds: 1,
    });
  }
}
