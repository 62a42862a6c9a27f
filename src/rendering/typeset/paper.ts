import type { Font } from 'fontkit';

/** What a piece of text is, which decides its colour. */
export type Tone =
  | 'plain'
  | 'muted'
  | 'keyword'
  | 'string'
  | 'number'
  | 'comment'
  | 'title'
  | 'tag'
  | 'link'
  | 'added'
  | 'removed';

/** Text of one look. A line feed in it ends the line. */
export interface Span {
  readonly text: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  /** In letters of equal width. */
  readonly mono?: boolean;
  readonly tone?: Tone;
}

export type Block =
  /** 1 is the largest, and all from 4 on look the same. */
  | { readonly kind: 'heading'; readonly level: number; readonly spans: readonly Span[] }
  | {
      readonly kind: 'paragraph';
      readonly spans: readonly Span[];
      /** Steps to the right. */
      readonly indent?: number;
      /** Stands before the first line, left of it: the sign of a list's item. */
      readonly marker?: string;
      /** Has a line at its left: words of others. */
      readonly isQuote?: boolean;
    }
  | LinesBlock
  | TableBlock
  /** Lines in a font of their own, each cut at the edge of the page. */
  | {
      readonly kind: 'specimen';
      readonly font: Font;
      readonly lines: readonly { readonly text: string; readonly size: number }[];
    }
  /** Names and values side by side. */
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'rule' };

/** Lines as they were written. */
export interface LinesBlock {
  readonly kind: 'lines';
  readonly lines: readonly (readonly Span[])[];
  readonly look: 'text' | 'numbered' | 'boxed';
}

export interface TableBlock {
  readonly kind: 'table';
  /** How high a row may be: what is too long for its cell is cut. */
  readonly maxLines: number;
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
}

/** A file as it is set on pages. */
export interface Paper {
  readonly orientation: 'portrait' | 'landscape';
  readonly blocks: readonly Block[];
  /** The file goes on. */
  readonly isCut: boolean;
}
