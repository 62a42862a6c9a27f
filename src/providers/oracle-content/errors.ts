import { z } from 'zod';
import { ContentError, type ErrorCode } from '../../errors.js';
import { isRead, type Meaning, refusalError } from '../refusal.js';
import type { Refusal } from '../rest.js';

/**
 * What a refusal means, by its status and the error code in its body; messages differ by language and are not read.
 * @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/Status-Codes.html
 * @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/Error-Messages.html
 */
export function toRefusalError(provider: string, refusal: Refusal): ContentError {
  const { status, headers, body } = refusal;
  const code = errorCodeOf(body);
  return refusalError(provider, meaningOf(status, code, !isRead(refusal)), { status, code }, headers);
}

/** null where it fails with one of these codes. */
export async function unless<T>(codes: readonly ErrorCode[], work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ContentError && codes.includes(error.code)) return null;
    throw error;
  }
}

const unauthenticated: Meaning = { code: 'PROVIDER_UNAUTHENTICATED', says: 'does not accept the credentials it was given' };

/** Error codes that say more than the status. */
const byErrorCode: Readonly<Record<string, Meaning>> = {
  '-16': { code: 'NOT_FOUND', says: 'has no such file or folder' },
  '-17': { code: 'CONFLICT', says: 'has something of this name there already' },
  '-18': { code: 'ACCESS_CODE_REQUIRED', says: 'opens this link only with its access code' },
  '-20': { code: 'FORBIDDEN', says: 'does not allow this to the account that asks' },
  '-26': { code: 'GONE', says: 'says that this link is not valid or has ended' },
  '-30': { code: 'UNSUPPORTED_MEDIA_TYPE', says: 'makes no pictures of this type of file' },
};

const byStatus: Readonly<Record<number, Meaning>> = {
  401: unauthenticated,
  403: { code: 'FORBIDDEN', says: 'does not allow this to the account that asks' },
  404: { code: 'NOT_FOUND', says: 'has no such file or folder' },
  408: { code: 'PROVIDER_TIMEOUT', says: 'did not get the request in time', retryable: true },
  409: { code: 'CONFLICT', says: 'refused what conflicts with what is there' },
  413: { code: 'PAYLOAD_TOO_LARGE', says: 'does not take files of this size' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', says: 'cannot do this with this type of file' },
  416: { code: 'RANGE_NOT_SATISFIABLE', says: 'has no such range in this file' },
  429: { code: 'PROVIDER_RATE_LIMITED', says: 'wants fewer requests', retryable: true },
  502: { code: 'PROVIDER_UNAVAILABLE', says: 'cannot answer now', retryable: true },
  503: { code: 'PROVIDER_UNAVAILABLE', says: 'cannot answer now', retryable: true },
  504: { code: 'PROVIDER_TIMEOUT', says: 'did not answer in time', retryable: true },
};

function meaningOf(status: number, errorCode: string | null, isWrite: boolean): Meaning {
  if (status === 401) return unauthenticated;
  const known = (status < 500 && errorCode !== null && byErrorCode[errorCode]) || byStatus[status];
  if (known) return known;
  if (status >= 500) return { code: 'PROVIDER_ERROR', says: 'failed at this request', retryable: true };
  if (status === 400 && isWrite) return { code: 'BAD_USER_INPUT', says: 'does not accept a name or value of this change' };
  return { code: 'PROVIDER_ERROR', says: 'refused the request' };
}

const errorBody = z.object({ errorCode: z.union([z.string().regex(/^-?\d{1,4}$/), z.number()]) });

function errorCodeOf(body: unknown): string | null {
  const parsed = errorBody.safeParse(body);
  return parsed.success ? `${parsed.data.errorCode}` : null;
}
