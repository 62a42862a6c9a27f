import { ContentError, toHttpStatus } from '../errors.js';
import type { ContentAnswer } from './answer.js';
import { allowHeader, commonHeaders, type HeaderList } from './headers.js';

/** Files of this type can be drawn, and this one cannot: it is broken. */
export class BrokenFileError extends ContentError {
  constructor(reason: string) {
    super('UNSUPPORTED_MEDIA_TYPE', reason);
  }
}

/** {"code", "message", "requestId"}: small, never kept by anybody, and the same for GET and HEAD. */
export function toErrorAnswer(error: ContentError, requestId: string): ContentAnswer {
  const status = error instanceof BrokenFileError ? 422 : toHttpStatus(error.code);
  return errorAnswer(status, { code: error.code, message: error.message, requestId }, retryAfter(error));
}

export function rangeNotSatisfiable(sizeBytes: number | null): ContentAnswer {
  const message = `The range asked for lies outside of the ${sizeBytes ?? 'unknown number of'} bytes that there are`;
  return errorAnswer(416, { code: 'RANGE_NOT_SATISFIABLE', message }, ['Content-Range', `bytes */${sizeBytes ?? '*'}`]);
}

export function methodNotAllowed(method: string): ContentAnswer {
  const message = `${method} is not possible here; GET, HEAD and OPTIONS are`;
  return errorAnswer(405, { code: 'BAD_USER_INPUT', message }, allowHeader);
}

function errorAnswer(status: number, fields: object, headers: HeaderList): ContentAnswer {
  const body = Buffer.from(`${JSON.stringify(fields)}\n`);
  const described = ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', `${body.length}`];
  return { status, headers: [...commonHeaders, 'Cache-Control', 'no-store', ...described, ...headers], body, keepUntil: null };
}

/** In whole seconds; at least one, so that nobody asks again at once. */
function retryAfter(error: ContentError): HeaderList {
  const seconds = error.details.retryAfterSeconds ?? (error.code === 'OVERLOADED' ? 1 : null);
  return seconds === null ? [] : ['Retry-After', `${Math.max(1, Math.ceil(seconds))}`];
}
