import type { Readable } from 'node:stream';
import type { HeaderList } from './headers.js';

export interface ContentAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  /** null: none, as for HEAD. */
  readonly body: ContentBody | null;
  /** Unix time in seconds until which the same answer may be given to the same URL; null where it must not be kept. */
  readonly keepUntil: number | null;
}

/** sizeBytes is how many bytes a stream must bring; null where nobody knows. */
export type ContentBody = Buffer | { readonly stream: Readable; readonly sizeBytes: number | null };
