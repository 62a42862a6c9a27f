import { describeProvider } from '../conformance/provider.js';
import { openTestVault } from '../support/vault.js';

await describeProvider('The vault', {
  start: async () => {
    const held = await openTestVault();
    return { provider: held.vault, seed: held.seed, close: held.close };
  },
});
