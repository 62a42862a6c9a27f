import type { Size } from '../../fit.js';

export interface DecodingSettings {
  /** What one thread may use. */
  readonly maxMemoryBytes: number;
}

/** Decodes the picture of a file, no smaller than `edge` px at its longest edge where it is so large itself. */
export interface DecodeJob {
  readonly path: string;
  readonly edge: number;
}

/** A picture upright, row by row, without gaps. 8 bits a channel: grey or red, green, blue, then opacity where it has any. */
export interface DecodedPicture extends Size {
  readonly channels: 1 | 2 | 3 | 4;
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** The ICC profile of its colours; null for sRGB. */
  readonly profile: Uint8Array<ArrayBuffer> | null;
}
