import { openAnswerCache } from '../../src/catalog/policy/answer-cache.js';
import { withPolicy } from '../../src/catalog/policy/with-policy.js';
import { cacheSettings, policySettings } from '../../src/catalog/settings.js';
import { describeProvider, type ProviderHarness } from '../conformance/provider.js';
import { boxHarness } from '../support/box.js';
import { oracleContentHarness } from '../support/oracle-content.js';
import { silentLog } from '../support/vault.js';
import { virolaHarness } from '../support/virola.js';
import { xelionHarness } from '../support/xelion.js';

/** Files are seeded past the policy, so it keeps no answer; test/catalog holds what it keeps. */
const nothingKept = cacheSettings.parse({ freshSeconds: 0, negativeSeconds: 0 });

function behindPolicy({ start, ...harness }: ProviderHarness): ProviderHarness {
  return {
    ...harness,
    start: async () => {
      const subject = await start();
      const parts = { cache: await openAnswerCache(nothingKept, silentLog), settings: policySettings.parse({}), log: silentLog };
      return { ...subject, provider: withPolicy(subject.provider, parts) };
    },
  };
}

await describeProvider('Box with policy around it', behindPolicy(boxHarness));
await describeProvider('Oracle Content with policy around it', behindPolicy(oracleContentHarness));
await describeProvider('Xelion with policy around it', behindPolicy(xelionHarness));
await describeProvider('Virola with policy around it', behindPolicy(virolaHarness));
