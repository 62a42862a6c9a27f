import type { AttachmentRef } from '../attachment.js';
import type { Variant } from '../rendition.js';

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

export interface SignRequest extends Omit<ContentGrant, 'expiresAt'> {
  /** Rounded up to a window, so that equal requests give equal URLs that caches can hold. */
  readonly expiresInSeconds: number;
  /** Shown at the end of the path for people; not part of what is allowed. */
  readonly filename: string;
}

export interface UrlSigner {
  /** An absolute URL. Synchronous; equal requests within a window are answered from a bounded cache. */
  sign(request: SignRequest): string;
  /** Path and query of a request. FORBIDDEN when anything was altered or the key is unknown, GONE when expired. */
  verify(pathAndQuery: string): ContentGrant;
}
