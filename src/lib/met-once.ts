import { LRUCache } from 'lru-cache';

/**
 * For a cache by size: what was met once, as long as no more than fits the cache was met since. What it never meets again would
 * only push out what is asked for often, and die old, where the garbage collector pays most for it.
 */
export class MetOnce {
  readonly #keys: LRUCache<string, true>;

  /** That of the cache. */
  constructor(maxSize: number) {
    this.#keys = new LRUCache({ maxSize });
  }

  /** True the second time. */
  again(key: string, size: number): boolean {
    if (this.#keys.delete(key)) return true;
    this.#keys.set(key, true, { size });
    return false;
  }
}
