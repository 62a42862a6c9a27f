import type { ProviderName } from '../../attachment.js';
import type { ContentError, ErrorCode } from '../../errors.js';
import { refusalError } from '../refusal.js';
import type { Refusal } from '../rest.js';

type Meaning = readonly [code: ErrorCode, says: string, retryable?: boolean];

/** https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/ */
const byCode: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['requested_preview_unavailable', ['INVALID_SIZE', 'has no picture of this size']],
  ['requested_page_out_of_range', ['NOT_FOUND', 'has no such page']],
  ['preview_cannot_be_generated', ['UNSUPPORTED_MEDIA_TYPE', 'can make no picture of this file']],
  ['bad_digest', ['DIGEST_MISMATCH', 'received bytes that do not have the promised digest']],
  ['digest_mismatch', ['DIGEST_MISMATCH', 'received bytes that do not have the promised digest']],
  ['item_name_invalid', ['BAD_USER_INPUT', 'does not take this name']],
  ['item_name_too_long', ['BAD_USER_INPUT', 'takes names of at most 255 characters']],
  ['terms_of_service_required', ['PROVIDER_UNAUTHENTICATED', 'wants its terms of service accepted first']],
  ['password_reset_required', ['PROVIDER_UNAUTHENTICATED', 'wants the password of this account changed first']],
  ['incorrect_shared_item_password', ['ACCESS_CODE_REQUIRED', 'wants the password of this link']],
  ['file_size_limit_exceeded', ['PAYLOAD_TOO_LARGE', 'does not take files of this size']],
  ['storage_limit_exceeded', ['PROVIDER_ERROR', 'has no room left in this account']],
  ['trashed', ['NOT_FOUND', 'has this in the trash']],
  ['item_name_in_use', ['CONFLICT', 'has something of this name in this folder']],
  ['name_temporarily_reserved', ['CONFLICT', 'is just making something of this name', true]],
  ['operation_blocked_temporary', ['CONFLICT', 'is just moving this folder', true]],
]);

const byStatus: Readonly<Record<number, Meaning>> = {
  401: ['PROVIDER_UNAUTHENTICATED', 'does not accept the credential'],
  403: ['FORBIDDEN', 'does not allow this'],
  404: ['NOT_FOUND', 'has no such item'],
  409: ['CONFLICT', 'has it in another state'],
  410: ['PROVIDER_ERROR', 'ended the upload', true],
  412: ['CONFLICT', 'has a newer version of this file'],
  413: ['PAYLOAD_TOO_LARGE', 'does not take files of this size'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'does not support this type of file'],
  416: ['RANGE_NOT_SATISFIABLE', 'does not have this range'],
  429: ['PROVIDER_RATE_LIMITED', 'got too many requests', true],
  500: ['PROVIDER_ERROR', 'failed', true],
  502: ['PROVIDER_UNAVAILABLE', 'is not available', true],
  503: ['PROVIDER_UNAVAILABLE', 'is not available', true],
  504: ['PROVIDER_TIMEOUT', 'did not answer in time', true],
  507: ['PROVIDER_ERROR', 'has no room left in this account'],
};

/** Where tokens are asked for: its refusals have a form of their own, and are about the configured credentials. */
export const tokenPath = '/oauth2/token';

/** What a refusal of Box means. Its own text stays out: only the code in it is kept. */
export function toBoxError(provider: ProviderName, { request, status, headers, body }: Refusal): ContentError {
  const ofToken = request.url === tokenPath;
  const code = codeIn(body, ofToken ? 'error' : 'code');
  const [meaning, says, retryable = false] = meaningOf(status, code, ofToken);
  return refusalError(provider, { code: meaning, says, retryable }, { status, code }, headers);
}

function meaningOf(status: number, code: string | null, ofToken: boolean): Meaning {
  if (ofToken && status >= 400 && status < 500 && status !== 429) {
    return ['PROVIDER_UNAUTHENTICATED', 'gives no token for the configured credentials'];
  }
  // A refused token is told so on some endpoints, without a code.
  if (status === 403 && code === null) return ['PROVIDER_UNAUTHENTICATED', 'does not accept the credential'];
  const known = (code !== null && byCode.get(code)) || byStatus[status];
  return known || ['PROVIDER_ERROR', `answered with status ${status}`, status >= 500];
}

/** Codes are an open set, and gateways before Box answer in other forms. */
function codeIn(body: unknown, key: 'code' | 'error'): string | null {
  const record: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {};
  const code = record[key];
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : null;
}
