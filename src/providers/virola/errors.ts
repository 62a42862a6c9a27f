import type { ProviderName } from '../../attachment.js';
import { ContentError, type ErrorCode } from '../../errors.js';
import type { Refusal } from '../rest.js';
import type { VirolaSettings } from './settings.js';
import { statedStatus } from './wire.js';

type Mode = VirolaSettings['credentials']['mode'];

interface Meaning {
  readonly code: ErrorCode;
  /** Follows the provider's name. */
  readonly text: string;
  readonly retryable?: boolean;
}

/** There are no error codes, so the worse of the two statuses decides, and never the text: https://virola.io/web-api/docs/attachments */
export function toVirolaError(provider: ProviderName, mode: Mode, { request, status, headers, body }: Refusal): ContentError {
  const stated = statedStatus.safeParse(body);
  const worse = Math.max(status, stated.success ? stated.data.httpStatusCode : 0);
  const isRead = request.method === undefined || request.method === 'GET';
  const { code, text, retryable = false } = worse === 401 ? unauthenticated(mode, request.url) : meaningOf(worse, isRead);
  const wait = headers.get('retry-after');
  return new ContentError(code, `${provider} ${text}`, {
    provider,
    upstreamStatus: worse,
    retryable,
    ...(wait !== null && /^\d{1,6}$/.test(wait) ? { retryAfterSeconds: Number(wait) } : {}),
  });
}

const byStatus: Readonly<Record<number, Meaning>> = {
  400: { code: 'BAD_USER_INPUT', text: 'does not take this input' },
  403: { code: 'FORBIDDEN', text: 'does not permit this to the account in this room' },
  404: { code: 'NOT_FOUND', text: 'has no such room, message or attachment' },
  409: { code: 'CONFLICT', text: 'refuses this change, as something else stands against it' },
  413: { code: 'PAYLOAD_TOO_LARGE', text: 'refuses the file as too large' },
  429: { code: 'PROVIDER_RATE_LIMITED', text: 'was asked too much', retryable: true },
};

function meaningOf(status: number, isRead: boolean): Meaning {
  if (status < 500) return byStatus[status] ?? { code: 'PROVIDER_ERROR', text: `answered with status ${status}` };
  if (status === 504) return { code: 'PROVIDER_TIMEOUT', text: 'did not answer in time', retryable: isRead };
  if (status === 502 || status === 503) return { code: 'PROVIDER_UNAVAILABLE', text: 'cannot answer now', retryable: isRead };
  return { code: 'PROVIDER_ERROR', text: 'failed inside', retryable: isRead };
}

/** What somebody has to do about it, which differs. */
function unauthenticated(mode: Mode, url: string): Meaning {
  const code = 'PROVIDER_UNAUTHENTICATED';
  if (mode === 'forward') return { code, text: "does not accept the viewer's own credential: it has ended or is wrong" };
  if (mode === 'login' && url.endsWith('/login'))
    return { code, text: 'does not accept the user name and password of the account' };
  if (mode === 'login') return { code, text: 'ended the session of the account' };
  const renew = 'a person must renew it in the desktop client (Tools, Web API Access Token) and put it into the configuration';
  return { code, text: `does not accept the Web API Access Token any more: ${renew}` };
}
