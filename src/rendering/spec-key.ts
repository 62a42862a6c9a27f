import { type RenditionSpec, variantKey } from '../rendition.js';

/** Raised when pictures of the same source and spec come to look different: stored ones are then drawn again. */
export const pipelineVersion = 1;

/** Under which a rendition of a source is stored. */
export function specKey(spec: RenditionSpec): string {
  return `${variantKey(spec)}@${pipelineVersion}`;
}

/** Under which it is stored that there is none, although its source's system may have had pictures. */
export function verdictKey(spec: RenditionSpec): string {
  return `${variantKey(spec)}.verdict@${pipelineVersion}`;
}
