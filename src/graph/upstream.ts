import type { ApolloServerPlugin } from '@apollo/server';
import type { ProviderName } from '../attachment.js';
import type { UpstreamObserver } from '../call.js';
import type { GraphContext } from './context.js';

/** What one provider was asked for one request. */
export interface UpstreamCounts {
  /** HTTP requests to the system. */
  calls: number;
  /** Answers that cost this request none of them. */
  cacheHits: number;
  /** Answers that are older than they should be, because the system gave none. */
  stale: number;
  /** Of the bodies that the system answered with. */
  bytes: number;
  /** Time of all its answers together; those at once count each. */
  milliseconds: number;
}

/** Counts what goes upstream for one request. */
export class UpstreamTally implements UpstreamObserver {
  readonly #counts = new Map<ProviderName, UpstreamCounts>();

  requested(provider: ProviderName, bytes: number, milliseconds: number): void {
    const counts = this.#of(provider);
    counts.calls += 1;
    counts.bytes += bytes;
    counts.milliseconds += milliseconds;
  }

  cached(provider: ProviderName): void {
    this.#of(provider).cacheHits += 1;
  }

  stale(provider: ProviderName): void {
    this.#of(provider).stale += 1;
  }

  /** By the names of the providers that took part. */
  counts(): Readonly<Record<ProviderName, UpstreamCounts>> {
    const rounded = [...this.#counts].map(
      ([provider, counts]) => [provider, { ...counts, milliseconds: Math.round(counts.milliseconds) }] as const,
    );
    return Object.fromEntries(rounded);
  }

  #of(provider: ProviderName): UpstreamCounts {
    const known = this.#counts.get(provider);
    if (known) return known;
    const counts: UpstreamCounts = { calls: 0, cacheHits: 0, stale: 0, bytes: 0, milliseconds: 0 };
    this.#counts.set(provider, counts);
    return counts;
  }
}

/** Puts the counts into `extensions.upstream` of the answer, where the request was counted. */
export const upstreamReport: ApolloServerPlugin<GraphContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ contextValue, response: { body } }) {
        const tally = contextValue.upstream.told;
        if (!(tally instanceof UpstreamTally) || body.kind !== 'single') return;
        body.singleResult.extensions = { ...body.singleResult.extensions, upstream: tally.counts() };
      },
    };
  },
};
