import { createHash } from 'node:crypto';
import type { ProviderName } from '../attachment.js';
import type { Call, Viewer } from '../call.js';
import { ContentError } from '../errors.js';

/** How the requests of one account prove who they are. */
export interface Credentials {
  /** As Provider.scope. */
  scope(viewer: Viewer): string;
  /** The headers that prove it; a token is obtained first where there is none. PROVIDER_UNAUTHENTICATED: there is no way. */
  authorize(call: Call): Promise<Readonly<Record<string, string>>>;
  /** Told what the system refused of what authorize gave. Whether the next one will give something else. */
  renew(call: Call, refused: Readonly<Record<string, string>>): Promise<boolean>;
}

/** One account for all viewers, by headers that never change. */
export function fixedCredentials(headers: Readonly<Record<string, string>>): Credentials {
  return { scope: () => 'service', authorize: async () => headers, renew: async () => false };
}

/** Each viewer's own, as the viewer's request brought it. `toHeaders` puts it into the form that the system wants. */
export function forwardedCredentials(
  provider: ProviderName,
  toHeaders: (credential: string) => Readonly<Record<string, string>>,
): Credentials {
  return {
    scope: (viewer) => scopeOf(viewer.credentials?.[provider]),
    authorize: async ({ viewer }) => {
      const credential = viewer.credentials?.[provider];
      if (credential !== undefined) return toHeaders(credential);
      throw new ContentError('PROVIDER_UNAUTHENTICATED', `The request brought no credential for ${provider}`, { provider });
    },
    renew: async () => false,
  };
}

export interface Token {
  readonly headers: Readonly<Record<string, string>>;
  /** As Date.now() tells it; Infinity where the system does not say. */
  readonly expiresAt: number;
}

/** Before a token ends a new one is obtained, so that none ends on its way. */
const renewAheadMs = 30_000;
/** Obtaining one serves all callers, and ends by itself. */
const obtainTimeoutMs = 15_000;

/** One account for all viewers, by a token that the system gives for a time. It is obtained once, however many requests wait for it. */
export function tokenCredentials(obtain: (call: Call, previous: Token | null) => Promise<Token>): Credentials {
  let token: Token | null = null;
  let obtaining: Promise<Token> | null = null;
  const current = (call: Call): Promise<Token> | Token => {
    if (token && token.expiresAt - renewAheadMs > Date.now()) return token;
    obtaining ??= obtain(lasting(call), token)
      .then((obtained) => {
        token = obtained;
        return obtained;
      })
      .finally(() => {
        obtaining = null;
      });
    return obtaining;
  };
  return {
    scope: () => 'service',
    authorize: async (call) => (await current(call)).headers,
    renew: async (_call, refused) => {
      if (token?.headers === refused) token = null;
      return true;
    },
  };
}

function lasting({ viewer, log }: Call): Call {
  return { viewer, log, signal: AbortSignal.timeout(obtainTimeoutMs) };
}

function scopeOf(credential: string | undefined): string {
  return credential === undefined ? 'nobody' : createHash('sha256').update(credential).digest('base64url').slice(0, 22);
}
