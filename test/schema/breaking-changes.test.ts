import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { printGraph } from '../../src/graph/print-graph.js';
import { projectDirectory } from '../support/project.js';
import { checkAnnouncement } from './breaking-changes.js';

const read = (file: string) => readFileSync(join(projectDirectory, file), 'utf8');
const released = read('schema/released.graphql');

describe('The schema, beside the one of the last release', () => {
  it('breaks nothing but what CHANGELOG.md names under "Breaking", which is nothing else', async () => {
    const announcement = await checkAnnouncement(released, await printGraph(), read('CHANGELOG.md'));
    expect(announcement).toEqual({ unannounced: [], mistaken: [] });
  });

  it('is compared with the one of this version; `npm run release-schema` is a step of every release', () => {
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    expect(released.split('\n')[0]).toBe(`# What version ${version} promised.`);
  });
});

/** Before every change that is tried below. */
const before = `
  directive @key(fields: String!) on OBJECT
  interface Node { id: ID! }
  union Thing = File | Place
  enum Order { NEWEST OLDEST }
  input Filter { text: String }
  type File implements Node @key(fields: "id") { id: ID! name: String! size: Int }
  type Place { name: String! }
  type Album { name: String! }
  type Query { files(first: Int = 10, order: Order, filter: Filter): [File!] things: [Thing!] }`;

const changelog = (...entries: readonly string[]) => `# Changelog

## Unreleased

- Something new.

### Breaking

${entries.map((entry) => `- ${entry}`).join('\n')}

## 0.9.0

### Breaking

- \`File.size\`: gone.
`;

describe.each([
  ['a field that is gone', ' size: Int', '', 'File.size'],
  ['a field that may be null now', 'name: String! size', 'name: String size', 'File.name'],
  ['a type that is gone', 'type Album { name: String! }', '', 'Album'],
  ['an argument that is gone', ', order: Order', '', 'Query.files(order:)'],
  ['an argument that must be given', 'first: Int = 10', 'first: Int!', 'Query.files(first:)'],
  ['an input field that must be given', 'text: String', 'text: String type: String!', 'Filter.type'],
  ['an enum value that is gone', ' OLDEST', '', 'Order.OLDEST'],
  ['a member of a union that is gone', 'File | Place', 'File', 'Thing'],
  ['an interface that a type has no more', ' implements Node', '', 'File'],
  ['an entity that is none any more', ' @key(fields: "id")', '', 'File'],
])('A change that breaks: %s', (_, old, changed, coordinate) => {
  const after = before.replace(old, changed);

  it(`is refused, naming ${coordinate}`, async () => {
    const { unannounced } = await checkAnnouncement(before, after, changelog());
    expect(unannounced.map((line) => line.split(': ')[0])).toEqual([coordinate]);
  });

  it('is taken once the changelog names it', async () => {
    const named = changelog(`\`${coordinate}\`: ask for something else.`);
    expect(await checkAnnouncement(before, after, named)).toEqual({ unannounced: [], mistaken: [] });
  });
});

describe('What a changelog says of the schema', () => {
  it('need not be said of what breaks nobody', async () => {
    const after = before
      .replace('size: Int', '"In bytes." size: Int! pages(first: Int): Int')
      .replace('text: String', 'text: String, type: String');
    expect(await checkAnnouncement(before, after, changelog())).toEqual({ unannounced: [], mistaken: [] });
  });

  it('may name several places in one entry', async () => {
    const after = before.replace(' size: Int', '').replace(' OLDEST', '');
    const named = changelog('`File.size`, `Order.OLDEST`: gone with the old store.');
    expect(await checkAnnouncement(before, after, named)).toEqual({ unannounced: [], mistaken: [] });
  });

  it('is refused where nothing is broken', async () => {
    const { mistaken } = await checkAnnouncement(before, before, changelog('`File.size`: gone.'));
    expect(mistaken).toEqual(['File.size']);
  });

  it('is refused without a coordinate', async () => {
    await expect(checkAnnouncement(before, before, changelog('The size is gone.'))).rejects.toThrow('The size is gone.');
  });

  it('counts for this release, not for an older one', async () => {
    const { unannounced } = await checkAnnouncement(before, before.replace(' size: Int', ''), changelog());
    expect(unannounced).toEqual(["File.size: Field 'size' was removed from object type 'File'"]);
  });
});
