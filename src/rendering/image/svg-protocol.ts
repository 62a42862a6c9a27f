import type { ThumbnailSpec } from '../../rendition.js';
import type { Size } from '../fit.js';

/** What is asked of the process that draws SVG. Limits go along, so that it holds no settings. */
export interface SvgRequest {
  readonly path: string;
  readonly maxMemoryBytes: number;
  /** null asks only for the drawing's own size. */
  readonly spec: ThumbnailSpec | null;
}

/** `bytes` is empty where only the size was asked for. */
export type SvgAnswer = (Size & { readonly bytes: Buffer }) | { readonly failure: 'not SVG' | { readonly message: string } };

/** The first that the process says: from now on its time counts. */
export const started = 'started';

/** How the process ends when it takes more memory than it may. */
export const outOfMemoryExitCode = 12;
