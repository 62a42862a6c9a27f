import type { Call, Log } from '../../call.js';
import type { Provider } from '../../providers/provider.js';
import type { PolicySettings } from '../settings.js';
import { Breaker } from './breaker.js';
import { CallCounter } from './call-counter.js';
import type { Clock } from './clock.js';
import { Concurrency } from './concurrency.js';
import { Deadline } from './deadline.js';
import { type Layer, throughAll } from './layer.js';
import { RateBudget } from './rate-budget.js';
import { Retry } from './retry.js';

/** How a provider has answered lately. */
export interface Condition {
  /** Calls in a row that it did not answer. */
  readonly failures: number;
  /** Requests that it may be asked at once; null where no limit is known. */
  readonly rateLimitRemaining: number | null;
}

/** What every call to one provider passes on its way. */
export interface Rules extends Layer {
  /** Whether it answers: asked even while it is left alone, and learnt from. */
  check(call: Call): Promise<void>;
  condition(): Condition;
  stats(): Readonly<Record<string, number>>;
}

export interface RulesParts {
  readonly settings: PolicySettings;
  readonly log: Log;
  readonly clock: Clock;
}

export function createRules(provider: Provider, { settings, log, clock }: RulesParts): Rules {
  const { name } = provider;
  const { requestsPerMinute } = settings;
  const scopeOf = ({ viewer }: Call) => provider.scope(viewer);
  const deadline = new Deadline(name, settings.timeoutSeconds * 1000, clock);
  const retry = new Retry(settings.retries, clock);
  const breaker = new Breaker(name, settings.breaker, clock, log);
  const budget = new RateBudget({ provider: name, requestsPerMinute, scopeOf, clock });
  const concurrency = new Concurrency(name, settings);
  const counter = new CallCounter();
  // Each try passes all that follows: it waits for its turn anew, holds no place while it pauses, and ends when the breaker opens.
  const all = throughAll([deadline, retry, breaker, budget, concurrency, breaker.watch, counter]);
  return {
    run: all.run,
    check: (call) => deadline.run('read', call, (inner) => breaker.observe(() => provider.check(inner))),
    condition: () => ({ failures: breaker.failures, rateLimitRemaining: budget.left }),
    stats: () => ({
      ...counter.stats(),
      ...retry.stats(),
      ...breaker.stats(),
      ...budget.stats(),
      ...concurrency.stats(),
    }),
  };
}
