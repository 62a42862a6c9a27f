import { describe, expect, it } from '@jest/globals';
import { UpstreamTally } from '../../src/graph/upstream.js';

describe('What a request cost upstream', () => {
  it('is counted by provider', () => {
    const tally = new UpstreamTally();
    tally.requested('box', 100, 20.4);
    tally.requested('box', 50, 10.4);
    tally.cached('box');
    tally.stale('oracle');
    expect(tally.counts()).toEqual({
      box: { calls: 2, cacheHits: 1, stale: 0, bytes: 150, milliseconds: 31 },
      oracle: { calls: 0, cacheHits: 0, stale: 1, bytes: 0, milliseconds: 0 },
    });
  });
});
