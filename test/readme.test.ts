import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../src/config.js';
import { inTemporaryDirectory, runProgram } from './support/program.js';
import { projectDirectory } from './support/project.js';

const readme = readFileSync(join(projectDirectory, 'README.md'), 'utf8');

describe('The README', () => {
  it('names every setting with its default', () => {
    const written = Object.fromEntries(
      rowsOf('settings').map(([path = '', value = '']) => [path.replaceAll('`', ''), toValue(value)]),
    );
    expect(written).toEqual({ ...flatten(parseConfig('', {})), 'server.publicUrl': 'none', 'signing.keys': 'none' });
  });

  it('tells what each provider can do as the program does', () =>
    inTemporaryDirectory(async (directory) => {
      const { stdout } = await runProgram(['providers'], directory);
      expect(sectionOf('providers')).toBe(stdout.trim());
    }));

  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(join(projectDirectory, link)))).toEqual([]);
  });
});

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

function toValue(cell: string): string | number {
  if (cell === 'cores') return availableParallelism();
  if (cell === 'cores + 1') return availableParallelism() + 1;
  if (cell === 'cores ÷ 2') return Math.max(1, Math.floor(availableParallelism() / 2));
  if (cell === 'cores, at most 4') return Math.min(4, availableParallelism());
  const [, digits, unit] = /^(\d+)(?: (KiB|MiB|GiB))?$/.exec(cell) ?? [];
  return digits === undefined ? cell : Number(digits) * (unit === undefined ? 1 : (units[unit] ?? Number.NaN));
}

/** { a: { b: 1 } } → { "a.b": 1 }; an empty list counts as none. */
function flatten(value: object, prefix = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, item]: [string, unknown]) => {
      const path = prefix + key;
      if (Array.isArray(item)) return { [path]: item.length === 0 ? 'none' : item };
      return item !== null && typeof item === 'object' ? flatten(item, `${path}.`) : { [path]: item };
    }),
  ) as Record<string, unknown>;
}
