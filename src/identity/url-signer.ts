import { createHmac, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AttachmentRef } from '../attachment.js';
import { ContentError } from '../errors.js';
import { parseVariant, type Variant, variantKey } from '../rendition.js';
import { contentFilename } from './content-filename.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';

export type Disposition = 'INLINE' | 'ATTACHMENT';

/** What a signed content URL allows, and until when. */
export interface ContentGrant {
  readonly ref: AttachmentRef;
  /** The version, where the provider numbers them. */
  readonly version: number | null;
  readonly variant: Variant;
  readonly disposition: Disposition;
  /** Viewer.scope of whom it acts for. */
  readonly scope: string;
  /** Unix time in seconds. */
  readonly expiresAt: number;
}

/** How long a URL can be asked to live, in seconds. */
export const minExpiresInSeconds = 1;
export const maxExpiresInSeconds = 7 * 24 * 60 * 60;

export interface SignRequest extends Omit<ContentGrant, 'expiresAt'> {
  /** From minExpiresInSeconds to maxExpiresInSeconds. The URL lives at least this long and at most a quarter longer. */
  readonly expiresInSeconds: number;
  /** The attachment's. Shown at the end of the path for people; not part of what is allowed. */
  readonly filename: string;
}

export interface SignedUrl {
  /** Absolute. */
  readonly url: string;
  /** Until then, in milliseconds, equal requests get this URL; afterwards it lives shorter than was asked for. */
  readonly freshUntil: number;
}

export interface UrlSigner {
  /** Synchronous; equal requests within a window are answered from a bounded cache. */
  sign(request: SignRequest): SignedUrl;
  /** Path and query of a request. FORBIDDEN when anything was altered or the key is unknown, GONE when expired. */
  verify(pathAndQuery: string): ContentGrant;
}

export interface UrlSignerOptions {
  /** What the URLs start with: "https://files.example.com". Read at each signing, so it may become known late. */
  readonly publicUrl: string;
  readonly keys: SigningKeys;
  /** Signed URLs kept ready, and as many grants, about 1 KB each. */
  readonly cacheEntries?: number;
  /** In milliseconds. */
  readonly now?: () => number;
  /** Told whom each URL acts for and until when, in Unix seconds. */
  readonly onSigned?: (scope: string, expiresAt: number) => void;
}

export function createUrlSigner(options: UrlSignerOptions): UrlSigner {
  return new HmacUrlSigner(options);
}

interface CachedUrl extends SignedUrl {
  readonly filename: string;
  /** Unix time in seconds. */
  readonly expiresAt: number;
}

/**
 * <publicUrl>/content/<provider>/<id>/<version or "current">/<variant>/<filename>?exp=…&d=…&for=…&kid=…&sig=…
 *
 * The signature covers these very characters, percent-encoding included, from "/content" to the key id, except the filename. Nothing
 * in between is decoded or put in another order before the check, so two spellings never mean the same grant.
 */
class HmacUrlSigner implements UrlSigner {
  readonly #options: UrlSignerOptions;
  readonly #now: () => number;
  readonly #signed: LRUCache<string, CachedUrl>;
  /** By path and query, of what was signed lately: most URLs come back soon. Not of what came: its filename is anybody's choice. */
  readonly #grants: LRUCache<string, ContentGrant>;

  constructor(options: UrlSignerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const max = options.cacheEntries ?? 20_000;
    this.#signed = new LRUCache({ max });
    this.#grants = new LRUCache({ max });
  }

  sign(request: SignRequest): SignedUrl {
    const key = cacheKey(request);
    const known = this.#signed.get(key);
    const isFresh = known && known.filename === request.filename && this.#now() <= known.freshUntil;
    const signed = isFresh ? known : this.#sign(request);
    if (!isFresh) this.#signed.set(key, signed);
    this.#options.onSigned?.(request.scope, signed.expiresAt);
    return signed;
  }

  verify(pathAndQuery: string): ContentGrant {
    const grant = this.#grants.get(pathAndQuery) ?? this.#verify(pathAndQuery);
    if (grant.expiresAt * 1000 <= this.#now()) throw new ContentError('GONE', 'This URL has expired; query for a new one');
    return grant;
  }

  #verify(pathAndQuery: string): ContentGrant {
    const parts = signedUrl.exec(pathAndQuery)?.groups;
    const key = parts && this.#options.keys.find(parts.kid ?? '');
    if (!parts || !key || !isEqual(parts.sig ?? '', signatureOf(`${parts.path}${parts.query}`, key))) {
      throw new ContentError('FORBIDDEN', 'This URL is not one that was signed here, or it was altered');
    }
    return toGrant(parts);
  }

  #sign(request: SignRequest): CachedUrl {
    const expiresAt = roundedExpiry(this.#now() / 1000, request.expiresInSeconds);
    const key = this.#options.keys.signing;
    const path = pathOf(request);
    const query = queryOf(request, expiresAt, key);
    const filename = encodeURIComponent(contentFilename(request.filename, request.variant));
    const pathAndQuery = `${path}/${filename}${query}&sig=${signatureOf(path + query, key)}`;
    const { ref, version, variant, disposition, scope } = request;
    this.#grants.set(pathAndQuery, { ref, version, variant, disposition, scope, expiresAt });
    return {
      url: this.#options.publicUrl.replace(/\/+$/, '') + pathAndQuery,
      filename: request.filename,
      expiresAt,
      freshUntil: (expiresAt - request.expiresInSeconds) * 1000,
    };
  }
}

const signedUrl =
  /^(?<path>\/content\/(?<provider>[^/?]+)\/(?<id>[^/?]+)\/(?<version>current|\d{1,10})\/(?<variant>[^/?]+))\/[^/?]*(?<query>\?exp=(?<exp>\d{1,12})&d=(?<d>[ia])&for=(?<scope>[^&]*)&kid=(?<kid>[\w-]+))&sig=(?<sig>[\w-]+)$/;

/** Cheap to build, and different wherever the signed URLs are. The filename is compared apart, to keep it short. */
function cacheKey({ ref, version, variant, disposition, scope, expiresInSeconds }: SignRequest): string {
  return `${ref.id}\n${variantKey(variant)}\n${version}${disposition}${expiresInSeconds}\n${ref.provider}\n${scope}`;
}

/** Windows of a quarter of the life asked for: equal requests give equal URLs, which browsers and proxies can hold. */
function roundedExpiry(nowSeconds: number, expiresInSeconds: number): number {
  const window = Math.ceil(expiresInSeconds / 4);
  return Math.ceil((nowSeconds + expiresInSeconds) / window) * window;
}

function pathOf({ ref, version, variant }: SignRequest): string {
  const segments = [ref.provider, ref.id, `${version ?? 'current'}`, variantKey(variant)];
  return `/content/${segments.map(encodeURIComponent).join('/')}`;
}

function queryOf({ disposition, scope }: SignRequest, expiresAt: number, key: SigningKey): string {
  const letter = disposition === 'INLINE' ? 'i' : 'a';
  return `?exp=${expiresAt}&d=${letter}&for=${encodeURIComponent(scope)}&kid=${key.id}`;
}

function signatureOf(canonical: string, key: SigningKey): string {
  return createHmac('sha256', key.secret).update(canonical).digest('base64url');
}

/** In constant time, over the characters: the last one of base64url has spare bits, which decoding would ignore. */
function isEqual(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

/** Only ever called with what was signed here. */
function toGrant(parts: Record<string, string>): ContentGrant {
  const text = (name: string): string => decodeURIComponent(parts[name] ?? '');
  const variant = parseVariant(text('variant'));
  if (!variant) throw new ContentError('FORBIDDEN', 'This URL asks for a form that is no longer made');
  return {
    ref: { provider: text('provider'), id: text('id') },
    version: parts.version === 'current' ? null : Number(parts.version),
    variant,
    disposition: parts.d === 'i' ? 'INLINE' : 'ATTACHMENT',
    scope: text('scope'),
    expiresAt: Number(parts.exp),
  };
}
