import type { Attachment } from '../attachment.js';
import type { Call } from '../call.js';
import { ContentError, type ErrorCode } from '../errors.js';
import { type MaybePromise, whenKnown } from '../lib/maybe-promise.js';
import type { Demand } from '../rendering/demand.js';
import type { Adoption, OfferedPicture } from '../rendering/offered-picture.js';
import type { ReadyPicture, Refusal, RenditionOutcome } from '../rendering/renderer.js';
import type { Rendering, RenderSource } from '../rendering/rendering.js';
import { type RenditionSpec, variantKey } from '../rendition.js';
import type { Catalog } from './catalog.js';
import type { OwnPictures } from './own-pictures.js';
import type { PendingAnswer } from './rendition-answer.js';

export interface LadderParts {
  readonly catalog: Catalog;
  readonly rendering: Rendering;
  readonly ownPictures: OwnPictures;
  /** A picture of the system's own that has more bytes is not read. */
  readonly maxPictureBytes: number;
}

/** One picture that is wanted, and who wants it. */
export interface Wish {
  readonly attachment: Attachment;
  readonly spec: RenditionSpec;
  readonly source: RenderSource;
  /** Its signal ends the climb. */
  readonly call: Call;
  readonly demand: Demand;
}

/** Failures of asking for a picture that say no more than that this one cannot be had. Others end the climb: nobody knows. */
const aboutThePicture = new Set<ErrorCode>(['UNSUPPORTED_MEDIA_TYPE', 'INVALID_SIZE', 'NOT_FOUND', 'PROVIDER_ERROR']);

/** What a step of the ladder came to, where it was not the end. */
interface Missed {
  /** Shows less than is asked for. */
  readonly small: readonly Small[];
  /** The system will never have more than an icon. */
  readonly onlyIcon: boolean;
  /** Why the system's picture could not be had, where that says nothing about the file. */
  readonly failure: ContentError | null;
}

interface Small {
  readonly picture: OfferedPicture;
  readonly edge: number;
}

const nothing: Missed = { small: [], onlyIcon: false, failure: null };

/**
 * From the best picture down, for what is not stored yet: told along by a list → the system's own, made to fit → drawn here from the
 * original → the system's own although it is smaller → why there is none. Wrong bytes fall to the next rung.
 */
export class Ladder {
  readonly #parts: LadderParts;
  readonly #counters = { picturesUsed: 0, picturesUnusable: 0 };

  constructor(parts: LadderParts) {
    this.#parts = parts;
  }

  async climb(wish: Wish): Promise<RenditionOutcome | PendingAnswer> {
    const told = await this.#toldAlong(wish);
    if ('state' in told) return told;
    const own = await this.#systemsOwn(wish, told);
    if ('state' in own) return own;
    const drawn = await this.#drawnHere(wish);
    if (drawn?.state === 'READY') return drawn;
    return (await this.#smaller(wish, own)) ?? this.#refusal(wish, own, drawn);
  }

  /** The system may have a picture of it: only asking tells. */
  mayHavePicture({ provider, hasThumbnail }: Attachment, kind: RenditionSpec['kind']): boolean {
    if (kind === 'thumbnail' && hasThumbnail === false) return false;
    return this.#parts.catalog.info(provider)?.facts.pictures.includes(kind) ?? false;
  }

  stats(): Readonly<Record<string, number>> {
    return this.#counters;
  }

  #toldAlong(wish: Wish): MaybePromise<ReadyPicture | Missed> {
    const picture = wish.spec.kind === 'thumbnail' ? this.#parts.ownPictures.find(wish.attachment) : null;
    return picture ? this.#taken(wish, picture, nothing) : nothing;
  }

  async #systemsOwn(wish: Wish, missed: Missed): Promise<ReadyPicture | PendingAnswer | Missed> {
    const { attachment, spec, call } = wish;
    const hasNoOther = missed.small.some(({ picture }) => picture.only);
    if (hasNoOther || !this.mayHavePicture(attachment, spec.kind)) return missed;
    try {
      const { catalog, maxPictureBytes: maxBytes } = this.#parts;
      const answer = await catalog.readRendition(attachment, spec, { maxBytes }, call);
      if (answer?.state === 'PENDING') return answer;
      if (answer?.state === 'READY') return await this.#taken(wish, answer, missed);
      return { ...missed, onlyIcon: answer?.state === 'PLACEHOLDER' };
    } catch (error) {
      call.signal.throwIfAborted();
      if (!(error instanceof ContentError) || !aboutThePicture.has(error.code)) throw error;
      this.#note(wish, error.message);
      return { ...missed, failure: error.code === 'PROVIDER_ERROR' ? error : null };
    }
  }

  /** The picture as asked for, or what is left to try. */
  #taken(wish: Wish, picture: OfferedPicture, missed: Missed): MaybePromise<ReadyPicture | Missed> {
    return whenKnown(this.#adopt(wish, picture, false), (adoption) => {
      if (adoption.state === 'READY') return adoption;
      return adoption.state === 'TOO_SMALL' ? { ...missed, small: [...missed.small, { picture, edge: adoption.edge }] } : missed;
    });
  }

  #adopt(wish: Wish, picture: OfferedPicture, anySize: boolean): MaybePromise<Adoption> {
    const { attachment, spec, call, demand } = wish;
    const offer = { contentKey: attachment.contentKey, spec, picture, anySize };
    return whenKnown(this.#parts.rendering.adopt(offer, { signal: call.signal, demand }), (adoption) => {
      if (adoption.state === 'READY') this.#counters.picturesUsed += 1;
      if (adoption.state === 'UNUSABLE') this.#note(wish, adoption.reason);
      return adoption;
    });
  }

  /** null where this type cannot be drawn here. */
  async #drawnHere({ spec, source, call, demand }: Wish): Promise<RenditionOutcome | null> {
    const { rendering } = this.#parts;
    const { contentType } = source;
    if (!(spec.kind === 'page' ? rendering.canPage(contentType) : rendering.canThumbnail(contentType))) return null;
    return rendering.render(source, spec, { signal: call.signal, demand });
  }

  async #smaller(wish: Wish, { small }: Missed): Promise<ReadyPicture | null> {
    for (const { picture } of [...small].sort((one, other) => other.edge - one.edge)) {
      const adoption = await this.#adopt(wish, picture, true);
      if (adoption.state === 'READY') return adoption;
    }
    return null;
  }

  /** Kept only where all rungs have spoken. */
  #refusal({ attachment, spec, source }: Wish, { onlyIcon, failure }: Missed, drawn: Refusal | null): Refusal {
    const { rendering } = this.#parts;
    if (failure && !drawn) throw failure;
    const here = rendering.unsupportedReason(source.contentType, spec.kind);
    const there = onlyIcon ? 'has only an icon for it' : 'has no picture of it that can be used';
    const verdict: Refusal = drawn ?? { state: 'UNSUPPORTED', reason: `${here}, and ${attachment.provider} ${there}` };
    if (!failure) rendering.saveVerdict(attachment.contentKey, spec, verdict);
    return verdict;
  }

  #note({ attachment: { provider, id }, spec, call }: Wish, reason: string): void {
    this.#counters.picturesUnusable += 1;
    call.log.warn({ provider, id, spec: variantKey(spec), reason }, 'a picture of the provider cannot be used');
  }
}
