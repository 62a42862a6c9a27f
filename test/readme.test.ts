import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Kind, parse, validate } from 'graphql';
import { parseConfig } from '../src/config.js';
import { CostModel } from '../src/graph/limits/operation-cost.js';
import { buildGraphSchema } from '../src/graph/schema.js';
import { graphSettings } from '../src/graph/settings.js';
import { inTemporaryDirectory, runProgram } from './support/program.js';
import { projectDirectory } from './support/project.js';

const readme = readFileSync(join(projectDirectory, 'README.md'), 'utf8');

describe('The README', () => {
  it('names every setting with its default', () => {
    const { samples: _, sandboxes: __, ...config } = parseConfig('', {});
    const named = {
      'server.publicUrl': 'none',
      'signing.keys': 'none',
      providers: 'none',
      sandboxes: 'all, none with `providers`',
    };
    expect(tableOf('settings')).toEqual({ ...flatten(config), ...named });
  });

  it('names every setting of an account with its default', () => {
    const settings = Object.entries(accounts).map(([kind, account]) => [kind, flatten(settingsOf(kind, account))] as const);
    const written = tableOf('account settings');
    const optional = ['caFile', 'spoolDirectory', 'uploadRoom', 'credentials'];
    const names = settings.flatMap(([, found]) => Object.keys(found)).filter((name) => !name.startsWith('credentials.'));
    expect(Object.keys(written).sort()).toEqual([...new Set([...names, ...optional])].sort());
    for (const [, found] of settings) {
      const numbers = Object.entries(found).filter(([name]) => typeof written[name] === 'number');
      expect(numbers.map(([name, value]) => [name, value])).toEqual(numbers.map(([name]) => [name, written[name]]));
    }
  });

  it('has configurations that are taken as they stand, but for a file that is elsewhere', () => {
    const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
    const names = blocks.flatMap((block) => [...block.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? ''));
    const environment = Object.fromEntries(names.map((name) => [name, 'x'.repeat(40)]));
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) parseConfig(block.replace(/ +caFile: .*\n/, ''), environment);
  });

  it('has queries that are allowed as they stand', async () => {
    const { maxCost, maxPageSize, ...settings } = graphSettings.parse({});
    const schema = await buildGraphSchema(settings);
    const costs = new CostModel(schema, maxPageSize);
    const queries = [...readme.matchAll(/```graphql\n(query[\s\S]*?)```/g)].map((match) => parse(match[1] ?? ''));
    expect(queries.length).toBeGreaterThan(1);
    for (const document of queries) {
      expect(validate(schema, document)).toEqual([]);
      const [definition] = document.definitions;
      if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('It begins with no operation');
      expect(costs.costOf({ document, definition, variables: {} })).toBeLessThanOrEqual(maxCost);
    }
  });

  it('tells what each provider can do as the program does', () =>
    inTemporaryDirectory(async (directory) => {
      const { stdout } = await runProgram(['providers'], directory);
      expect(sectionOf('providers')).toBe(stdout.trim());
    }));
});

/** The least that an account of each kind must have. */
const accounts = {
  box: {},
  'oracle-content': { baseUrl: 'https://content.example.com' },
  xelion: { baseUrl: 'https://pbx.example.com/api/v1/master' },
  virola: { baseUrl: 'https://chat.example.com' },
};

function settingsOf(kind: string, account: object): object {
  const text = JSON.stringify({ providers: { it: { kind, ...account, credentials: { mode: 'service', token: 'a' } } } });
  return parseConfig(text, {}).providers.it ?? {};
}

function tableOf(name: string): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(rowsOf(name).map(([path = '', value = '']) => [path.replaceAll('`', ''), toValue(value)]));
}

function sectionOf(name: string): string {
  return new RegExp(`<!-- ${name}[^>]*-->([^]*?)<!-- /${name} -->`).exec(readme)?.[1]?.trim() ?? '';
}

function rowsOf(name: string): readonly (readonly string[])[] {
  const [, , ...rows] = sectionOf(name).split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const units: Record<string, number> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

function toValue(cell: string): string | number | boolean {
  if (cell === 'true' || cell === 'false') return cell === 'true';
  if (cell === 'cores') return availableParallelism();
  if (cell === 'cores + 1') return availableParallelism() + 1;
  if (cell === 'cores ÷ 2') return Math.max(1, Math.floor(availableParallelism() / 2));
  if (cell === 'cores, at most 4') return Math.min(4, availableParallelism());
  const [, digits, unit] = /^(\d+)(?: (KiB|MiB|GiB))?$/.exec(cell) ?? [];
  return digits === undefined ? cell : Number(digits) * (unit === undefined ? 1 : (units[unit] ?? Number.NaN));
}

function toCell(items: readonly unknown[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

/** { a: { b: 1 } } → { "a.b": 1 }; an empty list counts as none. */
function flatten(value: object, prefix = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, item]: [string, unknown]) => {
      const path = prefix + key;
      if (Array.isArray(item)) return { [path]: toCell(item) };
      return item !== null && typeof item === 'object' ? flatten(item, `${path}.`) : { [path]: item };
    }),
  ) as Record<string, unknown>;
}
