import { describe, expect, it } from '@jest/globals';
import { toRefusalError } from '../../../src/providers/oracle-content/errors.js';
import type { Refusal } from '../../../src/providers/rest.js';

function refused(status: number, body: unknown = null, more: { method?: 'POST'; headers?: Record<string, string> } = {}) {
  const { method, headers = {} } = more;
  const refusal: Refusal = {
    request: { url: '/', ...(method ? { method } : {}) },
    status,
    headers: { get: (name) => headers[name] ?? null },
    body,
  };
  const { code, details, message } = toRefusalError('oracle', refusal);
  return { code, message, ...details };
}

describe('A refusal of Oracle Content', () => {
  it.each([
    [401, null, 'PROVIDER_UNAUTHENTICATED'],
    [401, '<html>', 'PROVIDER_UNAUTHENTICATED'],
    [403, '-20', 'FORBIDDEN'],
    [403, '-18', 'ACCESS_CODE_REQUIRED'],
    [403, null, 'FORBIDDEN'],
    [404, '-16', 'NOT_FOUND'],
    [404, '-1', 'NOT_FOUND'],
    [404, null, 'NOT_FOUND'],
    [400, '-26', 'GONE'],
    [409, '-17', 'CONFLICT'],
    [400, '-17', 'CONFLICT'],
    [409, null, 'CONFLICT'],
    [413, null, 'PAYLOAD_TOO_LARGE'],
    [415, '-30', 'UNSUPPORTED_MEDIA_TYPE'],
    [416, '-1', 'RANGE_NOT_SATISFIABLE'],
    [400, '-1', 'PROVIDER_ERROR'],
    [418, '-99', 'PROVIDER_ERROR'],
  ] as const)('%i with %s is %s, not to be tried again', (status, errorCode, code) => {
    const body = errorCode === null || errorCode.startsWith('<') ? errorCode : { errorCode, errorMessage: 'secret path' };
    const error = refused(status, body);
    expect(error).toMatchObject({ code, provider: 'oracle', upstreamStatus: status });
    expect(error.upstreamCode ?? null).toBe(body === errorCode ? null : errorCode);
    expect(error.retryable ?? false).toBe(false);
    expect(error.message).not.toContain('secret');
  });

  it.each([
    [408, 'PROVIDER_TIMEOUT'],
    [429, 'PROVIDER_RATE_LIMITED'],
    [500, 'PROVIDER_ERROR'],
    [502, 'PROVIDER_UNAVAILABLE'],
    [503, 'PROVIDER_UNAVAILABLE'],
    [504, 'PROVIDER_TIMEOUT'],
  ] as const)('%i is %s, and may be tried again', (status, code) => {
    expect(refused(status, { errorCode: '-1' })).toMatchObject({ code, retryable: true, upstreamCode: '-1' });
  });

  it('of a failing system is not about the thing that was asked for, whatever its error code', () => {
    expect(refused(500, { errorCode: '-16' }).code).toBe('PROVIDER_ERROR');
  });

  it('of a change that is malformed is about what the user gave', () => {
    expect(refused(400, { errorCode: '-1' }, { method: 'POST' }).code).toBe('BAD_USER_INPUT');
  });

  it('tells when to come again, in seconds or as a date', () => {
    expect(refused(503, null, { headers: { 'retry-after': '7' } }).retryAfterSeconds).toBe(7);
    const date = new Date(Date.now() + 60_000).toUTCString();
    expect([59, 60]).toContain(refused(429, null, { headers: { 'retry-after': date } }).retryAfterSeconds);
    expect(refused(429, null, { headers: { 'retry-after': 'soon' } }).retryAfterSeconds).toBeUndefined();
  });
});
