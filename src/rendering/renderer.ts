import type { ImageFormat, PageSpec, RenditionSource, ThumbnailSpec } from '../rendition.js';

/** A file on this machine to draw from, of a known content type. */
export interface SourceFile {
  readonly path: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Names the bytes: [A-Za-z0-9._-] only. */
  readonly contentKey: string;
}

/** What the source itself says, before a pixel is drawn. Orientation is applied. null: not known, or it has none. */
export interface MediaFacts {
  /** In px; of page 1 in points for a document. */
  readonly width: number | null;
  readonly height: number | null;
  /** Drawn from shapes: any size is sharp, so it is never "enlarged". */
  readonly vector: boolean;
  readonly pageCount: number | null;
  /** How long it plays. Absent where it does not, or the file does not tell. */
  readonly durationSeconds?: number;
}

export interface RenderedImage {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
  /** ThumbHash, where the renderer has the pixels at hand; it is made from the bytes otherwise. */
  readonly thumbhash?: Buffer;
}

/**
 * Draws one family of content types. Work runs off the event loop, ends with the signal and within the renderer's own limits.
 * - UNSUPPORTED_MEDIA_TYPE: this kind of content cannot be drawn (encrypted, too many pixels); the message says why in plain words.
 * - BAD_USER_INPUT is never thrown here; NOT_FOUND names the page count when a page lies beyond the last.
 * - Any other ContentError: this file cannot be drawn (broken, too slow); the message says why.
 */
export interface Renderer {
  readonly name: string;
  /** Exact types, lower case. */
  readonly contentTypes: readonly string[];
  /** Which queue its work waits in. SVG, office documents and films have their own: one may well take all the time that it is allowed. */
  readonly queue: 'image' | 'svg' | 'document' | 'office' | 'media';
  /** What its refusals rest on besides settings, like the version of a program: those of another word are forgotten at the next start. */
  readonly judgement?: string;
  /** Why it draws nothing on this machine: a program that it needs is not there. It has no `thumbnail`, `page` or `text` then. */
  readonly missing?: string;
  facts(source: SourceFile, signal: AbortSignal): Promise<MediaFacts>;
  thumbnail?(source: SourceFile, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage>;
  page?(source: SourceFile, spec: PageSpec, signal: AbortSignal): Promise<RenderedImage>;
  /** At most maxChars UTF-16 units, cut at a character. */
  text?(source: SourceFile, maxChars: number, signal: AbortSignal): Promise<string>;
  /** Where drawing from a stored, smaller picture of a source is quicker than drawing from the source. */
  readonly master?: MasterRenderer;
  /** Counters of its own threads or processes. */
  stats?(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** A renderer of what has pages and text. */
export type DocumentRenderer = Renderer & Required<Pick<Renderer, 'thumbnail' | 'page' | 'text'>>;

/** A master is made ahead of need after a source's first thumbnail; later ones are drawn from it and look the same. */
export interface MasterRenderer {
  /** Whether a source like this is worth one. */
  suits(facts: MediaFacts): boolean;
  /** Whether thumbnails of this spec are drawn from masters. */
  serves(spec: ThumbnailSpec): boolean;
  draw(source: SourceFile, signal: AbortSignal): Promise<RenderedImage>;
  /** `facts` are the source's: the picture has the very size that it would have if drawn from the source. */
  thumbnail(master: Buffer, facts: MediaFacts, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage>;
}

/** A stored answer, good or bad, so that a broken file is not drawn again for each question. */
export type RenditionOutcome =
  | {
      readonly state: 'READY';
      readonly format: ImageFormat;
      readonly width: number;
      readonly height: number;
      readonly sizeBytes: number;
      readonly bytes: Buffer;
      readonly madeBy: RenditionSource;
    }
  | { readonly state: 'UNSUPPORTED' | 'FAILED'; readonly reason: string };

export type ReadyPicture = Extract<RenditionOutcome, { readonly state: 'READY' }>;
export type Refusal = Exclude<RenditionOutcome, { readonly state: 'READY' }>;
