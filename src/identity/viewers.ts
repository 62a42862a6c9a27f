import { createHmac, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Viewer } from '../call.js';
import { ContentError } from '../errors.js';
import { type CredentialSources, forwardedCredentials } from './forwarded-credentials.js';
import { openViewer } from './viewer.js';

export interface ViewersOptions {
  /** The providers whose credentials come with each request. */
  readonly sources: CredentialSources;
  /** Scopes stand in URLs; only who has this key could try credentials against them. */
  readonly secret: KeyObject;
  /** In milliseconds. */
  readonly now?: () => number;
}

/** At least as long as this after a viewer's last request its URLs work, in milliseconds. */
const keptAtLeastMs = 15 * 60_000;
const maxKept = 10_000;
/** Characters of credentials, of all viewers together. */
const maxKeptLength = 16 * 1024 * 1024;

/**
 * Who asks. Everybody is the open viewer as long as no provider takes a viewer's own credential. Credentials are held in memory, and
 * only because a browser that follows a content URL from an <img> does not send them again.
 */
export class Viewers {
  readonly #options: ViewersOptions;
  readonly #now: () => number;
  readonly #kept: LRUCache<string, Viewer>;

  constructor(options: ViewersOptions) {
    this.#options = options;
    const now = options.now ?? Date.now;
    this.#now = now;
    const sizeCalculation = (viewer: Viewer) => JSON.stringify(viewer.credentials ?? {}).length;
    this.#kept = new LRUCache({
      max: maxKept,
      maxSize: maxKeptLength,
      sizeCalculation,
      ttlAutopurge: true,
      ttlResolution: 0,
      perf: { now },
    });
  }

  /** The headers that tell one viewer from another, in lower case. */
  get headers(): readonly string[] {
    return [...new Set(Object.values(this.#options.sources).map((source) => ('cookie' in source ? 'cookie' : source.header)))];
  }

  /** Viewers with the same credentials are the same. */
  ofRequest(headers: IncomingHttpHeaders): Viewer {
    const credentials = forwardedCredentials(headers, this.#options.sources);
    if (Object.keys(credentials).length === 0) return openViewer;
    const scope = this.#scopeOf(credentials);
    const viewer = this.#kept.get(scope) ?? { ...openViewer, scope, credentials };
    this.#keep(viewer, this.#now() + keptAtLeastMs);
    return viewer;
  }

  /** Whom a signed URL acts for. UNAUTHENTICATED when their credentials are no longer held, as after a restart. */
  ofScope(scope: string): Viewer {
    const viewer = scope === openViewer.scope ? openViewer : this.#kept.get(scope);
    if (viewer) return viewer;
    throw new ContentError(
      'UNAUTHENTICATED',
      'This server no longer holds the credentials that this URL acts with; query for a new URL',
    );
  }

  /** Holds the credentials of a scope as long as a URL that acts for it lives: until then, in Unix seconds. */
  keepUntil(scope: string, expiresAt: number): void {
    const viewer = scope === openViewer.scope ? undefined : this.#kept.get(scope);
    if (viewer) this.#keep(viewer, expiresAt * 1000);
  }

  stats(): Readonly<Record<string, number>> {
    return { kept: this.#kept.size };
  }

  #keep(viewer: Viewer, until: number): void {
    const ttl = until - this.#now();
    if (ttl > this.#kept.getRemainingTTL(viewer.scope)) this.#kept.set(viewer.scope, viewer, { ttl });
  }

  #scopeOf(credentials: Readonly<Record<string, string>>): string {
    const hmac = createHmac('sha256', this.#options.secret).update(JSON.stringify(Object.entries(credentials)));
    return `viewer-${hmac.digest('base64url').slice(0, 22)}`;
  }
}
