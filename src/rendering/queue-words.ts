import { ContentError } from '../errors.js';

/** How a queue speaks of its work. */
export interface QueueWords {
  readonly busy: string;
  readonly slow: string;
}

export const drawing: QueueWords = {
  busy: 'Too much is being drawn right now',
  slow: 'Drawing this takes too long',
};

export const reading: QueueWords = {
  busy: 'Too many files are being read right now',
  slow: 'Reading this file takes too long',
};

/** However much there is to do, whoever asks again by then finds out more. */
const maxRetryAfterSeconds = 60;

export function overloaded({ busy }: QueueWords, waitMs: number): ContentError {
  const retryAfterSeconds = toRetryAfterSeconds(waitMs);
  return new ContentError('OVERLOADED', `${busy}; try again in ${retryAfterSeconds} s`, { retryAfterSeconds, retryable: true });
}

export function tooSlow({ slow }: QueueWords, limitMs: number): ContentError {
  return new ContentError('PROVIDER_TIMEOUT', `${slow}; the limit is ${limitMs / 1000} s`, { retryable: true });
}

/** Whole seconds, from 1 to 60. */
export function toRetryAfterSeconds(waitMs: number): number {
  return Math.min(maxRetryAfterSeconds, Math.max(1, Math.ceil(waitMs / 1000)));
}
