import type { Renderer, SourceFile } from '../renderer.js';

/** What a PDF is to hold, and where it is to be. */
export interface PdfOrder {
  readonly path: string;
  readonly pages: 'first' | 'all';
}

/** Turns one family of content types into PDF, from which everything else is drawn. */
export interface Conversion {
  /** Names its files and counters: letters and digits only. */
  readonly name: string;
  /** Exact types, lower case. */
  readonly contentTypes: readonly string[];
  readonly queue: Renderer['queue'];
  /** As Renderer.judgement; empty where there is nothing besides settings. */
  readonly judgement: string;
  /**
   * Writes the PDF; whatever lies there after a rejection is removed. Fails as a Renderer does. Equal conversions at once are asked for
   * once. null, or how many pages the source has where the PDF holds only its first ones.
   */
  convert(source: SourceFile, order: PdfOrder, signal: AbortSignal): Promise<number | null>;
  /** Whether page 1 alone is likely made much sooner than all pages; it is asked for alone only then. */
  makesFirstPageSooner?(source: SourceFile): boolean;
  /** Where the source's own text is better than that of its PDF. At most maxChars UTF-16 units, cut at a character. */
  text?(source: SourceFile, maxChars: number, signal: AbortSignal): Promise<string>;
  stats?(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}
