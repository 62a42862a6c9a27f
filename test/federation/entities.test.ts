import { afterEach, describe, expect, it } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import type { GraphSettings } from '../../src/graph/settings.js';
import type { Provider } from '../../src/providers/provider.js';
import { type GraphAnswer, openGraph, openVaultGraph } from '../support/graph-harness.js';
import { RoomsProvider } from '../support/rooms-provider.js';
import { attachmentOf, type Script, scripted } from '../support/scripted-provider.js';

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { __typename ... on Attachment { id filename } ... on Provider { name } ... on Container { name } }
}`;

const attachment = (provider: string, id: string) => ({ __typename: 'Attachment', id: `gid://${provider}/Attachment/${id}` });

const opened: { close(): Promise<void> }[] = [];

afterEach(() => Promise.all(opened.splice(0).map((graph) => graph.close())));

async function open(providers: readonly Provider[], settings: Partial<GraphSettings> = {}) {
  const graph = await openGraph(providers, settings);
  opened.push(graph);
  return graph;
}

/** A provider that is asked for many at once; `answer` says what it has of an id. */
function bulkProvider(name: string, answer: (id: string) => ReturnType<typeof attachmentOf> | null | ContentError) {
  const statMany: Script['statMany'] = async (ids) => ids.map(answer);
  return scripted({ name, statMany });
}

const everything = (name: string) => bulkProvider(name, (id) => attachmentOf(id, { provider: name }));

describe('References to entities', () => {
  it('are answered in their order, of whatever type', async () => {
    const { provider } = everything('box');
    const graph = await open([provider, new RoomsProvider('phone')]);
    const representations = [
      { __typename: 'Message', id: 'gid://phone/Message/3' },
      attachment('box', '7'),
      { __typename: 'Provider', id: 'gid://phone/Provider/phone' },
      { __typename: 'Room', id: 'gid://phone/Room/lobby' },
      attachment('box', '6'),
    ];
    expect(await graph.run(entities, { representations })).toMatchObject({
      errors: [],
      data: {
        _entities: [
          { __typename: 'Message', name: 'Message 3' },
          { __typename: 'Attachment', id: 'gid://box/Attachment/7', filename: '7.png' },
          { __typename: 'Provider', name: 'phone' },
          { __typename: 'Room', name: 'Lobby' },
          { __typename: 'Attachment', id: 'gid://box/Attachment/6', filename: '6.png' },
        ],
      },
    });
  });

  it('may stand in the query itself', async () => {
    const graph = await open([everything('box').provider]);
    const answer = await graph.run(
      `{ _entities(representations: [{ __typename: "Attachment", id: "gid://box/Attachment/7" }]) { ... on Attachment { filename } } }`,
    );
    expect(answer).toMatchObject({ errors: [], data: { _entities: [{ filename: '7.png' }] } });
  });

  it('are one call for each provider, a hundred of them, also where some come twice', async () => {
    const [box, cloud] = [everything('box'), everything('cloud')];
    const graph = await open([box.provider, cloud.provider]);
    const representations = Array.from({ length: 100 }, (_, index) => attachment(index % 2 ? 'box' : 'cloud', `${index % 80}`));
    const answer = await graph.run(entities, { representations });
    expect(answer.errors).toEqual([]);
    expect(answer.at('_entities.99')).toMatchObject({ id: 'gid://box/Attachment/19', filename: '19.png' });
    expect([box.calls, cloud.calls]).toEqual([{ statMany: 1 }, { statMany: 1 }]);
  });

  it('share what another field of the query loads', async () => {
    const { provider, calls } = everything('box');
    const graph = await open([provider]);
    await graph.run(
      `query ($representations: [_Any!]!) { attachment(id: "gid://box/Attachment/1") { filename }
         _entities(representations: $representations) { ... on Attachment { filename } } }`,
      { representations: [attachment('box', '1'), attachment('box', '2')] },
    );
    expect(calls).toEqual({ statMany: 1 });
  });
});

describe('A reference that cannot be answered', () => {
  const refusing = () =>
    bulkProvider('box', (id) => {
      if (id === 'unknown') return null;
      if (id === 'secret') return new ContentError('FORBIDDEN', 'You may not see this file', { provider: 'box' });
      return attachmentOf(id);
    });

  it('is null at its place with an error of its own, and the others are answered', async () => {
    const graph = await open([refusing().provider]);
    const representations = [
      attachment('box', '1'),
      attachment('box', 'unknown'),
      attachment('box', 'secret'),
      attachment('nowhere', '1'),
      { __typename: 'Provider', id: 'gid://nowhere/Provider/nowhere' },
      { __typename: 'Folder', id: 'gid://box/Folder/nobody' },
      attachment('box', '2'),
    ];
    const answer = await graph.run(entities, { representations });
    expect(filenames(answer)).toEqual(['1.png', null, null, null, null, null, '2.png']);
    expect(failures(answer)).toEqual([
      [['_entities', 1], 'NOT_FOUND'],
      [['_entities', 2], 'FORBIDDEN'],
      [['_entities', 3], 'NOT_FOUND'],
      [['_entities', 4], 'NOT_FOUND'],
      [['_entities', 5], 'NOT_FOUND'],
    ]);
    expect(JSON.stringify(answer.data)).not.toContain('secret');
  });

  it.each([
    ['no type', { id: 'gid://box/Attachment/1' }],
    ['no id', { __typename: 'Attachment' }],
    ['an id that is no text', { __typename: 'Attachment', id: 1 }],
    ['an id of another form', { __typename: 'Attachment', id: 'box/1' }],
    ['the id of another type', { __typename: 'Attachment', id: 'gid://box/Folder/1' }],
    ['a type that is no entity', { __typename: 'Digest', id: 'gid://box/Attachment/1' }],
    ['a type that is not there', { __typename: 'Shelf', id: 'gid://box/Shelf/1' }],
    ['a type whose name every object knows', { __typename: 'constructor', id: 'gid://box/Attachment/1' }],
    ['text in its place', 'gid://box/Attachment/1'],
    ['a list in its place', [attachment('box', '1')]],
  ])('is refused at its place when it has %s', async (_, wrong) => {
    const graph = await open([refusing().provider]);
    const answer = await graph.run(entities, { representations: [attachment('box', '1'), wrong, attachment('box', '2')] });
    expect(filenames(answer)).toEqual(['1.png', null, '2.png']);
    expect(failures(answer)).toEqual([[['_entities', 1], 'BAD_USER_INPUT']]);
  });

  it('is null also where nothing but lists of it is selected', async () => {
    const graph = await open([new RoomsProvider('phone')]);
    const answer = await graph.run(
      `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Container { attachments { nodes { id } } } } }`,
      { representations: [{ __typename: 'Room', id: 'gid://phone/Room/nobody' }] },
    );
    expect(answer.at('_entities')).toEqual([null]);
    expect(failures(answer)).toEqual([[['_entities', 0], 'NOT_FOUND']]);
  });

  it('fails by itself where its provider is down', async () => {
    const down = bulkProvider('cloud', () => new ContentError('PROVIDER_UNAVAILABLE', 'No answer', { provider: 'cloud' }));
    const graph = await open([everything('box').provider, down.provider]);
    const answer = await graph.run(entities, { representations: [attachment('cloud', '1'), attachment('box', '1')] });
    expect(filenames(answer)).toEqual([null, '1.png']);
    expect(failures(answer)).toEqual([[['_entities', 0], 'PROVIDER_UNAVAILABLE']]);
  });
});

describe('The limits of references', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => attachment('box', `${index}`));

  it('refuse more of them than configured, before anybody is asked', async () => {
    const { provider, calls } = everything('box');
    const graph = await open([provider], { maxRepresentations: 10 });
    expect((await graph.run(entities, { representations: many(10) })).errors).toEqual([]);
    const answer = await graph.run(entities, { representations: many(11) });
    expect(answer.errors).toMatchObject([
      { message: 'representations must be at most 10, got 11', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(calls).toEqual({ statMany: 1 });
  });

  it('count the lists that are asked of each', async () => {
    const { provider, calls } = everything('box');
    const graph = await open([provider]);
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on Attachment { versions(first: 100) { nodes { number } } } } }`;
    const answer = await graph.run(query, { representations: many(600) });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
    expect(answer.errors[0]?.message).toContain('costs 66000; at most 60000');
    expect(calls).toEqual({});
  });
});

describe('A supergraph with a `node` of its own', () => {
  it('has this one switched off, and every entity is still there', async () => {
    const graph = await openVaultGraph({ nodeQuery: false });
    opened.push(graph);
    const answer = await graph.run('{ node(id: "x") { id } nodes(ids: []) { id } }');
    expect(answer.errors.map(({ message }) => message)).toEqual([
      'Cannot query field "node" on type "Query".',
      'Cannot query field "nodes" on type "Query".',
    ]);
    const sdl = (await graph.run('{ _service { sdl } }')).at('_service.sdl');
    expect(sdl).not.toContain('nodes(');
    const found = await graph.run(entities, { representations: [{ __typename: 'Folder', id: graph.root }] });
    expect(found.errors).toEqual([]);
  });
});

function filenames(answer: GraphAnswer): unknown {
  const found = answer.at('_entities');
  return Array.isArray(found) ? found.map((entity: { filename?: string } | null) => entity?.filename ?? null) : found;
}

function failures(answer: GraphAnswer): unknown {
  const sorted = [...answer.errors].sort((a, b) => Number(a.path?.[1]) - Number(b.path?.[1]));
  return sorted.map(({ path, extensions }) => [path, extensions?.code]);
}
