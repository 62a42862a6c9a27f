import { describe, expect, it } from '@jest/globals';
import { MetOnce } from '../../src/lib/met-once.js';

describe('What was met once', () => {
  it('is met again, and after that for the first time once more', () => {
    const met = new MetOnce(100);
    expect(['a', 'b', 'a', 'a', 'b'].map((key) => met.again(key, 10))).toEqual([false, false, true, false, true]);
  });

  it('is forgotten when more than fits was met since', () => {
    const met = new MetOnce(100);
    met.again('first', 10);
    for (const key of ['a', 'b', 'c']) met.again(key, 30);
    expect(met.again('first', 10)).toBe(true);
    for (const key of ['d', 'e', 'f', 'g']) met.again(key, 30);
    expect(met.again('a', 30)).toBe(false);
  });
});
