import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { documentRules } from '../../../src/graph/graph.js';
import { AutomaticDocuments } from '../../../src/graph/persisted/automatic-documents.js';
import { ManifestError, openPersistedDocuments } from '../../../src/graph/persisted/persisted-documents.js';
import { persistedSettings } from '../../../src/graph/persisted/settings.js';
import { graphSettings } from '../../../src/graph/settings.js';
import { inTemporaryDirectory } from '../../support/program.js';

const rules = await documentRules(graphSettings.parse({}));
const viewer = 'query Viewer { viewer { id } }';
const providers = 'query Providers { providers { id name } }';
const digest = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

/** Opens manifests with these contents, named 0.json, 1.json and so on. */
function open(...manifests: readonly unknown[]) {
  return inTemporaryDirectory(async (directory) => {
    const paths = manifests.map((_, index) => join(directory, `${index}.json`));
    for (const [index, path] of paths.entries()) {
      const content = manifests[index];
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return openPersistedDocuments(persistedSettings.parse({ manifests: paths }), rules);
  });
}

async function problemsOf(...manifests: readonly unknown[]): Promise<readonly string[]> {
  const error: unknown = await open(...manifests).catch((thrown: unknown) => thrown);
  if (!(error instanceof ManifestError)) throw new Error('The manifests are taken');
  return error.problems.map((problem) => problem.replace(/^.*?(?=\d\.json)/, ''));
}

describe('A manifest', () => {
  it.each([
    ['codegen', { [`sha256:${digest('sha256', viewer)}`]: viewer }],
    ['codegen with another hash', { [digest('sha1', viewer)]: viewer }],
    ["Relay's compiler", { [digest('md5', viewer)]: viewer }],
    [
      "Apollo's clients",
      {
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: digest('sha256', viewer), name: 'Viewer', type: 'query', body: viewer }],
      },
    ],
  ])('is taken as it is written by %s', async (_, manifest) => {
    const documents = await open(manifest);
    expect([documents.stats().listed, documents.lists(viewer), documents.lists(`${viewer} `)]).toEqual([1, true, false]);
  });

  it('has its documents found by the hash that it uses, and by their SHA-256 with and without its prefix', async () => {
    const sha256 = digest('sha256', viewer);
    const documents = await open({ [digest('md5', viewer)]: viewer });
    const found = [digest('md5', viewer), sha256, `sha256:${sha256}`].map((id) => documents.listed(id));
    expect(found).toEqual([viewer, viewer, viewer]);
    expect(documents.listed(digest('sha256', providers))).toBeUndefined();
  });

  it('may be one of several', async () => {
    const documents = await open({ [digest('sha256', viewer)]: viewer }, { [digest('sha256', providers)]: providers });
    expect(documents.stats().listed).toBe(2);
  });

  it('is refused with every problem of all manifests at once', async () => {
    const unknownField = 'query Colour { colour }';
    const fragment = 'fragment Name on Provider { name }';
    const first = {
      [digest('sha256', unknownField)]: unknownField,
      [digest('sha256', providers)]: viewer,
      custom: 'query Broken {',
      [digest('sha256', fragment)]: fragment,
    };
    expect(await problemsOf(first, '[', [1])).toEqual([
      expect.stringMatching(/^0\.json: Colour \([0-9a-f]{64}\): Cannot query field "colour"/),
      expect.stringMatching(/^0\.json: Viewer \([0-9a-f]{64}\): the id must be the SHA-256/),
      expect.stringMatching(/^0\.json: a document \(custom\): Syntax Error/),
      expect.stringMatching(/^0\.json: a document without a name \([0-9a-f]{64}\): has no operation/),
      '1.json is no JSON',
      expect.stringMatching(/^2\.json is no manifest: expected/),
    ]);
  });

  it('is refused where a document asks for more than any query may', async () => {
    const deep = `query Deep { providers { ${'id containers { nodes { '.repeat(9)} id ${'} } '.repeat(9)} } }`;
    const [problem] = await problemsOf({ [digest('sha256', deep)]: deep });
    expect(problem).toContain('levels of fields; at most 16 are allowed');
  });

  it('is refused where there is none', async () => {
    const settings = persistedSettings.parse({ manifests: ['absent.json'] });
    await expect(openPersistedDocuments(settings, rules)).rejects.toThrow('absent.json cannot be read');
  });
});

describe('The documents that clients register', () => {
  it('are kept within a bound, the least used go first', async () => {
    const documents = new AutomaticDocuments(100);
    await documents.set('apq:a', 'a'.repeat(40));
    await documents.set('apq:b', 'b'.repeat(40));
    await documents.get('apq:a');
    await documents.set('apq:c', 'c'.repeat(40));
    expect(['a', 'b', 'c'].map((hash) => documents.has(hash))).toEqual([true, false, true]);
    expect(documents.stats()).toEqual({ automatic: 2, automaticBytes: 80, automaticHits: 1, automaticMisses: 0 });
  });

  it('are not kept where one is larger than the bound', async () => {
    const documents = new AutomaticDocuments(100);
    await documents.set('apq:a', 'a'.repeat(101));
    expect(documents.has('a')).toBe(false);
  });
});

describe('The settings', () => {
  it('do not let a server start that could execute nothing', () => {
    expect(persistedSettings.safeParse({ only: true }).error?.issues).toMatchObject([{ path: ['only'] }]);
  });
});
