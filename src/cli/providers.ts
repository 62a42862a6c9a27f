import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../app.js';
import type { ProviderInfo } from '../catalog/catalog.js';
import { loadConfig } from '../config.js';

/** Prints what each configured provider can do, as a Markdown table. What a provider can do does not depend on its data. */
export async function printProviders(): Promise<void> {
  const config = await loadConfig(process.env);
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-'));
  try {
    const catalog = await openCatalog({ ...config, dataDirectory: directory }, silent);
    console.log(toTable(catalog.providers));
    await catalog.close();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function toTable(providers: readonly ProviderInfo[]): string {
  const names = Object.keys(providers[0]?.capabilities ?? {}) as (keyof ProviderInfo['capabilities'])[];
  const rows = names.map((name) => [name, ...providers.map((provider) => toCell(provider.capabilities[name]))]);
  const header = ['can', ...providers.map((provider) => provider.name)];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function toCell(value: ProviderInfo['capabilities'][keyof ProviderInfo['capabilities']]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === null) return '—';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
