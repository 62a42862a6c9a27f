import type { Readable } from 'node:stream';

/** Bytes that are whole and durable under a temporary name, not yet a blob. Exactly one of commit and discard ends it. */
export interface StagedBlob {
  /** SHA-256, lower-case hex. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** Gives the bytes their name. Durable when it resolves; the same bytes twice are one blob. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Immutable bytes addressed by their SHA-256. */
export interface BlobStore {
  /** Reads the source to its end. Over maxBytes: PAYLOAD_TOO_LARGE. On any failure, or when the signal fires, nothing is left. */
  stage(source: Readable, options: { readonly maxBytes: number; readonly signal: AbortSignal }): Promise<StagedBlob>;
  /** A file that holds the blob, or null. */
  locate(digest: string): Promise<{ readonly path: string; readonly sizeBytes: number } | null>;
  /** false where there was none. */
  remove(digest: string): Promise<boolean>;
  /** Removes what a killed process left under temporary names; how many. Called before the first stage. */
  sweep(): Promise<number>;
  /** Counters of what runs. */
  stats(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}
