import type { ProviderName } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { isRead, type Meaning, refusalError } from '../refusal.js';
import type { Refusal } from '../rest.js';
import { errorAnswer } from './wire.js';

/** A refusal by https://portal.xelion.com/nl/apidocs/user-guide/common_errors.html; its own message is never passed on. */
export function toXelionError(provider: ProviderName, refusal: Refusal): ContentError {
  const { status, headers, body } = refusal;
  const parsed = errorAnswer.safeParse(body);
  const { errorCode = null, message = null } = parsed.success ? parsed.data : {};
  const meaning = meaningOf(refusal, Number(errorCode), message ?? '');
  return refusalError(provider, meaning, { status, code: errorCode }, headers);
}

/** Already logged in: https://portal.xelion.com/nl/apidocs/user-guide/resources/me_login.html */
export function isUserSpaceTaken(error: unknown): boolean {
  return error instanceof ContentError && error.details.upstreamCode === '10005';
}

function meaningOf(refusal: Refusal, errorCode: number, message: string): Meaning {
  if (errorCode === 11000 && refusal.status === 500) return meaningOfServerError(refusal, message);
  if (errorCode >= 10020 && errorCode <= 10029) return unauthenticated('does not accept the session: it has ended or is unknown');
  return byErrorCode[errorCode] ?? meaningOfStatus(refusal);
}

const rateLimited = (says: string): Meaning => ({ code: 'PROVIDER_RATE_LIMITED', says, retryable: true });
const unauthenticated = (says: string): Meaning => ({ code: 'PROVIDER_UNAUTHENTICATED', says });
const notFound: Meaning = { code: 'NOT_FOUND', says: 'has no such object' };
const forbidden: Meaning = { code: 'FORBIDDEN', says: 'gives the account no permission for this, or has no licence for it' };
const tooLarge: Meaning = { code: 'PAYLOAD_TOO_LARGE', says: 'refuses the attachment as too large; 10 MB is the most it takes' };
const misunderstood: Meaning = { code: 'PROVIDER_ERROR', says: 'did not understand the request' };
const unknownUser = unauthenticated('does not know the account by this user name and password');
const secondFactor = unauthenticated('wants a one-time code at the login of the account, which cannot be given here');

const byErrorCode: Readonly<Record<number, Meaning>> = {
  10000: unauthenticated('wants a login'),
  10002: unknownUser,
  10003: unknownUser,
  10004: unknownUser,
  10005: unauthenticated('has another session of the account in this user space'),
  10006: unauthenticated('has disabled the account'),
  10007: unauthenticated("wants a new password: the account's one has expired"),
  10008: unauthenticated('does not accept this version of a client'),
  10009: unauthenticated('failed to log the account in'),
  10010: unauthenticated('does not accept the user space: it is too long'),
  10011: unauthenticated('does not accept the login: the user space is missing'),
  10012: secondFactor,
  10013: secondFactor,
  10050: notFound,
  10052: notFound,
  10066: { code: 'CONFLICT', says: 'sends nothing to this chat session: it is disabled' },
  10100: notFound,
  10101: forbidden,
  10104: { code: 'NOT_SUPPORTED_BY_PROVIDER', says: 'takes no attachments in chats with people outside' },
  10206: unknownUser,
  10207: unknownUser,
  10400: rateLimited('has as many requests of this session running as it allows'),
  10402: rateLimited('had no resources for this session in time'),
};

const byStatus: Readonly<Record<number, Meaning>> = {
  401: unauthenticated('does not accept the credential'),
  403: forbidden,
  404: notFound,
  413: tooLarge,
  429: rateLimited('was asked too much'),
};

/** A cursor is an id that an answer gave: one it does not know was not given out by it. */
function meaningOfStatus(refusal: Refusal): Meaning {
  const { status, request } = refusal;
  if (status === 400 && /[?&]before=/.test(request.url)) return { code: 'BAD_USER_INPUT', says: 'does not know this cursor' };
  if (status < 500) return byStatus[status] ?? misunderstood;
  const retryable = isRead(refusal);
  if (status === 504) return { code: 'PROVIDER_TIMEOUT', says: 'did not answer in time', retryable };
  return { code: 'PROVIDER_UNAVAILABLE', says: 'cannot answer now', retryable };
}

/** One code for all that goes wrong inside; that an attachment is too large shows only in the message. */
function meaningOfServerError(refusal: Refusal, message: string): Meaning {
  const isOfAttachment = /attachment|\/messages/.test(refusal.request.url);
  if (isOfAttachment && /size|large|exceed/i.test(message)) return tooLarge;
  return { code: 'PROVIDER_ERROR', says: 'failed inside', retryable: isRead(refusal) };
}
