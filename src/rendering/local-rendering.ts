import { ContentError } from '../errors.js';
import { type MaybePromise, whenKnown } from '../lib/maybe-promise.js';
import { type RenditionSpec, type ThumbnailSpec, variantKey } from '../rendition.js';
import { AdoptedPictures } from './adopted-pictures.js';
import type { Task } from './demand.js';
import { fitInside, fitWidth, type Size } from './fit.js';
import { Icons } from './icons/icons.js';
import type { ResizeLimits } from './image/resize.js';
import type { Adoption, Offer } from './offered-picture.js';
import type { MediaFacts, ReadyPicture, Refusal, RenderedImage, Renderer, RenditionOutcome } from './renderer.js';
import type { Rendering, RenderSource } from './rendering.js';
import { SharedWork } from './shared-work.js';
import { specKey, verdictKey } from './spec-key.js';
import { StoredRendering, type StoredRenderingParts } from './stored-rendering.js';
import { Thumbhashes } from './thumbhashes.js';

export interface LocalRenderingParts extends StoredRenderingParts {
  readonly renderers: readonly Renderer[];
  /** For pictures that others made. */
  readonly resizeLimits: ResizeLimits;
}

/** Draws on this machine: finds the renderer for a type, answers from the store, makes equal requests one. */
export class LocalRendering implements Rendering {
  readonly #parts: LocalRenderingParts;
  readonly #byType: ReadonlyMap<string, Renderer>;
  readonly #stored: StoredRendering;
  readonly #adopted: AdoptedPictures;
  readonly #icons: Icons;
  readonly #thumbhashes: Thumbhashes;
  readonly #drawing = new SharedWork<RenditionOutcome>();
  readonly #measuring = new SharedWork<MediaFacts>();
  readonly #reading = new SharedWork<string>();

  constructor(parts: LocalRenderingParts) {
    this.#parts = parts;
    this.#byType = new Map(parts.renderers.flatMap((renderer) => renderer.contentTypes.map((type) => [type, renderer])));
    this.#stored = new StoredRendering(parts);
    this.#adopted = new AdoptedPictures({ store: parts.store, queue: parts.queues.image, limits: parts.resizeLimits });
    this.#icons = new Icons(parts.queues.image);
    this.#thumbhashes = new Thumbhashes({ store: parts.store, queue: parts.queues.image, log: parts.log });
  }

  canThumbnail(contentType: string): boolean {
    return this.#byType.get(contentType)?.thumbnail !== undefined;
  }

  canPage(contentType: string): boolean {
    return this.#byType.get(contentType)?.page !== undefined;
  }

  canText(contentType: string): boolean {
    return this.#byType.get(contentType)?.text !== undefined;
  }

  unsupportedReason(contentType: string, kind: RenditionSpec['kind']): string {
    const missing = this.#byType.get(contentType)?.missing;
    if (missing !== undefined) return missing;
    if (kind === 'page' && this.canThumbnail(contentType)) return `${contentType} has no pages`;
    return `Nothing here can draw ${contentType}`;
  }

  find(contentKey: string, spec: RenditionSpec): RenditionOutcome | null {
    const stored = this.#stored.find(contentKey, spec);
    // What could be measured was not refused as a whole.
    return stored || this.knownFacts(contentKey) ? stored : this.#stored.factsRefusal(contentKey);
  }

  async render(source: RenderSource, spec: RenditionSpec, request: Task): Promise<RenditionOutcome> {
    const { contentKey, contentType } = source;
    const answer = this.find(contentKey, spec);
    if (answer) return answer;
    const renderer = this.#byType.get(contentType);
    if (!renderer?.[spec.kind]) return { state: 'UNSUPPORTED', reason: this.unsupportedReason(contentType, spec.kind) };
    const render = (task: Task) => this.#stored.render({ renderer, source, spec }, task);
    return this.#drawing.run(`${contentKey}/${variantKey(spec)}`, request, render);
  }

  adopt(offer: Offer, request: Task): MaybePromise<Adoption> {
    return whenKnown(this.#adopted.adopt(offer, request), (adoption) => {
      if (adoption.state === 'READY') this.#thumbhashes.notePicture(offer.contentKey, offer.spec);
      return adoption;
    });
  }

  findPicture(contentKey: string, spec: RenditionSpec): ReadyPicture | null {
    const stored = this.#parts.store.find(contentKey, specKey(spec));
    if (stored?.state !== 'READY') return null;
    this.#thumbhashes.notePicture(contentKey, spec);
    return stored;
  }

  findVerdict(contentKey: string, spec: RenditionSpec): Refusal | null {
    const stored = this.#parts.store.find(contentKey, verdictKey(spec));
    return stored && stored.state !== 'READY' ? stored : null;
  }

  saveVerdict(contentKey: string, spec: RenditionSpec, verdict: Refusal): void {
    this.#parts.store.save(contentKey, verdictKey(spec), verdict, this.#parts.retryRefusalsAfterMs);
  }

  findIcon(contentType: string, spec: ThumbnailSpec): RenderedImage | null {
    return this.#icons.find(contentType, spec);
  }

  drawIcon(contentType: string, spec: ThumbnailSpec, request: Task): Promise<RenderedImage> {
    return this.#icons.draw(contentType, spec, request);
  }

  knownFacts(contentKey: string): MediaFacts | null {
    return this.#parts.store.findFacts(contentKey)?.media ?? null;
  }

  async facts(source: RenderSource, request: Task): Promise<MediaFacts> {
    const known = this.knownFacts(source.contentKey);
    if (known) return known;
    const refusal = this.#stored.factsRefusal(source.contentKey);
    if (refusal) throw toError(refusal);
    const renderer = this.#rendererOf(source.contentType);
    return this.#measuring.run(source.contentKey, request, (task) => this.#stored.measure(renderer, source, task));
  }

  expectedSize(contentKey: string, spec: RenditionSpec): Size | null {
    const facts = this.knownFacts(contentKey);
    if (!facts) return null;
    if (spec.kind === 'thumbnail') return fitInside(facts, spec.size);
    return spec.page === 1 ? fitWidth(facts, spec.width) : null;
  }

  thumbhash(contentKey: string): Buffer | null {
    return this.#thumbhashes.find(contentKey);
  }

  hasThumbhash(contentKey: string): boolean {
    return Boolean(this.#parts.store.findFacts(contentKey)?.thumbhash);
  }

  async text(source: RenderSource, maxChars: number, request: Task): Promise<string> {
    const renderer = this.#rendererOf(source.contentType);
    const read = (task: Task) => this.#stored.read(renderer, source, maxChars, task);
    return this.#reading.run(`${source.contentKey}/${maxChars}`, request, read);
  }

  revision(): number {
    return this.#parts.store.revision;
  }

  stats(): Readonly<Record<string, number>> {
    const { queues, renderers, store, spool } = this.#parts;
    return {
      ...Object.assign({}, ...Object.entries(queues).map(([name, queue]) => named(name, queue.stats()))),
      ...named('icons', this.#icons.stats()),
      ...named('store', store.stats()),
      ...named('spool', spool.stats()),
      ...Object.assign({}, ...renderers.map((renderer) => named(renderer.name, renderer.stats?.() ?? {}))),
    };
  }

  async close(): Promise<void> {
    this.#stored.close();
    this.#thumbhashes.close();
    await Promise.all(this.#parts.renderers.map((renderer) => renderer.close()));
    await this.#parts.spool.close();
    this.#parts.store.close();
  }

  #rendererOf(contentType: string): Renderer {
    const renderer = this.#byType.get(contentType);
    if (!renderer) throw new ContentError('UNSUPPORTED_MEDIA_TYPE', `Nothing here can read ${contentType}`);
    return renderer;
  }
}

/** { waiting: 3 } of "image" → { imageWaiting: 3 }. */
function named(part: string, stats: Readonly<Record<string, number>>): Record<string, number> {
  const entries = Object.entries(stats);
  return Object.fromEntries(entries.map(([name, value]) => [part + name.charAt(0).toUpperCase() + name.slice(1), value]));
}

function toError({ state, reason }: Refusal): ContentError {
  return new ContentError(state === 'UNSUPPORTED' ? 'UNSUPPORTED_MEDIA_TYPE' : 'PROVIDER_ERROR', reason);
}
