import type { MediaFacts, RenditionOutcome } from './renderer.js';

/** What is known of a source. */
export interface StoredFacts {
  /** null where the source itself was never looked at, only a picture that somebody else made of it. */
  readonly media: MediaFacts | null;
  readonly thumbhash: Buffer | null;
}

export type RenditionStoreStats = {
  readonly outcomes: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
  /** Look-ups that memory did not answer. */
  readonly reads: number;
  readonly evicted: number;
  /** Reads and writes that failed. Each counted as a miss, or was dropped. */
  readonly errors: number;
};

/**
 * What was drawn, by the key of the source's bytes and the key of the spec. A cache: anything may be gone at any time, nothing
 * throws, and it keeps itself within its bounds. Reads are one indexed look-up, so they are synchronous.
 */
export interface RenditionStore {
  find(contentKey: string, specKey: string): RenditionOutcome | null;
  /** An outcome with `expiresInMs` is forgotten after that time; others stay until room is needed. */
  save(contentKey: string, specKey: string, outcome: RenditionOutcome, expiresInMs?: number): void;
  findFacts(contentKey: string): StoredFacts | null;
  /** Facts that were found here and did not change cost nothing. */
  saveFacts(contentKey: string, facts: StoredFacts): void;
  /** Another number whenever facts or a refusal were new. A picture that was drawn of some bytes changes nothing that was told before. */
  readonly revision: number;
  stats(): RenditionStoreStats;
  close(): void;
}
