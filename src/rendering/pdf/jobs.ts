import type { Size } from '../fit.js';
import type { ThreadAnswer } from '../threads/answer.js';
import type { Bitmap } from './document.js';

/** A worker keeps the documents that it drew from last open, so that the pages of one need not open it again. */
export const documentsKeptOpen = 4;

/** What a worker is asked. Pages count from 1. */
export type PdfJob =
  | { readonly kind: 'facts'; readonly path: string }
  | { readonly kind: 'thumbnail'; readonly path: string; readonly size: number }
  | { readonly kind: 'page'; readonly path: string; readonly page: number; readonly width: number }
  | { readonly kind: 'text'; readonly path: string; readonly maxChars: number };

export interface PdfFacts extends Size {
  readonly pageCount: number;
}

/** The answer to each kind of job. */
export interface PdfResults {
  readonly facts: PdfFacts;
  readonly thumbnail: Bitmap;
  readonly page: Bitmap;
  readonly text: string;
}

export type PdfAnswer = ThreadAnswer<PdfResults[PdfJob['kind']]>;
