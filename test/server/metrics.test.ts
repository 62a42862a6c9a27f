import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { RequestTimes, registerMetrics } from '../../src/server/telemetry.js';

describe('The metrics', () => {
  it("tell each part's counters, and each provider's under its name", async () => {
    const app = fastify();
    const providers = new Map([
      ['box', { calls: 3, cacheHits: 1, rateBudgetLeft: 7 }],
      ['oracle', { calls: 5, cacheHits: 0 }],
    ]);
    registerMetrics(app, new RequestTimes(), { cache: () => ({ entries: 9 }) }, () => providers);
    const { body } = await app.inject('/metrics');
    await app.close();
    const told = body.split('\n').filter((line) => line.startsWith('proofsheet_provider') || line.startsWith('proofsheet_cache'));
    expect(told).toEqual([
      'proofsheet_cache_entries 9',
      'proofsheet_provider_calls{provider="box"} 3',
      'proofsheet_provider_calls{provider="oracle"} 5',
      'proofsheet_provider_cache_hits{provider="box"} 1',
      'proofsheet_provider_cache_hits{provider="oracle"} 0',
      'proofsheet_provider_rate_budget_left{provider="box"} 7',
    ]);
  });
});
