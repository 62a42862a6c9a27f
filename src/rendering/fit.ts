import type { MediaFacts } from './renderer.js';

/** In px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

type KnownSize<Facts> = { readonly [Key in keyof Facts]: NonNullable<Facts[Key]> };

/** A page is at most this high in px, however long it is in its document. */
export const maxPageHeight = 8192;

/** The largest size of these proportions inside size × size, never below 1 px; a smaller raster keeps its own size. */
export function fitInside(facts: KnownSize<FitFacts>, size: number): Size;
export function fitInside(facts: FitFacts, size: number): Size | null;
export function fitInside({ width, height, vector }: FitFacts, size: number): Size | null {
  if (width === null || height === null) return null;
  const scale = size / Math.max(width, height);
  if (scale >= 1 && !vector) return { width, height };
  return { width: toPixels(width * scale), height: toPixels(height * scale) };
}

/** A page drawn `asked` px wide: narrower where it would be higher than maxPageHeight, or a raster larger than it is. */
export function fitWidth(facts: KnownSize<FitFacts>, asked: number): Size;
export function fitWidth(facts: FitFacts, asked: number): Size | null;
export function fitWidth({ width, height, vector }: FitFacts, asked: number): Size | null {
  if (width === null || height === null) return null;
  const scale = Math.min(asked / width, maxPageHeight / height, vector ? Number.POSITIVE_INFINITY : 1);
  return { width: toPixels(width * scale), height: toPixels(height * scale) };
}

type FitFacts = Pick<MediaFacts, 'width' | 'height' | 'vector'>;

function toPixels(length: number): number {
  return Math.max(1, Math.round(length));
}
