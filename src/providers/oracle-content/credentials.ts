import { z } from 'zod';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { type Credentials, fixedCredentials, forwardedCredentials, type Token, tokenCredentials } from '../credentials.js';
import type { Rest } from '../rest.js';
import type { OracleContentSettings } from './settings.js';

type Chosen = OracleContentSettings['credentials'];
type ClientCredentials = Extract<Chosen, { mode: 'clientCredentials' }>;

/**
 * How requests prove who they are. `rest` sends the request for a token.
 * @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/Authorization.html
 */
export function createCredentials(provider: string, chosen: Chosen, rest: () => Rest): Credentials {
  switch (chosen.mode) {
    case 'service':
      return fixedCredentials(authorization('token' in chosen ? `Bearer ${chosen.token}` : basic(chosen.user, chosen.password)));
    case 'forward':
      return forwardedCredentials(provider, (credential) => authorization(toScheme(credential)));
    case 'clientCredentials':
      return tokenCredentials((call) => obtainToken(provider, chosen, rest(), call));
  }
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().optional() });

async function obtainToken(provider: string, chosen: ClientCredentials, rest: Rest, call: Call): Promise<Token> {
  const { tokenUrl, clientId, clientSecret, scope } = chosen;
  const request = {
    method: 'POST',
    url: tokenUrl,
    anonymous: true,
    headers: { ...authorization(basic(clientId, clientSecret)), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
  } as const;
  const { access_token, expires_in } = await rest.json(tokenSchema, request, call).catch((error: unknown) => {
    throw toTokenError(provider, error);
  });
  const expiresAt = expires_in === undefined ? Number.POSITIVE_INFINITY : Date.now() + expires_in * 1000;
  return { headers: authorization(`Bearer ${access_token}`), expiresAt };
}

/** A refused client is no fault of the request that needed the token. */
function toTokenError(provider: string, error: unknown): unknown {
  const { upstreamStatus = 0 } = error instanceof ContentError ? error.details : {};
  if (upstreamStatus < 400 || upstreamStatus >= 500 || upstreamStatus === 429) return error;
  const message = `The identity domain gave no token for ${provider}: its tokenUrl, clientId, clientSecret or scope is not right`;
  return new ContentError('PROVIDER_UNAUTHENTICATED', message, { provider, upstreamStatus, cause: error });
}

/** A credential without a scheme is a token. */
function toScheme(credential: string): string {
  return /^(?:bearer|basic)\s/i.test(credential) ? credential : `Bearer ${credential}`;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function authorization(value: string): Readonly<Record<string, string>> {
  return { authorization: value };
}
