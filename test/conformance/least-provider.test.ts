import type { Attachment } from '../../src/attachment.js';
import type { Provider } from '../../src/providers/provider.js';
import { openTestVault } from '../support/vault.js';
import { describeProvider } from './provider.js';

/** The three methods that every provider has, of one that has them all: what else there is must not be missed by the suite. */
function leastOf(provider: Provider): Provider {
  const withoutDigest = (attachment: Attachment | null) => attachment && { ...attachment, digest: null };
  return {
    name: provider.name,
    kind: provider.kind,
    facts: {
      sandbox: true,
      rootContainer: null,
      openWithRange: false,
      writeMaxBytes: null,
      listFilters: [],
      listOrders: [],
      pictures: [],
      digests: false,
    },
    scope: (viewer) => provider.scope(viewer),
    stat: async (id, options, call) => withoutDigest(await provider.stat(id, options, call)),
    open: (id, options, call) => provider.open(id, options, call),
    check: (call) => provider.check(call),
  };
}

await describeProvider('The least that a provider can be', {
  start: async () => {
    const held = await openTestVault();
    return { provider: leastOf(held.vault), seed: held.seed, close: held.close };
  },
});
