import { createHash, randomBytes } from 'node:crypto';
import type { ProviderName } from '../attachment.js';
import type { CredentialSource, CredentialSources } from '../identity/forwarded-credentials.js';
import type { AdapterOptions } from '../providers/adapter.js';
import type { Provider } from '../providers/provider.js';
import { createAdapter } from '../providers/registry.js';
import type { AccountSettings } from './account-settings.js';

export type { AccountSettings } from './account-settings.js';

/** An account that is mounted as a provider. */
export interface Account extends AdapterOptions<AccountSettings> {}

export function configuredAccounts(providers: Readonly<Record<ProviderName, AccountSettings>>): readonly Account[] {
  return Object.entries(providers).map(([name, settings]) => configuredAccount(name, settings));
}

function configuredAccount(name: ProviderName, settings: AccountSettings): Account {
  const account = `${name}-${fingerprint(`${settings.baseUrl}\n${identityOf(settings.credentials)}`)}`;
  return { name, account, sandbox: false, settings, ...(settings.caFile === undefined ? {} : { ca: settings.caFile }) };
}

/** An account of a sandbox. What was uploaded to it is gone with it, and its ids are given out anew: so is the name in content keys. */
export function sandboxAccount(name: ProviderName, settings: AccountSettings): Account {
  return { name, account: `${name}-sandbox-${randomBytes(4).toString('hex')}`, sandbox: true, settings };
}

/** Nothing is asked of the system before the first call. */
export function openAccount(account: Account): Promise<Provider> {
  return createAdapter(account);
}

/** Where requests carry the viewer's own credential, of the accounts that take it. */
export function credentialSources(accounts: readonly Account[]): CredentialSources {
  const sources = accounts.map(({ name, settings }) => [name, sourceOf(settings)] as const);
  return Object.fromEntries(sources.filter((entry): entry is [ProviderName, CredentialSource] => entry[1] !== null));
}

function sourceOf({ credentials }: AccountSettings): CredentialSource | null {
  if (credentials.mode !== 'forward') return null;
  return 'header' in credentials ? { header: credentials.header } : { cookie: credentials.cookie };
}

/** Settings of credentials that say whom they stand for. */
const identifying = new Set(['mode', 'user', 'userName', 'clientId', 'subjectType', 'subjectId', 'scope']);

/** What only proves it is left out: content keys can be seen, and a new token is the same account. */
function identityOf(credentials: AccountSettings['credentials']): string {
  return JSON.stringify(Object.entries(credentials).filter(([key]) => identifying.has(key)));
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
