import type { ProviderName } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { type Credentials, fixedCredentials, forwardedCredentials, tokenCredentials } from '../credentials.js';
import type { LoginSettings, VirolaSettings } from './settings.js';

export const sessionCookie = 'VirolaUserSessionId';

/** `login` gives the id of a new session. A token is never renewed: https://virola.io/web-api/docs/token-authentication */
export function toCredentials(
  provider: ProviderName,
  settings: VirolaSettings['credentials'],
  login: (account: LoginSettings, call: Call) => Promise<string>,
): Credentials {
  switch (settings.mode) {
    case 'service':
      return fixedCredentials({ authorization: `Bearer ${settings.token}` });
    case 'login':
      // How long a session lasts is not said: it is used until it is refused.
      return tokenCredentials(async (call) => ({
        headers: { cookie: `${sessionCookie}=${await login(settings, call)}` },
        expiresAt: Number.POSITIVE_INFINITY,
      }));
    case 'forward':
      return forwardedCredentials(provider, (credential) => toHeaders(provider, credential, 'cookie' in settings));
  }
}

/** As it came, in a form that cannot carry a second cookie or header. */
function toHeaders(provider: ProviderName, credential: string, isCookie: boolean): Readonly<Record<string, string>> {
  const value = isCookie ? credential : credential.replace(/^Bearer /i, '');
  if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,1024}$/.test(value))
    throw new ContentError('PROVIDER_UNAUTHENTICATED', `What the request brought for ${provider} is no credential of it`, {
      provider,
    });
  return isCookie ? { cookie: `${sessionCookie}=${value}` } : { authorization: `Bearer ${value}` };
}
