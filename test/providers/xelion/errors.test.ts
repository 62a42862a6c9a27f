import { describe, expect, it } from '@jest/globals';
import { toXelionError } from '../../../src/providers/xelion/errors.js';

interface Refused {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function errorOf(status: number, body: unknown, { method = 'GET', url = '/communications', headers = {} }: Refused = {}) {
  return toXelionError('xelion', { request: { method, url }, status, headers: { get: (name) => headers[name] ?? null }, body });
}

const told = (errorCode: number | string, message = 'told by the server') => ({ errorCode, message, info: 'resource=GET /x' });
const sizeMessage = 'The attachment exceeds the maximum size';

describe('A refusal of Xelion', () => {
  it.each([
    [400, 10200, 'PROVIDER_ERROR', false],
    [400, 10202, 'PROVIDER_ERROR', false],
    [400, 10203, 'PROVIDER_ERROR', false],
    [400, 10204, 'PROVIDER_ERROR', false],
    [400, 10104, 'NOT_SUPPORTED_BY_PROVIDER', false],
    [400, 10002, 'PROVIDER_UNAUTHENTICATED', false],
    [400, 10003, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10000, 'PROVIDER_UNAUTHENTICATED', false],
    [403, 10000, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10004, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10005, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10006, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10007, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10008, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10009, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10010, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10011, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10012, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10013, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10020, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10029, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10206, 'PROVIDER_UNAUTHENTICATED', false],
    [401, 10207, 'PROVIDER_UNAUTHENTICATED', false],
    [403, 10101, 'FORBIDDEN', false],
    [404, 10100, 'NOT_FOUND', false],
    [404, 10050, 'NOT_FOUND', false],
    [404, 10052, 'NOT_FOUND', false],
    [404, 10066, 'CONFLICT', false],
    [429, 10400, 'PROVIDER_RATE_LIMITED', true],
    [429, 10402, 'PROVIDER_RATE_LIMITED', true],
    [500, 11000, 'PROVIDER_ERROR', true],
  ])('%d/%d is %s, retryable: %j', (status, errorCode, code, retryable) => {
    expect(errorOf(status, told(errorCode))).toMatchObject({
      code,
      details: { provider: 'xelion', upstreamStatus: status, upstreamCode: `${errorCode}`, retryable },
    });
  });

  it.each([
    [401, 'PROVIDER_UNAUTHENTICATED', false],
    [403, 'FORBIDDEN', false],
    [404, 'NOT_FOUND', false],
    [405, 'PROVIDER_ERROR', false],
    [413, 'PAYLOAD_TOO_LARGE', false],
    [429, 'PROVIDER_RATE_LIMITED', true],
    [500, 'PROVIDER_UNAVAILABLE', true],
    [502, 'PROVIDER_UNAVAILABLE', true],
    [503, 'PROVIDER_UNAVAILABLE', true],
    [504, 'PROVIDER_TIMEOUT', true],
  ])('%d without a body of its own is %s, retryable: %j', (status, code, retryable) => {
    const error = errorOf(status, '<html>Gateway</html>');
    expect(error).toMatchObject({ code, details: { upstreamStatus: status, retryable } });
    expect(error.details).not.toHaveProperty('upstreamCode');
  });

  it.each([
    ['GET', '/communications/1/attachments/2?response_type=stream'],
    ['GET', '/attachments/2/binary'],
    ['POST', '/chats/1/concept/attachment'],
    ['POST', '/chats/1/messages'],
  ] as const)('500/11000 that names a size is PAYLOAD_TOO_LARGE, never retryable: %s %s', (method, url) => {
    const error = errorOf(500, told(11000, sizeMessage), { method, url });
    expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', details: { retryable: false } });
  });

  it('503 with the code of a failure inside is still a server that cannot answer now', () => {
    expect(errorOf(503, told(11000))).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      details: { upstreamCode: '11000', retryable: true },
    });
  });

  it.each([
    ['500/11000', 500, told(11000)],
    ['503', 503, null],
  ])('%s of a write is not retryable', (_name, status, body) => {
    expect(errorOf(status, body, { method: 'POST', url: '/chats/1/messages' }).details.retryable).toBe(false);
  });

  it('400 of a cursor is the BAD_USER_INPUT of who gave it', () => {
    expect(errorOf(400, told(10203), { url: '/communications?limit=50&before=7' }).code).toBe('BAD_USER_INPUT');
  });

  it('tells when to come again, where the system does', () => {
    expect(errorOf(429, told(10400), { headers: { 'retry-after': '7' } }).details.retryAfterSeconds).toBe(7);
    expect(errorOf(429, told(10400), { headers: { 'retry-after': 'soon' } }).details).not.toHaveProperty('retryAfterSeconds');
  });

  it("never passes the server's own text on", () => {
    expect(errorOf(401, told(10004, 'token 1234 of demo')).message).not.toMatch(/1234|demo/);
  });
});
