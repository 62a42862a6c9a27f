import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProviderInfo } from '../catalog/catalog.js';
import { openAnswerCache } from '../catalog/policy/answer-cache.js';
import { configuredAccounts } from '../composition/accounts.js';
import { openCatalog } from '../composition/catalog.js';
import { accountOfSandbox } from '../composition/sandboxes.js';
import { type Config, loadConfig } from '../config.js';

/** Prints what each provider can do, as a Markdown table. That depends neither on its data nor on whether it answers. */
export async function printProviders(): Promise<void> {
  const config = await loadConfig(process.env);
  const dataDirectory = await mkdtemp(join(tmpdir(), 'proofsheet-'));
  try {
    console.log(toTable(await describeProviders({ ...config, dataDirectory })));
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** Nothing is asked of any system: sandboxes need not run. */
async function describeProviders(config: Config): Promise<readonly ProviderInfo[]> {
  const sandboxes = config.sandboxes.map((product) => accountOfSandbox({ product, url: 'http://127.0.0.1' }));
  const accounts = [...configuredAccounts(config.providers), ...sandboxes];
  const cache = await openAnswerCache({ ...config.catalog.cache, store: 'memory' }, silent);
  const catalog = await openCatalog({ config, accounts, cache, pictures: { put() {} }, log: silent });
  await catalog.close();
  await cache.close();
  return catalog.providers;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function toTable(providers: readonly ProviderInfo[]): string {
  const names = Object.keys(providers[0]?.capabilities ?? {}) as (keyof ProviderInfo['capabilities'])[];
  const rows = names.map((name) => [name, ...providers.map((provider) => toCell(provider.capabilities[name]))]);
  const header = ['can', ...providers.map((provider) => provider.name)];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

type Cell = ProviderInfo['capabilities'][keyof ProviderInfo['capabilities']];

function toCell(value: Cell): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return inBytes(value);
  if (value === null) return '—';
  return value.every((item) => typeof item === 'number') ? `${value[0]} to ${value.at(-1)}` : value.join(', ');
}

/** The largest unit that leaves a whole number. */
function inBytes(bytes: number): string {
  const units = ['GiB', 'MiB', 'KiB'].map((name, index) => ({ name, size: 1024 ** (3 - index) }));
  const unit = units.find(({ size }) => bytes % size === 0);
  return unit ? `${bytes / unit.size} ${unit.name}` : `${bytes} bytes`;
}
