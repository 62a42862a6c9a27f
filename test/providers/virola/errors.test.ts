import { describe, expect, it } from '@jest/globals';
import type { Refusal, RestRequest } from '../../../src/providers/rest.js';
import { toVirolaError } from '../../../src/providers/virola/errors.js';

function refusal(status: number, body: unknown = null, more: Partial<Refusal> = {}): Refusal {
  return { request: { url: '/api/v1/rooms' }, status, headers: { get: () => null }, body, ...more };
}

const answer = (errorText: string, httpStatusCode: number) => ({ errorText, httpStatusCode });
const change: RestRequest = { method: 'POST', url: '/api/v1/rooms/2/messages' };

describe("A refusal of Virola's", () => {
  it.each([
    [400, answer('Bad request', 400), 'BAD_USER_INPUT', false],
    [401, answer('Wrong Bearer, please renew Web API Access Token', 401), 'PROVIDER_UNAUTHENTICATED', false],
    [401, answer('The Authorization HTTP-header or VirolaUserSessionId cookie expected', 401), 'PROVIDER_UNAUTHENTICATED', false],
    [401, answer('The username or password is invalid.', 401), 'PROVIDER_UNAUTHENTICATED', false],
    [403, answer('Permission denied', 403), 'FORBIDDEN', false],
    [404, answer('Attachment not found', 404), 'NOT_FOUND', false],
    [405, answer('Method not allowed', 405), 'PROVIDER_ERROR', false],
    [409, null, 'CONFLICT', false],
    [413, answer('File is too large', 413), 'PAYLOAD_TOO_LARGE', false],
    [429, answer('Too many requests', 429), 'PROVIDER_RATE_LIMITED', true],
    [500, answer('Internal server error', 500), 'PROVIDER_ERROR', true],
    [502, '<html>', 'PROVIDER_UNAVAILABLE', true],
    [503, null, 'PROVIDER_UNAVAILABLE', true],
    [504, null, 'PROVIDER_TIMEOUT', true],
    [302, null, 'PROVIDER_ERROR', false],
  ] as const)('with status %i and body %j is %s', (status, body, code, retryable) => {
    const error = toVirolaError('chat', 'service', refusal(status, body));
    expect(error).toMatchObject({ code, details: { provider: 'chat', upstreamStatus: status, retryable } });
  });

  it('goes by the worse of the two statuses that it tells', () => {
    const told = [
      refusal(200, answer('Permission denied', 403)),
      refusal(404, answer('Internal', 500)),
      refusal(500, answer('?', 404)),
    ];
    expect(told.map((each) => toVirolaError('chat', 'service', each).details.upstreamStatus)).toEqual([403, 500, 500]);
  });

  it('of a change is only tried again where nothing was done', () => {
    const retryable = (status: number) =>
      toVirolaError('chat', 'service', refusal(status, null, { request: change })).details.retryable;
    expect([429, 500, 503, 504].map(retryable)).toEqual([true, false, false, false]);
  });

  it('passes on how long to wait', () => {
    const headers = { get: (name: string) => (name === 'retry-after' ? '7' : null) };
    expect(toVirolaError('chat', 'service', refusal(429, null, { headers })).details.retryAfterSeconds).toBe(7);
  });

  it('says who can do something about a credential', () => {
    const login = { url: '/api/v1/login', method: 'POST' } as const;
    expect(toVirolaError('chat', 'service', refusal(401)).message).toContain('a person must renew it in the desktop client');
    expect(toVirolaError('chat', 'forward', refusal(401)).message).toContain("the viewer's own credential");
    expect(toVirolaError('chat', 'login', refusal(401)).message).toContain('ended the session');
    expect(toVirolaError('chat', 'login', refusal(401, null, { request: login })).message).toContain('user name and password');
  });

  it("never repeats the system's own words", () => {
    const error = toVirolaError('chat', 'service', refusal(500, answer('password=hunter2', 500)));
    expect(JSON.stringify([error.message, error.details])).not.toContain('hunter2');
  });
});
