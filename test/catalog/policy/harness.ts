import { openAnswerCache } from '../../../src/catalog/policy/answer-cache.js';
import { type PolicyParts, withPolicy } from '../../../src/catalog/policy/with-policy.js';
import { cacheSettings, policySettings } from '../../../src/catalog/settings.js';
import { type Script, scripted } from '../../support/scripted-provider.js';
import { silentLog } from '../../support/vault.js';
import { VirtualClock } from '../../support/virtual-clock.js';

export interface PolicedOptions {
  readonly settings?: object;
  readonly cache?: object;
  readonly clock?: VirtualClock;
  readonly parts?: Partial<PolicyParts>;
}

/** A scripted provider with policy around it, on a clock of the test's own. `calls` counts what reaches the provider. */
export async function policed(
  script: Script,
  { settings = {}, cache: cached = {}, clock = new VirtualClock(), parts }: PolicedOptions = {},
) {
  const { provider: inner, calls } = scripted(script);
  const cache = await openAnswerCache(cacheSettings.parse(cached), silentLog, clock);
  const provider = withPolicy(inner, { cache, settings: policySettings.parse(settings), log: silentLog, clock, ...parts });
  return { provider, calls, clock, cache };
}

/** Counts of one provider by name. */
export function statsOf(provider: { stats?(): Readonly<Record<string, number>> }): Readonly<Record<string, number>> {
  return provider.stats?.() ?? {};
}
