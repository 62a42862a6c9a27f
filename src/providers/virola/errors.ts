import type { ProviderName } from '../../attachment.js';
import type { ContentError } from '../../errors.js';
import { isRead, type Meaning, refusalError } from '../refusal.js';
import type { Refusal } from '../rest.js';
import type { VirolaSettings } from './settings.js';
import { statedStatus } from './wire.js';

type Mode = VirolaSettings['credentials']['mode'];

/** There are no error codes, so the worse of the two statuses decides, and never the says: https://virola.io/web-api/docs/attachments */
export function toVirolaError(provider: ProviderName, mode: Mode, refusal: Refusal): ContentError {
  const { request, headers, body } = refusal;
  const stated = statedStatus.safeParse(body);
  const status = Math.max(refusal.status, stated.success ? stated.data.httpStatusCode : 0);
  const meaning = status === 401 ? unauthenticated(mode, request.url) : meaningOf(status, isRead(refusal));
  return refusalError(provider, meaning, { status }, headers);
}

const byStatus: Readonly<Record<number, Meaning>> = {
  400: { code: 'BAD_USER_INPUT', says: 'does not take this input' },
  403: { code: 'FORBIDDEN', says: 'does not permit this to the account in this room' },
  404: { code: 'NOT_FOUND', says: 'has no such room, message or attachment' },
  409: { code: 'CONFLICT', says: 'refuses this change, as something else stands against it' },
  413: { code: 'PAYLOAD_TOO_LARGE', says: 'refuses the file as too large' },
  429: { code: 'PROVIDER_RATE_LIMITED', says: 'was asked too much', retryable: true },
};

function meaningOf(status: number, isOfRead: boolean): Meaning {
  if (status < 500) return byStatus[status] ?? { code: 'PROVIDER_ERROR', says: `answered with status ${status}` };
  if (status === 504) return { code: 'PROVIDER_TIMEOUT', says: 'did not answer in time', retryable: isOfRead };
  if (status === 502 || status === 503) return { code: 'PROVIDER_UNAVAILABLE', says: 'cannot answer now', retryable: isOfRead };
  return { code: 'PROVIDER_ERROR', says: 'failed inside', retryable: isOfRead };
}

/** What somebody has to do about it, which differs. */
function unauthenticated(mode: Mode, url: string): Meaning {
  const code = 'PROVIDER_UNAUTHENTICATED';
  if (mode === 'forward') return { code, says: "does not accept the viewer's own credential: it has ended or is wrong" };
  if (mode === 'login' && url.endsWith('/login'))
    return { code, says: 'does not accept the user name and password of the account' };
  if (mode === 'login') return { code, says: 'ended the session of the account' };
  const renew = 'a person must renew it in the desktop client (Tools, Web API Access Token) and put it into the configuration';
  return { code, says: `does not accept the Web API Access Token any more: ${renew}` };
}
