import { Field, Int, ObjectType } from 'type-graphql';
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.js';
import type { ImageFormat, RenditionSource, RenditionState } from '../../rendition.js';
import type { GraphContext } from '../context.js';
import { Deliverable, type UrlTarget } from '../deliverable/deliverable.type.js';
import { enumType } from '../enum-type.js';
import { SafeIntScalar } from '../scalars.js';
import { ImageFormatType } from './image-format.type.js';
import type { Picture, PictureAnswer } from './picture.js';

export const RenditionStateType = enumType<RenditionState>('RenditionState', 'How far a picture is.', {
  READY: 'It is there.',
  PENDING: 'It is being made, here or by its provider; ask again after retryAfterSeconds.',
  PLACEHOLDER:
    'Nobody can draw this kind of content, as the reason says: the bytes are an icon of its family, drawn here, in the size and format ' +
    'asked for. Only thumbnails have one.',
  UNSUPPORTED: 'This file, or a page of this kind of content, cannot be drawn; the reason says why.',
  FAILED: 'This file is broken, or takes too long to be drawn; the reason says why.',
});

export const RenditionSourceType = enumType<RenditionSource>('RenditionSource', 'Who made a picture.', {
  PROVIDER: 'The provider itself, or somebody who uploaded it there; passed on untouched.',
  PROXY_RESIZED: "Made here from the provider's own picture of another size or format.",
  RENDERED_HERE: 'Drawn here from the original.',
});

/** The fields that Thumbnail and Rendition share. */
@ObjectType({ simpleResolvers: true })
export abstract class PictureNode extends Deliverable {
  constructor(
    protected readonly picture: Picture,
    context: GraphContext,
  ) {
    super(context);
  }

  @Field(() => RenditionStateType, {
    description:
      'How far it is. Selecting it has the picture made, and waits for that a little (2 seconds unless configured otherwise).',
  })
  get state(): MaybePromise<RenditionState> {
    return this.#answered(({ state }) => state);
  }

  @Field(() => Int, { nullable: true, description: 'When to ask again, in seconds; only when PENDING.' })
  get retryAfterSeconds(): MaybePromise<number | null> {
    return this.#answered((answer) => (answer.state === 'PENDING' ? answer.retryAfterSeconds : null));
  }

  @Field(() => ImageFormatType, {
    nullable: true,
    description: 'Format of the bytes; null where there is no picture, or one in another format.',
  })
  get format(): ImageFormat | null {
    return this.picture.format;
  }

  @Field(() => Int, {
    nullable: true,
    description: 'Real width in px, after snapping and never enlarged. Free once it is known; before, the picture is made.',
  })
  get width(): MaybePromise<number | null> {
    return this.picture.expectedSize?.width ?? this.#answered((answer) => ('width' in answer ? answer.width : null));
  }

  @Field(() => Int, { nullable: true, description: 'Real height in px, known as the width is.' })
  get height(): MaybePromise<number | null> {
    return this.picture.expectedSize?.height ?? this.#answered((answer) => ('height' in answer ? answer.height : null));
  }

  @Field(() => RenditionSourceType, { nullable: true, description: 'Who made it; null unless READY, and so for an icon.' })
  get madeBy(): MaybePromise<RenditionSource | null> {
    return this.#answered((answer) => (answer.state === 'READY' ? answer.madeBy : null));
  }

  @Field(() => String, { nullable: true, description: 'Media type of the bytes; null where there is no picture. Costs nothing.' })
  override get contentType(): string | null {
    return this.picture.contentType;
  }

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'Size of the bytes; null unless READY or PLACEHOLDER. Selecting it has the picture made.',
  })
  override get sizeBytes(): MaybePromise<number | null> {
    return this.#answered((answer) => ('sizeBytes' in answer ? answer.sizeBytes : null));
  }

  @Field(() => String, {
    nullable: true,
    description: 'Why there is no picture, in plain words; only when UNSUPPORTED, FAILED or PLACEHOLDER.',
  })
  get reason(): MaybePromise<string | null> {
    return this.#answered((answer) => ('reason' in answer ? answer.reason : null));
  }

  protected override target(): MaybePromise<UrlTarget | null> {
    return this.picture.target();
  }

  protected override read(): MaybePromise<Buffer | null> {
    return this.picture.read();
  }

  #answered<T>(pick: (answer: PictureAnswer) => T): MaybePromise<T> {
    return whenKnown(this.picture.answer(), pick);
  }
}
