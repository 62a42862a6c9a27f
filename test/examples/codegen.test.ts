import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { type RunningProgram, startProgram } from '../support/program.js';
import { projectDirectory } from '../support/project.js';
import * as documents from './generated/graphql.js';

const generated = join(projectDirectory, 'test/examples/generated');
const codegen = readFileSync(join(projectDirectory, 'codegen.yml'), 'utf8');

describe('What codegen makes of the example operations', () => {
  it('types nothing of the graph as any', () => {
    const files = readdirSync(generated).filter((file) => file.endsWith('.ts'));
    expect(files.flatMap((file) => anysIn(join(generated, file)))).toEqual([]);
  });

  it('holds every document under the SHA-256 that its operation knows it by', () => {
    const persisted = JSON.parse(readFileSync(join(generated, 'persisted-documents.json'), 'utf8')) as Record<string, string>;
    const hashes = Object.values(documents).flatMap((document) => (document instanceof String ? [document.__meta__?.hash] : []));
    expect(Object.keys(persisted).sort()).toEqual(hashes.sort());
    expect(Object.keys(persisted)).toEqual(
      Object.values(persisted).map((text) => `sha256:${createHash('sha256').update(text).digest('hex')}`),
    );
  });
});

describe('The codegen.yml that a frontend copies', () => {
  let directory: string;
  let program: RunningProgram;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'proofsheet-codegen-'));
    program = await startProgram(directory);
  });
  afterAll(async () => {
    await program?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('makes the same of a running server as of the printed schema', async () => {
    const copied = codegen
      .replace(/^schema: .*$/m, `schema: ${program.url}/graphql`)
      .replace('test/examples/generated/', `${directory}/generated/`);
    await writeFile(join(directory, 'codegen.yml'), copied);
    const command = join(projectDirectory, 'node_modules/.bin/graphql-codegen');
    await promisify(execFile)(command, ['--config', join(directory, 'codegen.yml')], { cwd: projectDirectory });
    for (const file of readdirSync(generated).filter((name) => !name.startsWith('.'))) {
      expect(await readFile(join(directory, 'generated', file), 'utf8')).toBe(await readFile(join(generated, file), 'utf8'));
    }
  });
});

/** Where the type `any` stands, with its line; the preset's own two definitions, which have nothing of the graph, are left out. */
function anysIn(path: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isOfThePreset(node)) return;
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${path}: ${node.parent.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The class of documents, and the lookup of a document by its text. */
function isOfThePreset(node: ts.Node): boolean {
  const isLookup = ts.isFunctionDeclaration(node) && node.name?.text === 'graphql' && node.body !== undefined;
  return isLookup || (ts.isClassDeclaration(node) && node.name?.text === 'TypedDocumentString');
}
