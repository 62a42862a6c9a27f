import { openAnswerCache } from '../../../src/catalog/policy/answer-cache.js';
import { withPolicy } from '../../../src/catalog/policy/with-policy.js';
import { cacheSettings, policySettings } from '../../../src/catalog/settings.js';
import type { Provider } from '../../../src/providers/provider.js';
import { describeProvider, type ProviderHarness, type SeedFile } from '../../conformance/provider.js';
import { call, incoming, openTestVault, rootFolder, silentLog } from '../../support/vault.js';

/** A vault with policy around what `wrap` leaves of it; what the suite puts there goes through the policy too. */
function overVault(wrap: (vault: Provider) => Provider): ProviderHarness {
  return {
    start: async () => {
      const held = await openTestVault();
      const cache = await openAnswerCache(cacheSettings.parse({}), silentLog);
      const parts = { cache, settings: policySettings.parse({}), log: silentLog };
      const whole = withPolicy(held.vault, parts);
      const seed = async (files: readonly SeedFile[]) => {
        const ids: string[] = [];
        for (const { filename, bytes, contentType } of files) {
          const upload = { ...incoming(bytes, { contentType }), container: rootFolder, filename, onCollision: 'FAIL' } as const;
          const written = await whole.write?.(upload, call);
          if (written) ids.push(written.id);
        }
        return ids;
      };
      return { provider: withPolicy(wrap(held.vault), parts), seed, close: held.close };
    },
  };
}

await describeProvider(
  'The vault with policy around it',
  overVault((vault) => vault),
);

await describeProvider(
  'The least that a provider can be, with policy around it',
  overVault((vault) => ({
    name: vault.name,
    kind: vault.kind,
    facts: {
      ...vault.facts,
      rootContainer: null,
      openWithRange: false,
      writeMaxBytes: null,
      listFilters: [],
      listOrders: [],
      digests: false,
    },
    scope: (viewer) => vault.scope(viewer),
    stat: async (id, options, inner) => {
      const attachment = await vault.stat(id, options, inner);
      return attachment && { ...attachment, digest: null };
    },
    open: (id, options, inner) => vault.open(id, options, inner),
    check: (inner) => vault.check(inner),
  })),
);
