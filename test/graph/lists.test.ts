import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import { type OpenGraph, openGraph, openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { MemoryProvider } from '../support/memory-provider.js';

describe('A list of attachments', () => {
  let graph: VaultGraph;

  beforeAll(async () => {
    graph = await openVaultGraph();
    for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.csv']) await graph.store(name, `content of ${name}`);
  });
  afterAll(() => graph.close());

  it('comes in pages that stay right while attachments are added', async () => {
    const query = `query ($after: String) { attachments(first: 2, after: $after, orderBy: NAME_ASC, filter: { contentTypes: ["text/plain"] }) {
      nodes { filename } edges { cursor node { filename } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount failures { code } } }`;
    const first = await graph.run(query);
    expect(first.at('attachments')).toMatchObject({
      nodes: [{ filename: 'a.txt' }, { filename: 'b.txt' }],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
      totalCount: 4,
      failures: [],
    });
    expect(first.at('attachments.edges.0.cursor')).toBe(first.at('attachments.pageInfo.startCursor'));
    expect(first.at('attachments.edges.1.cursor')).toBe(first.at('attachments.pageInfo.endCursor'));
    await graph.store('a0.txt', 'came meanwhile');
    const second = await graph.run(query, { after: first.at('attachments.pageInfo.endCursor') });
    expect(second.at('attachments')).toMatchObject({
      nodes: [{ filename: 'c.txt' }, { filename: 'd.txt' }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
  });

  it('is counted only when the count is selected', async () => {
    const before = graph.calls.count;
    await graph.run('{ attachments { nodes { id } } }');
    expect(graph.calls.count).toBe(before);
  });

  it('spares its items from being asked for again', async () => {
    const before = { ...graph.calls };
    const answer = await graph.run('{ attachments { nodes { id provider { name } versions { nodes { number } } } } }');
    expect(answer.errors).toEqual([]);
    expect(graph.calls.statMany).toBe(before.statMany);
    expect((graph.calls.list ?? 0) - (before.list ?? 0)).toBe(1);
  });

  it('asks for a container once, however many attachments lie in it', async () => {
    const before = graph.calls.statContainer ?? 0;
    const answer = await graph.run('{ attachments { nodes { container { id name provider { name } parent { id } } } } }');
    expect(answer.at('attachments.nodes.4.container')).toMatchObject({
      id: graph.root,
      parent: null,
      provider: { name: 'vault' },
    });
    expect((graph.calls.statContainer ?? 0) - before).toBe(1);
  });

  it.each([
    ['first: 0', 'first must be from 1 to 100, got 0'],
    ['first: 101', 'first must be from 1 to 100, got 101'],
    ['after: "nonsense"', 'after is not a cursor that was handed out here'],
    ['after: "MTp4"', 'after is not a cursor of this list'],
    ['filter: { providers: ["vault", "box"] }', 'filter.providers names "box"; there are: vault'],
    ['filter: { contentTypes: ["png"] }', 'filter.contentTypes must be media types like "image/png", or "image/*" for a family'],
    [
      'filter: { container: "x" }',
      '"x" is not an id; ids have the form gid://<provider name>/<Type>/<native id, percent-encoded>',
    ],
  ])('is refused for (%s)', async (args, message) => {
    const answer = await graph.run(`{ attachments(${args}) { nodes { id } } }`);
    expect(answer.errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('takes all its arguments as null as well', async () => {
    const nothing =
      'providers: null, container: null, text: null, contentTypes: null, states: null, modifiedAfter: null, modifiedBefore: null';
    const answer = await graph.run(
      `{ attachments(first: null, after: null, orderBy: null, filter: { ${nothing} }) { totalCount } }`,
    );
    expect(answer).toMatchObject({ data: { attachments: { totalCount: 6 } }, errors: [] });
  });

  it('can be had of a provider, and refuses there what leads elsewhere', async () => {
    const answer = await graph.run(`{ provider(name: "vault") {
      found: attachments(filter: { text: "E.C" }, orderBy: SIZE_DESC) { nodes { filename } totalCount }
      elsewhere: attachments(filter: { container: "gid://box/Folder/1" }) { totalCount } } }`);
    expect(answer.at('provider')).toEqual({ found: { nodes: [{ filename: 'e.csv' }], totalCount: 1 }, elsewhere: null });
    expect(answer.errors).toMatchObject([{ message: 'filter names "box", and this is the list of "vault"' }]);
  });

  it('can be had of a folder, whose folders come by name', async () => {
    const create =
      'mutation ($root: ID!, $name: String!) { createFolder(input: { container: $root, name: $name, clientMutationId: "c" }) { clientMutationId folder { id name } } }';
    const made = await graph.run(create, { root: graph.root, name: 'Pictures' });
    expect(made.at('createFolder')).toMatchObject({ clientMutationId: 'c', folder: { name: 'Pictures' } });
    await graph.run(create, { root: graph.root, name: 'Invoices' });
    const answer = await graph.run(
      'query ($id: ID!) { container(id: $id) { name containers { nodes { name parent { id } } } attachments(first: 1) { totalCount } } }',
      {
        id: graph.root,
      },
    );
    expect(answer.at('container')).toMatchObject({
      containers: { nodes: [{ name: 'Invoices', parent: { id: graph.root } }, { name: 'Pictures' }] },
      attachments: { totalCount: 6 },
    });
    const refused = await graph.run(create, { root: graph.root, name: 'a/b' });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const nowhere = await graph.run(create, { root: 'gid://vault/Folder/nobody', name: 'x' });
    expect(nowhere.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });
});

describe('A list across providers', () => {
  const day = (number: number) => new Date(Date.UTC(2026, 0, number));
  const file = (id: string, number: number) => ({ id, attachment: { modifiedAt: day(number) } });
  const box = new MemoryProvider('box', [file('b1', 1), file('b3', 3), file('b5', 5)]);
  const boxEu = new MemoryProvider('box-eu', [file('e2', 2), file('e4', 4), { id: 'e?' }]);
  let graph: OpenGraph;

  beforeAll(async () => {
    graph = await openGraph([box, boxEu]);
  });
  afterAll(() => graph.close());

  const query = `query ($after: String, $filter: AttachmentFilter) { attachments(first: 2, after: $after, filter: $filter) {
    nodes { nativeId } pageInfo { hasNextPage endCursor } totalCount failures { provider { name } code message retryAfterSeconds } } }`;

  async function namesOfAllPages(filter?: object): Promise<unknown[]> {
    const names: unknown[] = [];
    let after: unknown = null;
    for (let page = 0; page < 10; page += 1) {
      const answer = await graph.run(query, { after, filter });
      names.push(...(answer.at('attachments.nodes') as { nativeId: string }[]).map(({ nativeId }) => nativeId));
      if (!answer.at('attachments.pageInfo.hasNextPage')) break;
      after = answer.at('attachments.pageInfo.endCursor');
    }
    return names;
  }

  it('is one list in the order asked for, page by page', async () => {
    expect(await namesOfAllPages()).toEqual(['b5', 'e4', 'b3', 'e2', 'b1', 'e?']);
  });

  it('is of the providers that the filter names', async () => {
    expect(await namesOfAllPages({ providers: ['box'] })).toEqual(['b5', 'b3', 'b1']);
  });

  it('names a provider that failed and lists the others', async () => {
    boxEu.failWith = new ContentError('PROVIDER_RATE_LIMITED', 'Too many requests', { retryAfterSeconds: 7 });
    const answer = await graph.run(query);
    boxEu.failWith = null;
    expect(answer.errors).toEqual([]);
    expect(answer.at('attachments')).toMatchObject({
      nodes: [{ nativeId: 'b5' }, { nativeId: 'b3' }],
      totalCount: null,
      failures: [
        { provider: { name: 'box-eu' }, code: 'PROVIDER_RATE_LIMITED', message: 'Too many requests', retryAfterSeconds: 7 },
      ],
    });
  });

  it('masks and logs what nobody expected of a provider', async () => {
    boxEu.failWith = new Error('password=hunter2');
    const answer = await graph.run(query);
    boxEu.failWith = null;
    expect(answer.at('attachments.failures')).toMatchObject([{ code: 'INTERNAL_SERVER_ERROR', message: 'Internal error' }]);
    expect(graph.logged.at(-1)).toMatchObject({ level: 'error', fields: { provider: 'box-eu' } });
  });

  it('names a filter that a provider does not have as its failure', async () => {
    const answer = await graph.run(query, { filter: { text: 'x' } });
    expect(answer.at('attachments.failures')).toMatchObject([
      { provider: { name: 'box' }, code: 'NOT_SUPPORTED_BY_PROVIDER', message: 'box cannot filter by text' },
      { provider: { name: 'box-eu' } },
    ]);
  });

  it('tells what each provider can do and how it is doing, one being down', async () => {
    box.failWith = new ContentError('PROVIDER_UNAVAILABLE', 'No route to host');
    const answer =
      await graph.run(`{ providers { id name kind sandbox health { status latencyMs checkedAt message rateLimitRemaining }
      capabilities { list upload versions pages thumbnailSizes thumbnailFormats maxUploadBytes } containers { nodes { id } } } }`);
    box.failWith = null;
    expect(answer.at('providers.0')).toMatchObject({
      id: 'gid://box/Provider/box',
      kind: 'BOX',
      sandbox: true,
      health: { status: 'DOWN', message: 'No route to host', rateLimitRemaining: null },
      capabilities: { list: true, upload: false, pages: true, thumbnailSizes: [32, 64, 128, 160, 256, 320, 640, 1024, 2048] },
      containers: null,
    });
    expect(answer.at('providers.1.health')).toMatchObject({ status: 'UP', message: null });
    expect(answer.errors).toMatchObject([
      { path: ['providers', 0, 'containers'], extensions: { code: 'NOT_SUPPORTED_BY_PROVIDER', provider: 'box' } },
      { path: ['providers', 1, 'containers'] },
    ]);
  });
});
