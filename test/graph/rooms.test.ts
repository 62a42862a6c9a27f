import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type OpenGraph, openGraph, uploadOf } from '../support/graph-harness.js';
import { RoomsProvider } from '../support/rooms-provider.js';

let rooms: RoomsProvider;
let graph: OpenGraph;

beforeAll(async () => {
  rooms = new RoomsProvider('phone');
  graph = await openGraph([rooms]);
});

afterAll(() => graph.close());

beforeEach(() => {
  rooms.calls.length = 0;
});

const lobby = 'gid://phone/Room/lobby';
const message = 'gid://phone/Message/3';

describe('Rooms and messages', () => {
  it('are containers with ids of their own types', async () => {
    const answer = await graph.run(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Container { name parent { id } }
         ... on Message { text incoming participants { name role address } } } }`,
      { ids: [lobby, message] },
    );
    expect(answer.errors).toEqual([]);
    expect(answer.at('nodes')).toEqual([
      { __typename: 'Room', id: lobby, name: 'Lobby', parent: null },
      {
        __typename: 'Message',
        id: message,
        name: 'Message 3',
        parent: { id: lobby },
        text: 'Message 3',
        incoming: null,
        participants: [{ name: 'Ada', role: 'from', address: '+31 10 1234567' }],
      },
    ]);
  });

  it('are found by their id in `container` as well, and no other type of that id is', async () => {
    const answer = await graph.run('query ($id: ID!) { container(id: $id) { __typename name } }', { id: message });
    expect(answer.at('container')).toEqual({ __typename: 'Message', name: 'Message 3' });
    const other = await graph.run('query ($id: ID!) { container(id: $id) { name } }', { id: 'gid://phone/Room/3' });
    expect([other.at('container'), other.errors[0]?.extensions?.code]).toEqual([null, 'NOT_FOUND']);
  });

  it('tell whether a message came or went', async () => {
    const answer = await graph.run(
      'query ($id: ID!) { container(id: $id) { containers { nodes { ... on Message { incoming } } } } }',
      { id: lobby },
    );
    expect(answer.at('container.containers.nodes')).toEqual([{ incoming: null }, { incoming: true }, { incoming: false }]);
  });

  it('take uploads', async () => {
    const answer = await graph.run(
      'mutation ($input: UploadAttachmentsInput!) { uploadAttachments(input: $input) { results { filename error { message } } } }',
      { input: { container: message, files: [{ file: uploadOf('hello.txt', 'hello') }] } },
    );
    expect(answer.at('uploadAttachments.results')).toEqual([{ filename: 'hello.txt', error: null }]);
    expect(rooms.uploads).toMatchObject([{ type: 'Message', id: '3' }]);
  });

  it('are not read again after an upload: the bytes are far away', async () => {
    await graph.run(
      'mutation ($input: UploadAttachmentsInput!) { uploadAttachments(input: $input) { results { attachment { id filename } } } }',
      { input: { container: message, files: [{ file: uploadOf('hello.txt', 'hello') }] } },
    );
    expect(rooms.calls).toEqual([]);
  });
});

describe('The order of a list', () => {
  it('is one that the provider has, where none is asked for', async () => {
    const answer = await graph.run('query ($id: ID!) { container(id: $id) { attachments { nodes { filename } } } }', {
      id: message,
    });
    expect(answer.errors).toEqual([]);
    expect(rooms.calls).toEqual(['list Message 3 NAME_ASC']);
    await graph.run('{ provider(name: "phone") { attachments { nodes { id } } } }');
    expect(rooms.calls.at(-1)).toMatch(/NAME_ASC$/);
  });

  it('that the provider does not have is refused when it is asked for', async () => {
    const answer = await graph.run('{ provider(name: "phone") { attachments(orderBy: SIZE_DESC) { nodes { id } } } }');
    expect(answer.errors[0]?.extensions?.code).toBe('NOT_SUPPORTED_BY_PROVIDER');
    expect(rooms.calls).toEqual([]);
  });
});
