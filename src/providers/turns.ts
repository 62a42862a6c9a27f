import { KeyedQueue } from '../lib/keyed-queue.js';

/** Work of one key is done one after the other. */
export class Turns {
  readonly #queue = new KeyedQueue();

  /** Whoever leaves while waiting for the turn is gone at once; work that began ends by itself. */
  take<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(signal.reason);
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      const begin = async () => {
        signal.removeEventListener('abort', leave);
        signal.throwIfAborted();
        return work();
      };
      this.#queue.run(key, begin).then(resolve, reject);
    });
  }
}
