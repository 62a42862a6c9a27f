import type { Sharp } from 'sharp';
import type { Size } from '../fit.js';

/** A file that was looked at, before a pixel is decoded. Its size is in px, upright. */
export interface Picture extends Size {
  readonly hasAlpha: boolean;
  /** Drawn from shapes, at whatever size. */
  readonly vector: boolean;
  /** Of a file of pages; null for all others. */
  readonly pageCount: number | null;
  /** Of what is played, where the file tells. */
  readonly durationSeconds?: number;
  /** What it may have, width × height. */
  readonly maxPixels: number;
  /** The ICC profile of its colours, where the pixels come without it. */
  readonly profile: Uint8Array | null;
  /** For libvips to turn upright, make smaller and bring to sRGB: at least `edge` px long where the picture is so large itself. */
  pixels(edge: number, signal: AbortSignal): Promise<Sharp>;
}
