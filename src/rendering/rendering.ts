import type { OpenedContent, ProviderName } from '../attachment.js';
import type { MaybePromise } from '../lib/maybe-promise.js';
import type { RenditionSpec, ThumbnailSpec } from '../rendition.js';
import type { Task } from './demand.js';
import type { Adoption, Offer } from './offered-picture.js';
import type { MediaFacts, ReadyPicture, Refusal, RenderedImage, RenditionOutcome } from './renderer.js';

/** What is drawn: bytes that `contentKey` names, opened only when no stored answer serves. */
export interface RenderSource {
  readonly contentKey: string;
  /** Who is to blame where it does not come as it should. */
  readonly provider: ProviderName;
  readonly contentType: string;
  readonly sizeBytes: number | null;
  open(signal: AbortSignal): Promise<OpenedContent>;
}

/** Draws, stores and finds again renditions of local and remote content. The one door to everything in this folder. */
export interface Rendering {
  canThumbnail(contentType: string): boolean;
  canPage(contentType: string): boolean;
  canText(contentType: string): boolean;
  /** Why a type that cannot be drawn cannot: "Nothing here can draw application/zip". */
  unsupportedReason(contentType: string, kind: RenditionSpec['kind']): string;
  /** The stored answer, or null: nothing is drawn. Synchronous, from the local store. */
  find(contentKey: string, spec: RenditionSpec): RenditionOutcome | null;
  /** The stored answer, else drawn and stored. Equal requests at once are one. OVERLOADED with retryAfterSeconds when the queue is full; NOT_FOUND for a page beyond the last. */
  render(source: RenderSource, spec: RenditionSpec, task: Task): Promise<RenditionOutcome>;
  /** A picture that somebody else made, untouched where it is just what is asked for (PROVIDER), else made to fit (PROXY_RESIZED), and stored. */
  adopt(offer: Offer, task: Task): MaybePromise<Adoption>;
  /** A stored picture, whoever made it; null also where it is known that it cannot be drawn here. Synchronous. */
  findPicture(contentKey: string, spec: RenditionSpec): ReadyPicture | null;
  /** What saveVerdict was told lately. Synchronous. */
  findVerdict(contentKey: string, spec: RenditionSpec): Refusal | null;
  /** Nobody has a picture of it, its system included: true for a while, for systems come to have pictures later. */
  saveVerdict(contentKey: string, spec: RenditionSpec, verdict: Refusal): void;
  /** The icon of a type's family, as a square of the size that is asked for; null where it was not drawn lately. Synchronous. */
  findIcon(contentType: string, spec: ThumbnailSpec): RenderedImage | null;
  /** The same, drawn where need be. OVERLOADED when the queue is full. */
  drawIcon(contentType: string, spec: ThumbnailSpec, task: Task): Promise<RenderedImage>;
  /** What is known without work. Synchronous. */
  knownFacts(contentKey: string): MediaFacts | null;
  facts(source: RenderSource, task: Task): Promise<MediaFacts>;
  /** width and height that spec will have, where the facts tell; null otherwise. */
  expectedSize(contentKey: string, spec: RenditionSpec): { readonly width: number; readonly height: number } | null;
  /**
   * ThumbHash bytes, made when the first thumbnail was drawn; null before. Of a picture that somebody else made they are made after
   * the first question, when there is time. Synchronous.
   */
  thumbhash(contentKey: string): Buffer | null;
  /** The same without having it made. Synchronous. */
  hasThumbhash(contentKey: string): boolean;
  text(source: RenderSource, maxChars: number, task: Task): Promise<string>;
  /** Another one whenever more became known of some source, or that it cannot be drawn. Synchronous. */
  revision(): number;
  /** Counters of the queues, the store, the icons and the folder of temporary files, by name. */
  stats(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}
