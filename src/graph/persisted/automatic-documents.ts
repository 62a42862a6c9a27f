import { LRUCache } from 'lru-cache';

/**
 * Documents that clients registered by themselves, by the protocol of Apollo's automatic persisted queries, which Apollo Server speaks.
 * Only what passed validation gets here. The least used go first, and come again with the next request that needs them.
 */
export class AutomaticDocuments {
  readonly #texts: LRUCache<string, string>;
  readonly #counters = { automaticHits: 0, automaticMisses: 0 };

  /** In characters, of all together. */
  constructor(maxBytes: number) {
    this.#texts = new LRUCache({ maxSize: maxBytes, sizeCalculation: (text) => text.length });
  }

  has(hash: string): boolean {
    return this.#texts.has(hash);
  }

  async get(key: string): Promise<string | undefined> {
    const text = this.#texts.get(hashOf(key));
    this.#counters[text === undefined ? 'automaticMisses' : 'automaticHits'] += 1;
    return text;
  }

  async set(key: string, text: string): Promise<void> {
    this.#texts.set(hashOf(key), text);
  }

  async delete(key: string): Promise<boolean> {
    return this.#texts.delete(hashOf(key));
  }

  stats(): Readonly<Record<string, number>> {
    return { automatic: this.#texts.size, automaticBytes: this.#texts.calculatedSize, ...this.#counters };
  }
}

/** Apollo Server puts "apq:" before it. */
function hashOf(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}
