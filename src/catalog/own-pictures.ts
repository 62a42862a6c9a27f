import { LRUCache } from 'lru-cache';
import type { Attachment } from '../attachment.js';
import type { OfferedPicture } from '../rendering/offered-picture.js';

/** Pictures that lists told along, kept for whoever asks for them next. A viewer gets one only after reading its attachment. */
export class OwnPictures {
  readonly #pictures: LRUCache<string, OfferedPicture> | null;
  #hits = 0;

  /** maxBytes of all together, the least recently used go first; 0 keeps none. */
  constructor(maxBytes: number) {
    this.#pictures =
      maxBytes === 0 ? null : new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => Math.max(1, bytes.length) });
  }

  put({ contentKey }: Attachment, picture: OfferedPicture): void {
    this.#pictures?.set(contentKey, picture);
  }

  find({ contentKey }: Attachment): OfferedPicture | null {
    const found = this.#pictures?.get(contentKey) ?? null;
    if (found) this.#hits += 1;
    return found;
  }

  stats(): Readonly<Record<string, number>> {
    return {
      ownPictures: this.#pictures?.size ?? 0,
      ownPictureBytes: this.#pictures?.calculatedSize ?? 0,
      ownPictureHits: this.#hits,
    };
  }
}
