import { join } from 'node:path';
import type { Log } from '../call.js';
import { Catalog } from '../catalog/catalog.js';
import type { AnswerCache } from '../catalog/policy/answer-cache.js';
import type { ToldPictures } from '../catalog/policy/told-pictures.js';
import { withPolicy } from '../catalog/policy/with-policy.js';
import type { Config } from '../config.js';
import type { Provider } from '../providers/provider.js';
import { openDiskBlobStore } from '../vault/blobs/disk.js';
import { openVault } from '../vault/index.js';
import { type Account, openAccount } from './accounts.js';

export interface CatalogParts {
  readonly config: Pick<Config, 'dataDirectory' | 'vault' | 'catalog'>;
  readonly accounts: readonly Account[];
  readonly cache: AnswerCache;
  readonly pictures: ToldPictures;
  readonly log: Log;
}

/** The vault and every account behind one door. Whatever was opened is closed again when one fails. */
export async function openCatalog({ config, accounts, cache, pictures, log }: CatalogParts): Promise<Catalog> {
  const blobs = await openDiskBlobStore({ directory: join(config.dataDirectory, 'blobs') });
  const providers: Provider[] = [];
  try {
    providers.push(await openVault({ directory: config.dataDirectory, blobs, settings: config.vault, log }));
    for (const account of accounts) {
      const parts = { cache, settings: account.settings.limits, account: account.account, pictures, log };
      providers.push(withPolicy(await openAccount(account), parts));
    }
    return new Catalog(providers, config.catalog);
  } catch (error) {
    // The vault closes its blobs with itself.
    await Promise.all(providers.length === 0 ? [blobs.close()] : providers.map((provider) => provider.close?.()));
    throw error;
  }
}
