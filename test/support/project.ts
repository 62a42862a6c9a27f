import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The project's own folder; tests are run from it. */
export const projectDirectory = process.cwd();

export interface SourceFile {
  /** From src/: "catalog/catalog.ts". */
  readonly path: string;
  readonly text: string;
  /** The project's own files that it imports, from src/ as well. */
  readonly imports: readonly string[];
}

const importStatement =
  /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*(?:\{[^}]*\})?[^'"\n;]*from\s+'([^']+)'|import\('([^']+)'\)|^import\s+'([^']+)'/gm;

/** Every TypeScript file below src/. */
export function sourceFiles(): readonly SourceFile[] {
  const root = join(projectDirectory, 'src');
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return paths.sort().map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, imports: ownImports(root, path, text) };
  });
}

function ownImports(root: string, path: string, text: string): readonly string[] {
  const specifiers = [...text.matchAll(importStatement)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(root, resolve(root, dirname(path), specifier)).replace(/\.js$/, '.ts'));
}
