import { Args, ArgsType, Field, ObjectType } from 'type-graphql';
import type { Attachment, ByteRange } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import type { MaybePromise } from '../../lib/maybe-promise.js';
import type { GraphContext } from '../context.js';
import { Deliverable, type UrlTarget } from '../deliverable/deliverable.type.js';
import { ContentUrlArgs } from '../deliverable/url.args.js';
import { Base64Scalar, SafeIntScalar, UrlScalar } from '../scalars.js';
import { readContent } from './read-content.js';

@ArgsType()
export class RangeArgs {
  @Field(() => SafeIntScalar, {
    nullable: true,
    defaultValue: 0,
    description: 'First byte wanted, from 0. RANGE_NOT_SATISFIABLE beyond the end.',
  })
  offset?: number | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'How many bytes, at least 1; up to the end where absent or beyond it.',
  })
  length?: number | null;
}

@ObjectType('Content', { implements: Deliverable, simpleResolvers: true, description: 'The file itself, byte for byte.' })
export class ContentNode extends Deliverable {
  @Field(() => String, { nullable: true, description: 'Media type of the file, as Attachment.contentType.' })
  override readonly contentType: string;

  @Field(() => SafeIntScalar, { nullable: true, description: 'Size of the file in bytes; null where the provider does not say.' })
  override readonly sizeBytes: number | null;

  constructor(
    private readonly attachment: Attachment,
    context: GraphContext,
  ) {
    super(context);
    this.contentType = attachment.contentType;
    this.sizeBytes = attachment.sizeBytes;
  }

  @Field(() => Base64Scalar, {
    nullable: true,
    description:
      'The bytes, or a range of them, which is then all that is read. PAYLOAD_TOO_LARGE when more than the inline cap (1 MiB unless the ' +
      'server is configured otherwise) are asked for: the url still works.',
  })
  override async base64(@Args() args: RangeArgs = {}): Promise<string | null> {
    return (await this.#readRange(parseRange(args, this.sizeBytes))).toString('base64');
  }

  @Field(() => UrlScalar, {
    nullable: true,
    description: 'A signed URL to the file, for this viewer and for a while. Answers HEAD, ranges and conditional requests.',
  })
  override url(@Args() args: ContentUrlArgs): MaybePromise<string | null> {
    return this.signedUrl(args, 'ATTACHMENT');
  }

  protected override target(): UrlTarget {
    const { attachment } = this;
    return { attachment, version: attachment.versionNumber, variant: { kind: 'source' } };
  }

  protected override read(): Promise<Buffer> {
    return this.#readRange(parseRange({}, this.sizeBytes));
  }

  async #readRange(range: ByteRange | null): Promise<Buffer> {
    const { attachment, context } = this;
    if (this.sizeBytes !== null) context.inline.take(range ? range.end - range.start + 1 : this.sizeBytes);
    const opened = await context.catalog.open(attachment, this.#openOptions(range), context);
    if (!opened) throw new ContentError('NOT_FOUND', 'The attachment was deleted meanwhile');
    const { provider, sizeBytes } = attachment;
    const bytes = await readContent(opened, { provider, sizeBytes, range, signal: context.signal }, context.inline);
    if (sizeBytes === null) context.inline.take(bytes.length);
    return bytes;
  }

  #openOptions(range: ByteRange | null) {
    const { versionNumber, provider, sizeBytes } = this.attachment;
    const version = versionNumber === null ? {} : { version: versionNumber };
    const isInside = range && sizeBytes !== null;
    return isInside && this.context.catalog.info(provider)?.capabilities.ranges ? { ...version, range } : version;
  }
}

/** null: all of it. Of a file whose size is not known, the end may lie beyond the last byte. */
function parseRange({ offset, length }: RangeArgs, sizeBytes: number | null): ByteRange | null {
  const start = offset ?? 0;
  if (start < 0) throw new ContentError('BAD_USER_INPUT', `offset must be 0 or more, got ${start}`);
  if (length != null && length < 1) throw new ContentError('BAD_USER_INPUT', `length must be 1 or more, got ${length}`);
  if (start === 0 && (sizeBytes === 0 || (length == null && sizeBytes === null))) return null;
  const last = (sizeBytes ?? Number.MAX_SAFE_INTEGER) - 1;
  if (start > last)
    throw new ContentError('RANGE_NOT_SATISFIABLE', `offset ${start} lies beyond the end: the content has ${last + 1} bytes`);
  return { start, end: length == null ? last : Math.min(last, start + length - 1) };
}
