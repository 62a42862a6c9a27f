import { type Attachment, hasContent } from '../../attachment.js';
import { pendingIfOverloaded, type RenditionAnswer } from '../../catalog/rendition-answer.js';
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.js';
import type { UploadedRendition } from '../../providers/provider.js';
import { contentTypeOf, type ImageFormat, imageFormats, type RenditionSpec } from '../../rendition.js';
import { readContent } from '../content/read-content.js';
import type { GraphContext } from '../context.js';
import type { UrlTarget } from '../deliverable/deliverable.type.js';

/** What stands behind a Thumbnail or a Rendition. */
export interface Picture {
  readonly format: ImageFormat | null;
  readonly contentType: string | null;
  /** Known without work, or null. */
  readonly expectedSize: { readonly width: number; readonly height: number } | null;
  /** null where there is nothing to fetch. Waits only for what is being drawn for another field anyway. */
  target(): MaybePromise<UrlTarget | null>;
  /** PENDING when it takes longer than a query waits. */
  answer(): MaybePromise<PictureAnswer>;
  /** Waits for the drawing, but not for a provider that answers PENDING. null when there is none, for the reason that answer gives. */
  read(): MaybePromise<Buffer | null>;
}

export type PictureAnswer = RenditionAnswer | StoredAnswer;

interface StoredAnswer {
  readonly state: 'READY';
  readonly width: null;
  readonly height: null;
  readonly sizeBytes: number | null;
  readonly madeBy: 'PROVIDER';
}

/** A picture that is made from an attachment, here or by its provider, once somebody asks for more of it than its URL. */
export class Drawing implements Picture {
  #expectedSize: Picture['expectedSize'] | undefined;
  #answer: MaybePromise<RenditionAnswer> | undefined;
  #drawn: MaybePromise<RenditionAnswer> | undefined;

  constructor(
    private readonly attachment: Attachment,
    private readonly spec: RenditionSpec,
    private readonly context: GraphContext,
  ) {}

  get format(): ImageFormat | null {
    return this.#isPossible ? this.spec.format : null;
  }

  get contentType(): string | null {
    return this.#isPossible ? contentTypeOf(this.spec.format) : null;
  }

  get expectedSize(): Picture['expectedSize'] {
    if (this.#expectedSize === undefined) {
      this.#expectedSize = this.#isPossible ? this.context.renditions.expectedSize(this.attachment, this.spec) : null;
    }
    return this.#expectedSize;
  }

  /** As far as is known without work. */
  get knownTarget(): UrlTarget | null {
    const { attachment, spec } = this;
    return this.#isRefused ? null : { attachment, version: attachment.versionNumber, variant: spec };
  }

  target(): MaybePromise<UrlTarget | null> {
    const target = this.knownTarget;
    const answer = this.#answer ?? this.#drawn;
    if (!target || !(answer instanceof Promise)) return target;
    return answer.then(
      (known) => (isRefusal(known) ? null : target),
      () => target,
    );
  }

  answer(): MaybePromise<RenditionAnswer> {
    this.#answer ??= this.#ask();
    return this.#answer;
  }

  read(): MaybePromise<Buffer | null> {
    const { attachment, context, spec } = this;
    if (!hasContent(attachment)) return null;
    this.#drawn ??= context.renditions.draw(attachment, spec, context);
    return whenKnown(this.#drawn, (drawn) => {
      const answer = noted(drawn, context);
      if (!('bytes' in answer)) return null;
      context.inline.take(answer.sizeBytes);
      return answer.bytes;
    });
  }

  get #isPossible(): boolean {
    const { attachment, context, spec } = this;
    return hasContent(attachment) && context.renditions.mayHave(attachment, spec.kind);
  }

  /** Known without work. What has a thumbhash was drawn before; only of the rest the store is asked, so that lists stay quick. */
  get #isRefused(): boolean {
    const { attachment, context, spec } = this;
    if (!this.#isPossible) return true;
    if (spec.kind === 'thumbnail' && context.renditions.hasThumbhash(attachment)) return false;
    const found = context.renditions.find(attachment, spec);
    return found !== null && isRefusal(noted(found, context));
  }

  #ask(): MaybePromise<RenditionAnswer> {
    const { attachment, context, spec } = this;
    if (!hasContent(attachment)) return { state: 'FAILED', reason: `The file is ${attachment.state} and has no content` };
    const { renditions, settings } = context;
    const answer =
      // What is being drawn for its bytes is waited for as they are.
      (this.#drawn instanceof Promise ? this.#drawn.catch(pendingIfOverloaded) : this.#drawn) ??
      renditions.find(attachment, spec) ??
      renditions.drawOrPending(attachment, spec, settings.patienceMs, context);
    return whenKnown(answer, (known) => noted(known, context));
  }
}

/** There is no picture, and no icon in its place. */
function isRefusal({ state }: RenditionAnswer): boolean {
  return state === 'UNSUPPORTED' || state === 'FAILED';
}

/** What is PENDING now may be there a moment later, and some of what FAILED is tried again. */
function noted(answer: RenditionAnswer, { life }: GraphContext): RenditionAnswer {
  if (answer.state === 'PENDING' || answer.state === 'FAILED') life.endNow();
  return answer;
}

/** A rendition that somebody uploaded, as it came. */
export class UploadedPicture implements Picture {
  readonly expectedSize = null;
  readonly format: ImageFormat | null;
  readonly contentType: string;

  constructor(
    private readonly attachment: Attachment,
    private readonly rendition: UploadedRendition,
    private readonly context: GraphContext,
  ) {
    this.contentType = rendition.contentType;
    this.format = imageFormats.find((format) => contentTypeOf(format) === rendition.contentType) ?? null;
  }

  target(): UrlTarget {
    const { version, name } = this.rendition;
    return { attachment: this.attachment, version, variant: { kind: 'uploaded', name } };
  }

  answer(): StoredAnswer {
    return { state: 'READY', width: null, height: null, sizeBytes: this.rendition.sizeBytes, madeBy: 'PROVIDER' };
  }

  async read(): Promise<Buffer | null> {
    const { attachment, context, rendition } = this;
    const { name, version, sizeBytes } = rendition;
    if (sizeBytes !== null) context.inline.take(sizeBytes);
    const opened = await context.catalog.openUploadedRendition(attachment, name, { version }, context);
    const wanted = { provider: attachment.provider, sizeBytes, range: null, signal: context.signal };
    const bytes = opened && (await readContent(opened, wanted, context.inline));
    if (bytes && sizeBytes === null) context.inline.take(bytes.length);
    return bytes;
  }
}
