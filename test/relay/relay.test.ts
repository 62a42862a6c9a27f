import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Variables } from 'relay-runtime';
import { documentRules } from '../../src/graph/graph.js';
import { openPersistedDocuments } from '../../src/graph/persisted/persisted-documents.js';
import { persistedSettings } from '../../src/graph/persisted/settings.js';
import { graphSettings } from '../../src/graph/settings.js';
import { writePdf } from '../examples/files.js';
import { openVaultGraph, uploadOf, type VaultGraph } from '../support/graph-harness.js';
import { inTemporaryDirectory } from '../support/program.js';
import { projectDirectory } from '../support/project.js';
import folder_container from './generated/folder_container.graphql.js';
import folderQuery from './generated/folderQuery.graphql.js';
import gallery_query from './generated/gallery_query.graphql.js';
import galleryQuery from './generated/galleryQuery.graphql.js';
import pages_attachment from './generated/pages_attachment.graphql.js';
import pagesQuery from './generated/pagesQuery.graphql.js';
import provider_provider from './generated/provider_provider.graphql.js';
import providerQuery from './generated/providerQuery.graphql.js';
import versions_attachment from './generated/versions_attachment.graphql.js';
import versionsQuery from './generated/versionsQuery.graphql.js';
import { openRelayScreen } from './relay-client.js';

let graph: VaultGraph;
let document: string;
const filenames = ['1.txt', '2.txt', '3.txt', '4.txt', 'pages.pdf'];

beforeAll(async () => {
  graph = await openVaultGraph();
  for (const name of filenames.slice(0, 4)) await graph.store(name, name);
  document = await graph.store('pages.pdf', await bytesOf(['one']));
  for (const pages of [2, 3, 4, 5]) await addVersion(Array.from({ length: pages }, (_, page) => `page ${page + 1}`));
  for (const name of ['a', 'b', 'c', 'd', 'e']) await createFolder(name);
});
afterAll(() => graph.close());

/** The screens whose lists grow by pages, with the names or numbers of what they show in the end. */
const screens = {
  gallery: { query: galleryQuery, fragment: gallery_query, parent: null, shown: 'filename', all: filenames },
  provider: { query: providerQuery, fragment: provider_provider, parent: 'provider', shown: 'filename', all: filenames },
  folder: { query: folderQuery, fragment: folder_container, parent: 'container', shown: 'name', all: ['a', 'b', 'c', 'd', 'e'] },
  versions: { query: versionsQuery, fragment: versions_attachment, parent: 'attachment', shown: 'number', all: [5, 4, 3, 2, 1] },
  pages: { query: pagesQuery, fragment: pages_attachment, parent: 'attachment', shown: 'page', all: [1, 2, 3, 4, 5] },
};

const variables: Readonly<Record<keyof typeof screens, () => Variables>> = {
  gallery: () => ({}),
  provider: () => ({ name: 'vault' }),
  folder: () => ({ id: graph.root }),
  versions: () => ({ id: document }),
  pages: () => ({ id: document }),
};

describe('What Relay compiled from a screen', () => {
  it.each(Object.keys(screens) as (keyof typeof screens)[])('shows more and more of a list, page by page: %s', async (name) => {
    const { shown, all, ...artifacts } = screens[name];
    const screen = await openRelayScreen(artifacts, { ...variables[name](), first: 2 }, run);
    const seen = () => screen.list().edges.map(({ node }) => node[shown]);
    expect(seen()).toEqual(all.slice(0, 2));
    await screen.loadNext(2);
    expect(seen()).toEqual(all.slice(0, 4));
    await screen.loadNext(2);
    expect(seen()).toEqual(all);
    expect(screen.list().pageInfo.hasNextPage).toBe(false);
  });
});

describe('What Relay persisted of the screens', () => {
  it('is a manifest as it stands, and its ids are known', () =>
    inTemporaryDirectory(async (directory) => {
      await compilePersisted(directory);
      const manifest = join(directory, 'persisted.json');
      const settings = persistedSettings.parse({ manifests: [manifest], only: true });
      const documents = await openPersistedDocuments(settings, await documentRules(graphSettings.parse({})));
      const texts = JSON.parse(await readFile(manifest, 'utf8')) as Readonly<Record<string, string>>;
      expect(Object.keys(texts).length).toBeGreaterThan(5);
      expect(Object.keys(texts).map((id) => documents.listed(id))).toEqual(Object.values(texts));
    }));
});

/** In a folder of its own, where the compiler finds no repository to add files to. */
async function compilePersisted(directory: string): Promise<void> {
  const config = JSON.parse(await readFile(join(projectDirectory, 'relay.config.json'), 'utf8')) as { readonly schema: string };
  await cp(join(projectDirectory, 'test/relay/screens'), join(directory, 'screens'), { recursive: true });
  await cp(join(projectDirectory, config.schema), join(directory, 'schema.graphql'));
  await mkdir(join(directory, 'generated'));
  await writeFile(join(directory, 'persisted.json'), '{}');
  const own = {
    src: 'screens',
    schema: 'schema.graphql',
    artifactDirectory: 'generated',
    persistConfig: { file: 'persisted.json' },
  };
  await writeFile(join(directory, 'relay.config.json'), JSON.stringify({ ...config, ...own }));
  const compiler = join(projectDirectory, 'node_modules/.bin/relay-compiler');
  await promisify(execFile)(compiler, ['relay.config.json'], { cwd: directory });
}

async function run(text: string, given: Variables) {
  const { data, errors } = await graph.run(text, given);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return { data: data as Record<string, unknown> };
}

async function addVersion(texts: readonly string[]): Promise<void> {
  const mutation = 'mutation ($input: UploadVersionInput!) { uploadVersion(input: $input) { attachment { id } } }';
  await run(mutation, { input: { attachment: document, file: uploadOf('pages.pdf', await bytesOf(texts)) } });
}

async function createFolder(name: string): Promise<void> {
  const mutation = 'mutation ($input: CreateFolderInput!) { createFolder(input: $input) { folder { id } } }';
  await run(mutation, { input: { container: graph.root, name } });
}

async function bytesOf(texts: readonly string[]): Promise<Buffer> {
  return Buffer.from(await writePdf('pages.pdf', texts).arrayBuffer());
}
