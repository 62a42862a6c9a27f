import { describe, expect, it } from '@jest/globals';
import { retryAfterOf } from '../../src/providers/refusal.js';

function headers(retryAfter: string | null) {
  return { get: (name: string) => (name === 'retry-after' ? retryAfter : null) };
}

describe('How long a refusal asks to wait', () => {
  it.each([
    ['7', 7],
    ['0', 0],
    ['999999999999', 31_536_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', null],
    ['', null],
    [null, null],
  ])('is told by %j as %j seconds', (written, seconds) => {
    expect(retryAfterOf(headers(written))).toBe(seconds);
  });

  it('may be told by a date', () => {
    const seconds = retryAfterOf(headers(new Date(Date.now() + 60_000).toUTCString()));
    expect(seconds).toBeGreaterThan(55);
    expect(seconds).toBeLessThanOrEqual(60);
  });
});
