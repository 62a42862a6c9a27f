import type { Readable } from 'node:stream';
import type { ProviderName } from '../attachment.js';
import type { HeaderList } from './headers.js';

export interface ContentAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  /** null: none, as for HEAD. */
  readonly body: ContentBody | null;
  /** Unix time in seconds until which the same answer may be given to the same URL; null where it must not be kept. */
  readonly keepUntil: number | null;
}

export type ContentBody = Buffer | StreamBody;

export interface StreamBody {
  readonly stream: Readable;
  /** How many bytes it must bring; null where nobody knows. */
  readonly sizeBytes: number | null;
  /** Whose fault it is when it does not; null for a file on this machine. */
  readonly provider: ProviderName | null;
}
