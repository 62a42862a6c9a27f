import type { ProviderName } from '../../attachment.js';
import type { Call } from '../../call.js';
import { type Credentials, fixedCredentials, forwardedCredentials, type Token, tokenCredentials } from '../credentials.js';
import type { BoxSettings, ClientCredentialsSettings } from './settings.js';

/** Asks the token endpoint. */
export type RequestToken = (
  settings: ClientCredentialsSettings,
  call: Call,
) => Promise<{ readonly access_token: string; readonly expires_in: number }>;

export function toCredentials(provider: ProviderName, { credentials }: BoxSettings, requestToken: RequestToken): Credentials {
  switch (credentials.mode) {
    case 'service':
      return fixedCredentials(bearer(credentials.token));
    case 'clientCredentials':
      return tokenCredentials(async (call) => toToken(await requestToken(credentials, call)));
    case 'forward':
      return forwardedCredentials(provider, bearer);
  }
}

function toToken({ access_token: token, expires_in: seconds }: Awaited<ReturnType<RequestToken>>): Token {
  return { headers: bearer(token), expiresAt: Date.now() + seconds * 1_000 };
}

/** A viewer's header may come with the scheme or without. */
function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token.replace(/^Bearer\s+/i, '')}` };
}
