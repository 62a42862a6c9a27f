import type { Size } from '../fit.js';
import type { DecodeJob } from './decoding/jobs.js';
import type { Picture } from './picture.js';
import type { PictureParts } from './picture-parts.js';
import { sharp } from './sharp.js';

export interface DecodedSource extends Size {
  readonly hasAlpha: boolean;
  /** What it may have, width × height. */
  readonly maxPixels: number;
  readonly profile?: Uint8Array | null;
  /** What a thread is asked for a picture of so many px at its longest edge. */
  job(edge: number): DecodeJob;
}

/** A file that libvips does not read: its pixels come from a thread. */
export function toDecodedPicture({ job, profile = null, ...header }: DecodedSource, { decoding }: PictureParts): Picture {
  return {
    ...header,
    vector: false,
    pageCount: null,
    profile,
    pixels: async (edge, signal) => {
      const { bytes, raw } = await decoding.run(job(edge), signal);
      return sharp(bytes, { limitInputPixels: header.maxPixels, ...(raw ? { raw } : {}) });
    },
  };
}
