import type { Call } from '../call.js';
import { type ContentError, toContentError } from '../errors.js';
import type { Provider } from '../providers/provider.js';
import type { Condition } from './policy/rules.js';

export interface ProviderHealth {
  readonly status: 'UP' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';
  readonly latencyMs: number;
  readonly checkedAt: Date;
  /** Requests that it may be asked right now; null where no limit is known. */
  readonly rateLimitRemaining: number | null;
  readonly message: string | null;
}

/** An answer that takes longer is a slow one. */
const slowMs = 2_000;

/** Asks the provider, and says what is known of its answers lately. */
export async function checkHealth(provider: Provider, call: Call): Promise<ProviderHealth> {
  const before = conditionOf(provider);
  const startedAt = performance.now();
  const failure = await provider.check(call).then(() => null, toContentError);
  const latencyMs = Math.round(performance.now() - startedAt);
  return {
    status: failure ? statusOf(failure) : before.failures > 0 || latencyMs > slowMs ? 'DEGRADED' : 'UP',
    latencyMs,
    checkedAt: new Date(),
    rateLimitRemaining: conditionOf(provider).rateLimitRemaining,
    message: failure?.message ?? null,
  };
}

/** A system that asks for patience is there. Without a credential to ask with, nobody knows. */
function statusOf({ code, details }: ContentError): ProviderHealth['status'] {
  if (code === 'PROVIDER_RATE_LIMITED') return 'DEGRADED';
  return code === 'PROVIDER_UNAUTHENTICATED' && details.upstreamStatus === undefined ? 'UNKNOWN' : 'DOWN';
}

function conditionOf(provider: Provider): Condition {
  return hasCondition(provider) ? provider.condition() : { failures: 0, rateLimitRemaining: null };
}

/** What is at hand has no policy around it. */
function hasCondition(provider: Provider): provider is Provider & { condition(): Condition } {
  return 'condition' in provider;
}
