import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseGlobalId, toGlobalId } from '../../src/graph/global-id.js';
import { openVaultGraph, type VaultGraph } from '../support/graph-harness.js';

describe('A global id', () => {
  it('reads back as what it was made of, whatever characters the native id has', () => {
    const id = 'a/b c?#%:ü';
    expect(parseGlobalId(toGlobalId('box-eu', 'Attachment', id))).toEqual({ provider: 'box-eu', type: 'Attachment', id });
  });

  it('is written in the form that other systems can write too', () => {
    expect(toGlobalId('vault', 'Folder', 'a/b')).toBe('gid://vault/Folder/a%2Fb');
  });

  it.each([
    '',
    'abc',
    'gid://vault/Attachment',
    'gid://vault/Attachment/',
    'gid:///Attachment/1',
    'gid://vault/Attachment/a/b',
    'gid://vault/Attachment/%zz',
  ])('is refused when it is %j', (text) => {
    expect(() => parseGlobalId(text)).toThrow('ids have the form gid://<provider name>/<Type>/<native id, percent-encoded>');
  });
});

describe('Asking by id', () => {
  let graph: VaultGraph;
  let id: string;

  beforeAll(async () => {
    graph = await openVaultGraph();
    id = await graph.store('note.txt', 'hello');
  });
  afterAll(() => graph.close());

  it.each(['attachment', 'node'])('finds an attachment as %s', async (field) => {
    const answer = await graph.run(`query ($id: ID!) { ${field}(id: $id) { ... on Attachment { id filename } } }`, { id });
    expect(answer.data).toEqual({ [field]: { id, filename: 'note.txt' } });
  });

  it.each([
    ['attachment', 'gid://vault/Attachment/nobody'],
    ['container', 'gid://vault/Folder/nobody'],
    ['node', 'gid://vault/Attachment/nobody'],
    ['node', 'gid://nowhere/Folder/1'],
    ['node', 'gid://nowhere/Provider/nowhere'],
    ['node', 'gid://nowhere/Provider/vault'],
  ])('answers null and NOT_FOUND for an unknown %s %s', async (field, unknown) => {
    const answer = await graph.run(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id: unknown });
    expect(answer).toMatchObject({ data: { [field]: null }, errors: [{ path: [field], extensions: { code: 'NOT_FOUND' } }] });
    expect(answer.errors[0]?.message).toContain(unknown);
  });

  it('needs no id for whoever asks', async () => {
    const answer = await graph.run('{ viewer { id name roles } }');
    expect(answer.data).toEqual({ viewer: { id: 'open', name: 'Anyone on this machine', roles: ['owner'] } });
  });

  it('refuses the id of a folder where an attachment is asked for, naming both', async () => {
    const answer = await graph.run('query ($id: ID!) { attachment(id: $id) { id } }', { id: graph.root });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(answer.errors[0]?.message).toContain('is the id of a Folder; expected Attachment');
  });

  it('refuses a type that the graph does not have', async () => {
    const answer = await graph.run('{ node(id: "gid://vault/Shelf/1") { id } }');
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('gives every one of several ids its own answer, in their order', async () => {
    const ids = ['gid://vault/Attachment/nobody', id, 'nonsense', graph.root, 'gid://vault/Provider/vault'];
    const answer = await graph.run('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids });
    expect(answer.data).toEqual({
      nodes: [
        null,
        { __typename: 'Attachment', id },
        null,
        { __typename: 'Folder', id: graph.root },
        { __typename: 'Provider', id: 'gid://vault/Provider/vault' },
      ],
    });
    const errors = [...answer.errors].sort((a, b) => `${a.path}`.localeCompare(`${b.path}`));
    expect(errors).toMatchObject([
      { path: ['nodes', 0], extensions: { code: 'NOT_FOUND' } },
      { path: ['nodes', 2], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it('refuses more ids than a page holds', async () => {
    const answer = await graph.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: new Array(101).fill(id) });
    expect(answer.errors).toMatchObject([
      { message: 'ids must be at most 100, got 101', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it("finds an attachment by its provider's own id", async () => {
    const nativeId = parseGlobalId(id).id;
    const answer = await graph.run(
      'query ($nativeId: String!) { attachmentByNativeId(provider: "vault", nativeId: $nativeId) { id nativeId } }',
      {
        nativeId,
      },
    );
    expect(answer.data).toEqual({ attachmentByNativeId: { id, nativeId } });
  });

  it('names the providers there are when asked for one that is not there', async () => {
    const answer = await graph.run(
      '{ provider(name: "box") { id } attachmentByNativeId(provider: "box", nativeId: "1") { id } }',
    );
    expect(answer.data).toEqual({ provider: null, attachmentByNativeId: null });
    expect(answer.errors.map(({ message }) => message)).toEqual(
      new Array(2).fill('There is no provider "box"; there are: vault'),
    );
  });

  it('asks the provider once for twenty attachments of one query', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => graph.store(`batch-${index}.txt`, `${index}`)));
    const fields = ids.map(
      (one, index) => `a${index}: attachment(id: "${one}") { filename }  n${index}: node(id: "${one}") { id }`,
    );
    const before = { ...graph.calls };
    const answer = await graph.run(`{ ${fields.join(' ')} }`);
    expect(answer.at('a19.filename')).toBe('batch-19.txt');
    expect((graph.calls.statMany ?? 0) - (before.statMany ?? 0)).toBe(1);
    expect(graph.calls.stat).toBe(before.stat);
  });
});
