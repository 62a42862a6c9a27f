import { Args, Field, InterfaceType } from 'type-graphql';
import type { Attachment } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { type Disposition, maxExpiresInSeconds, minExpiresInSeconds } from '../../identity/url-signer.js';
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.js';
import type { Variant } from '../../rendition.js';
import type { GraphContext } from '../context.js';
import { Base64Scalar, SafeIntScalar, UrlScalar } from '../scalars.js';
import { defaultExpiresInSeconds, UrlArgs } from './url.args.js';

/** What a URL leads to. */
export interface UrlTarget {
  readonly attachment: Attachment;
  readonly version: number | null;
  readonly variant: Variant;
}

@InterfaceType('Deliverable', {
  description: 'Bytes that a client can have inline or by URL. Nothing is read or drawn until a field that needs it is selected.',
})
export abstract class Deliverable {
  constructor(protected readonly context: GraphContext) {}

  @Field(() => String, { nullable: true, description: 'Media type without parameters, in lower case. Costs nothing.' })
  abstract readonly contentType: string | null;

  @Field(() => SafeIntScalar, { nullable: true, description: 'Size in bytes; null where it is not known.' })
  abstract readonly sizeBytes: MaybePromise<number | null>;

  @Field(() => Base64Scalar, {
    nullable: true,
    description:
      'The bytes themselves. PAYLOAD_TOO_LARGE over the inline cap (1 MiB a field and 32 MiB a query unless the server is configured ' +
      'otherwise): the url still works. ' +
      'OVERLOADED when too much is being drawn.',
  })
  base64(): MaybePromise<string | null> {
    return whenKnown(this.read(), (bytes) => bytes?.toString('base64') ?? null);
  }

  @Field(() => String, {
    nullable: true,
    description: 'The bytes as a `data:` URL, ready for an `<img>`. Capped as base64 is, with the same errors.',
  })
  dataUrl(): MaybePromise<string | null> {
    const contentType = this.contentType ?? 'application/octet-stream';
    return whenKnown(this.read(), (bytes) => bytes && `data:${contentType};base64,${bytes.toString('base64')}`);
  }

  @Field(() => UrlScalar, {
    nullable: true,
    description:
      'A signed URL to the bytes, for this viewer and for a while. Selecting it reads and draws nothing: that happens when it is fetched. ' +
      'null where there is nothing to fetch: no picture, or the attachment is in the trash.',
  })
  url(@Args() args: UrlArgs): MaybePromise<string | null> {
    return this.signedUrl(args, 'INLINE');
  }

  /** null where there is nothing to fetch. */
  protected abstract target(): MaybePromise<UrlTarget | null>;
  /** Takes them from the query's inline budget. null where there are none. */
  protected abstract read(): MaybePromise<Buffer | null>;

  protected signedUrl(args: UrlArgs, usual: Disposition): MaybePromise<string | null> {
    const expiresInSeconds = parseExpiry(args.expiresInSeconds);
    const disposition = args.disposition ?? usual;
    return whenKnown(this.target(), (target) => signUrl(target, disposition, expiresInSeconds, this.context));
  }
}

/** null for no target, and for one that is not READY: nothing else is delivered. */
export function signUrl(
  target: UrlTarget | null,
  disposition: Disposition,
  expiresInSeconds: number,
  { urls, viewer, life }: GraphContext,
): string | null {
  if (target?.attachment.state !== 'READY') return null;
  const { attachment, version, variant } = target;
  const { filename } = attachment;
  const { scope } = viewer;
  const signed = urls.sign({ ref: attachment, version, variant, disposition, scope, expiresInSeconds, filename });
  life.endAt(signed.freshUntil);
  return signed.url;
}

function parseExpiry(seconds: number | null | undefined): number {
  const asked = seconds ?? defaultExpiresInSeconds;
  if (asked >= minExpiresInSeconds && asked <= maxExpiresInSeconds) return asked;
  throw new ContentError(
    'BAD_USER_INPUT',
    `expiresInSeconds must be from ${minExpiresInSeconds} to ${maxExpiresInSeconds}, got ${asked}`,
  );
}
