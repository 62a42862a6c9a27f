import { ContentError } from '../errors.js';
import { type MaybePromise, whenKnown } from '../lib/maybe-promise.js';
import type { Task } from './demand.js';
import { type ResizeLimits, resizePicture } from './image/resize.js';
import { type Adoption, isExact, isLargeEnough, type Offer, type PictureHeader, readPictureHeader } from './offered-picture.js';
import type { RenderQueue } from './queue.js';
import type { RenditionStore } from './rendition-store.js';
import { specKey } from './spec-key.js';

export interface AdoptedPicturesParts {
  readonly store: RenditionStore;
  readonly queue: RenderQueue;
  readonly limits: ResizeLimits;
}

/** Pictures that others made, taken over as they are or made to fit: looked at, resized in the queue, stored. */
export class AdoptedPictures {
  readonly #parts: AdoptedPicturesParts;

  constructor(parts: AdoptedPicturesParts) {
    this.#parts = parts;
  }

  /** One that is just what is asked for costs a look at its header. OVERLOADED when the queue is full. */
  adopt(offer: Offer, task: Task): MaybePromise<Adoption> {
    const { contentKey, spec, picture, anySize } = offer;
    const header = readPictureHeader(picture.bytes);
    if (!header) return { state: 'UNUSABLE', reason: 'These bytes are no picture' };
    if (!anySize && !isLargeEnough(header, picture, spec))
      return { state: 'TOO_SMALL', edge: Math.max(header.width, header.height) };
    const adopted = isExact(header, spec) ? untouched(header, offer) : this.#resized(header, offer, task);
    return whenKnown(adopted, (adoption) => {
      if (adoption.state === 'READY') this.#parts.store.save(contentKey, specKey(spec), adoption);
      return adoption;
    });
  }

  async #resized(header: PictureHeader, { spec, picture }: Offer, task: Task): Promise<Adoption> {
    const { queue, limits } = this.#parts;
    try {
      const { format, width, height, bytes } = await queue.run(task, () => resizePicture(picture.bytes, header, spec, limits));
      return { state: 'READY', format, width, height, sizeBytes: bytes.length, bytes, madeBy: 'PROXY_RESIZED' };
    } catch (error) {
      if (task.signal.aborted || !(error instanceof ContentError) || error.code === 'OVERLOADED') throw error;
      return { state: 'UNUSABLE', reason: error.message };
    }
  }
}

function untouched({ width, height }: PictureHeader, { spec, picture: { bytes } }: Offer): Adoption {
  return { state: 'READY', format: spec.format, width, height, sizeBytes: bytes.length, bytes, madeBy: 'PROVIDER' };
}
