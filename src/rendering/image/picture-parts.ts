import type { ThreadPool } from '../threads/pool.js';
import type { Decoded, DecodeJob } from './decoding/jobs.js';
import type { ImageSettings } from './settings.js';

export type DecodingPool = ThreadPool<DecodeJob, Decoded>;

/** What pictures are opened with. */
export interface PictureParts {
  readonly settings: ImageSettings;
  /** Decodes what libvips does not. */
  readonly decoding: DecodingPool;
}
