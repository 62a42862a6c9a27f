import { ContentError } from '../errors.js';
import type { Demand } from '../rendering/demand.js';
import { toRetryAfterSeconds } from '../rendering/queue-words.js';
import type { RenderedImage, RenditionOutcome } from '../rendering/renderer.js';

/** The answer to "draw this": the picture, an icon in its place, why there is neither, or when to ask again. */
export type RenditionAnswer = RenditionOutcome | Placeholder | PendingAnswer;

/** An icon that stands in for a thumbnail of what nobody can draw, and why nobody can. */
export interface Placeholder extends Omit<RenderedImage, 'thumbhash'> {
  readonly state: 'PLACEHOLDER';
  readonly sizeBytes: number;
  readonly reason: string;
}

export interface PendingAnswer {
  readonly state: 'PENDING';
  readonly retryAfterSeconds: number;
}

export function toPlaceholder(icon: RenderedImage, reason: string): Placeholder {
  return { ...icon, state: 'PLACEHOLDER', sizeBytes: icon.bytes.length, reason };
}

/** PENDING where the queue is full: there will be room. Every other failure stays one. */
export function pendingIfOverloaded(error: unknown): PendingAnswer {
  if (error instanceof ContentError && error.code === 'OVERLOADED') return pending(error.details.retryAfterSeconds);
  throw error;
}

/** As far as the queue can tell that it waits in. */
export function pendingFor(demand: Demand): PendingAnswer {
  return pending(toRetryAfterSeconds(demand.expectedMs() ?? 0));
}

function pending(retryAfterSeconds = 1): PendingAnswer {
  return { state: 'PENDING', retryAfterSeconds };
}
