import type { ContentError } from '../errors.js';
import { Abort } from '../lib/abort.js';

/** A signal that fires with another one, or with `onExpiry`'s error when the time is up. */
export class Deadline {
  onExpiry: () => ContentError;
  readonly #abort = new Abort();
  readonly #outer: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #follow = () => this.#abort.abort(this.#outer.reason);

  constructor(outer: AbortSignal, timeoutMs: number, onExpiry: () => ContentError) {
    this.onExpiry = onExpiry;
    this.#outer = outer;
    this.#timer = setTimeout(() => this.#abort.abort(this.onExpiry()), timeoutMs);
    if (outer.aborted) this.#follow();
    outer.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Fires it now, for another reason. */
  end(reason: ContentError): void {
    this.#abort.abort(reason);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#follow);
  }
}
