import type { FileHandle } from 'node:fs/promises';
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

export type ContentBody = Buffer | FileBody | StreamBody;

/** Of a file on this machine: so many bytes from a place on. Whoever sends it closes it. */
export interface FileBody {
  readonly file: FileHandle;
  readonly start: number;
  readonly sizeBytes: number;
}

export interface StreamBody {
  readonly stream: Readable;
  /** How many bytes it must bring; null where nobody knows. */
  readonly sizeBytes: number | null;
  /** Whose fault it is when it does not. */
  readonly provider: ProviderName;
}
