import { describe, expect, it } from '@jest/globals';
import { type SourceFile, sourceFiles } from './support/project.js';

/** From the bottom up. A part imports itself and what stands before it; parts on one line do not know each other. */
const layers = [
  ['lib'],
  ['domain'],
  ['providers', 'rendering', 'identity', 'sandbox'],
  ['vault'],
  ['catalog'],
  ['graph', 'delivery'],
  ['server'],
  ['composition'],
  ['cli'],
];

/** Where every part is put together; the only files at the top of src/ that are not domain words. */
const compositionFiles = ['app.ts', 'config.ts'];

const files = sourceFiles();

describe('The direction of imports', () => {
  it('is down: no part imports from one above it or beside it', () => {
    const upward = files.flatMap((file) =>
      file.imports
        .filter((imported) => !mayImport(partOf(file.path), partOf(imported)))
        .map((imported) => `${file.path} → ${imported}`),
    );
    expect(upward).toEqual([]);
  });

  it('is known for every file', () => {
    const known = new Set(layers.flat());
    expect(files.map((file) => partOf(file.path)).filter((part) => !known.has(part))).toEqual([]);
  });

  it('has no circles', () => {
    expect(circles(files)).toEqual([]);
  });
});

describe('What the code never does', () => {
  it('reads the environment only at the edge, in the command line and the build of the configuration', () => {
    const readers = files.filter((file) => file.text.includes('process.env')).map((file) => file.path);
    expect(readers.filter((path) => !path.startsWith('cli/'))).toEqual([]);
  });

  it('joins signals by AbortSignal.any, which does not take those of lib/abort.ts', () => {
    const joiners = files.filter((file) => /AbortSignal\.any\(/.test(file.text)).map((file) => file.path);
    expect(joiners).toEqual([]);
  });

  it('searches bytes for UTF-16, which in Node 20 may never end', () => {
    const search = /(?:includes|[iI]ndexOf)\([^()]*'(?:utf-?16le|ucs-?2)'/;
    expect(files.filter((file) => search.test(file.text)).map((file) => file.path)).toEqual([]);
  });

  it('holds no escape from the type checker or the linter', () => {
    const escapes = /@ts-(?:ignore|nocheck|expect-error)|biome-ignore lint/;
    expect(files.filter((file) => escapes.test(file.text)).map((file) => file.path)).toEqual([]);
  });
});

function partOf(path: string): string {
  const [first = '', ...rest] = path.split('/');
  if (rest.length > 0) return first;
  return compositionFiles.includes(first) ? 'composition' : 'domain';
}

function mayImport(from: string, to: string): boolean {
  return from === to || layerOf(to) < layerOf(from);
}

function layerOf(part: string): number {
  return layers.findIndex((layer) => layer.includes(part));
}

/** Files that reach themselves through their imports. `import type` counts too: it is a circle to the reader. */
function circles(all: readonly SourceFile[]): readonly string[] {
  const importsOf = new Map(all.map((file) => [file.path, file.imports]));
  const reaches = (start: string): boolean => {
    const seen = new Set<string>();
    const open = [...(importsOf.get(start) ?? [])];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (path === start) return true;
      if (seen.has(path)) continue;
      seen.add(path);
      open.push(...(importsOf.get(path) ?? []));
    }
    return false;
  };
  return all.map((file) => file.path).filter(reaches);
}
