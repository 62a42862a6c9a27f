import { LRUCache } from 'lru-cache';
import type { Log } from '../call.js';
import { ContentError } from '../errors.js';
import type { RenditionSpec, ThumbnailSpec } from '../rendition.js';
import { Demand } from './demand.js';
import type { RenderQueue } from './queue.js';
import type { RenditionStore } from './rendition-store.js';
import { specKey } from './spec-key.js';
import { thumbhashOf } from './thumbhash.js';

export interface ThumbhashesParts {
  readonly store: RenditionStore;
  readonly queue: RenderQueue;
  readonly log: Log;
}

const maxNoted = 10_000;
/** All of them take their turn as one. */
const scope = 'thumbhashes';

/**
 * What is drawn here has its thumbhash from the start. Of a source of which only a picture is known that its system made, it is made
 * of that picture after somebody has asked for it, while nothing else is drawn; the next question finds it.
 */
export class Thumbhashes {
  readonly #parts: ThumbhashesParts;
  /** A stored thumbnail of each source that has no thumbhash yet. */
  readonly #pictures = new LRUCache<string, ThumbnailSpec>({ max: maxNoted });
  readonly #closing = new AbortController();

  constructor(parts: ThumbhashesParts) {
    this.#parts = parts;
  }

  /** null where it is not known yet. Synchronous. */
  find(contentKey: string): Buffer | null {
    const known = this.#parts.store.findFacts(contentKey)?.thumbhash;
    if (known) return known;
    const spec = this.#pictures.get(contentKey);
    if (spec) this.#makeAhead(contentKey, spec);
    return null;
  }

  /** There is a picture that a thumbhash could be made of. */
  notePicture(contentKey: string, spec: RenditionSpec): void {
    if (spec.kind === 'thumbnail' && !this.#parts.store.findFacts(contentKey)?.thumbhash) this.#pictures.set(contentKey, spec);
  }

  close(): void {
    this.#closing.abort(new ContentError('OVERLOADED', 'The server is stopping', { retryable: true }));
  }

  #makeAhead(contentKey: string, spec: ThumbnailSpec): void {
    const { queue, log } = this.#parts;
    this.#pictures.delete(contentKey);
    const task = { signal: this.#closing.signal, demand: new Demand('ahead', [scope]) };
    queue
      .run(task, () => this.#make(contentKey, spec))
      .catch((error: unknown) => log.debug({ err: error, contentKey }, 'No thumbhash could be made'));
  }

  async #make(contentKey: string, spec: ThumbnailSpec): Promise<void> {
    const { store } = this.#parts;
    const picture = store.find(contentKey, specKey(spec));
    if (picture?.state !== 'READY') return;
    const thumbhash = await thumbhashOf(picture.bytes);
    store.saveFacts(contentKey, { media: store.findFacts(contentKey)?.media ?? null, thumbhash });
  }
}
