import type { Call } from '../../call.js';
import type { CallKind, Layer, Next } from './layer.js';

/** What really goes to the provider. */
export class CallCounter implements Layer {
  #calls = 0;
  #failed = 0;

  run<T>(_kind: CallKind, call: Call, next: Next<T>): Promise<T> {
    this.#calls += 1;
    return next(call).catch((error: unknown) => {
      this.#failed += 1;
      throw error;
    });
  }

  stats(): { readonly calls: number; readonly callsFailed: number } {
    return { calls: this.#calls, callsFailed: this.#failed };
  }
}
