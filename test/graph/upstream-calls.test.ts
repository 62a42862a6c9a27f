import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type OpenGraph, openGraph } from '../support/graph-harness.js';
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
  rooms.hints.length = 0;
});

const lobby = 'gid://phone/Room/lobby';

describe('A container by its id', () => {
  it('costs no call of its own where only lists are selected', async () => {
    const answer = await graph.run(
      `query ($id: ID!) { container(id: $id) { __typename id provider { name } containers { nodes { id } } attachments { nodes { id } } } }`,
      { id: lobby },
    );
    expect(answer.errors).toEqual([]);
    expect(answer.at('container')).toMatchObject({ __typename: 'Room', id: lobby, provider: { name: 'phone' } });
    expect(rooms.calls).toEqual(['listContainers lobby', 'list Room lobby NAME_ASC']);
  });

  it('that is not there is NOT_FOUND then, by its list', async () => {
    const query = '{ container(id: "gid://phone/Room/nowhere") { attachments { nodes { id } } } }';
    expect((await graph.run(query)).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const elsewhere = '{ container(id: "gid://nobody/Room/lobby") { attachments { nodes { id } } } }';
    expect(await graph.run(elsewhere)).toMatchObject({
      data: { container: null },
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  });

  it('is asked for once where anything else of it is selected, in whichever fragment', async () => {
    const query = `{ container(id: "${lobby}") { ...Named attachments { nodes { id } } ... on Message { text } } }
      fragment Named on Room { name }`;
    await graph.run(query);
    expect(rooms.calls).toEqual(['statContainer Room lobby', 'list Room lobby NAME_ASC']);
  });

  it('is not asked for because of fields that are skipped, or are those of another type', async () => {
    const query = `query ($no: Boolean!) { container(id: "${lobby}") {
      attachments { nodes { id } } name @include(if: $no) createdAt @skip(if: true) ... on Message { text } } }`;
    await graph.run(query, { no: false });
    expect(rooms.calls).toEqual(['list Room lobby NAME_ASC']);
  });

  it('is looked up where nothing would tell otherwise that it is not there', async () => {
    const answer = await graph.run('{ container(id: "gid://phone/Room/nowhere") { id } }');
    expect([answer.at('container'), answer.errors[0]?.extensions?.code]).toEqual([null, 'NOT_FOUND']);
  });
});

describe('Messages with their attachments', () => {
  const query = `{ container(id: "${lobby}") { containers { nodes { name attachments { nodes { id filename container { id } } totalCount } } } } }`;

  it('cost one call where the provider tells them along', async () => {
    const answer = await graph.run(query);
    expect(answer.errors).toEqual([]);
    expect(answer.at('container.containers.nodes.1')).toEqual({
      name: 'Message 2',
      attachments: {
        nodes: [
          { id: 'gid://phone/Attachment/2a', filename: '2a.txt', container: { id: 'gid://phone/Message/2' } },
          { id: 'gid://phone/Attachment/2b', filename: '2b.txt', container: { id: 'gid://phone/Message/2' } },
        ],
        totalCount: 2,
      },
    });
    expect(rooms.calls).toEqual(['listContainers lobby']);
  });

  it('go on behind a cursor with a call', async () => {
    const first = `{ container(id: "${lobby}") { containers(first: 1) { nodes { attachments(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } } } } } }`;
    const answer = await graph.run(first);
    expect(answer.at('container.containers.nodes.0.attachments')).toMatchObject({
      nodes: [{ id: 'gid://phone/Attachment/3a' }],
      pageInfo: { hasNextPage: true },
    });
    const after = answer.at('container.containers.nodes.0.attachments.pageInfo.endCursor');
    const next = await graph.run(
      'query ($after: String) { container(id: "gid://phone/Message/3") { attachments(after: $after) { nodes { id } } } }',
      { after },
    );
    expect(next.at('container.attachments.nodes')).toEqual([{ id: 'gid://phone/Attachment/3b' }]);
    expect(rooms.calls).toEqual(['listContainers lobby', 'list Message 3 NAME_ASC']);
  });

  it('are not asked for where they are not selected', async () => {
    await graph.run(`{ provider(name: "phone") { name containers { nodes { id name } } } }`);
    expect(rooms.calls).toEqual(['listContainers top']);
    expect(rooms.hints).toEqual([{}]);
  });

  it('prime what else the query asks of them', async () => {
    await graph.run(
      `{ container(id: "${lobby}") { containers { nodes { attachments { nodes { container { name parent { name } } } } } } } }`,
    );
    expect(rooms.calls).toEqual(['listContainers lobby', 'statContainer Room lobby']);
  });
});

describe('What will be asked of a list', () => {
  const hintOf = async (query: string, variables = {}) => {
    const answer = await graph.run(query, variables);
    expect(answer.errors).toEqual([]);
    return rooms.hints[0];
  };
  const ofProvider = (attachment: string, more = '') => {
    const declared = ['$size: Int = 100', '$yes: Boolean! = true'].filter((variable) =>
      attachment.includes(variable.split(':')[0] ?? ''),
    );
    const head = declared.length > 0 ? `query (${declared.join(', ')})` : 'query';
    return `${head} { provider(name: "phone") { attachments { ${attachment} } } } ${more}`;
  };
  const jpeg = (size: number) => ({ kind: 'thumbnail', size, format: 'JPEG' });

  it.each([
    ['bytes', 'nodes { thumbnail(size: 100) { base64 } }', [jpeg(128)]],
    ['a size', 'nodes { thumbnail { width } }', [jpeg(320)]],
    [
      'a state, below edges',
      'edges { node { thumbnail(format: PNG) { state } } }',
      [{ kind: 'thumbnail', size: 320, format: 'PNG' }],
    ],
    ['a variable', 'nodes { thumbnail(size: $size) { dataUrl } }', [jpeg(128)]],
    [
      'two sizes under two names',
      'nodes { a: thumbnail(size: 64) { base64 } b: thumbnail(size: 640) { base64 } }',
      [jpeg(64), jpeg(640)],
    ],
    ['one twice', 'nodes { a: thumbnail(size: 300) { base64 } } edges { node { thumbnail(size: 310) { madeBy } } }', [jpeg(320)]],
    ['a page', 'nodes { rendition(page: 2, width: 600) { base64 } }', [{ kind: 'page', page: 2, width: 640, format: 'PNG' }]],
    ['what an inline fragment selects', 'nodes { ... on Attachment { ... { thumbnail { reason } } } }', [jpeg(320)]],
    ['what is included', 'nodes { thumbnail { base64 @include(if: $yes) } }', [jpeg(320)]],
  ])('are pictures: %s', async (_, attachment, pictures) => {
    expect(await hintOf(ofProvider(attachment))).toEqual({ pictures });
  });

  it('are pictures: what a named fragment selects', async () => {
    const fragment = 'fragment Card on Attachment { thumbnail(size: 100) { ...Bytes } } fragment Bytes on Thumbnail { base64 }';
    expect(await hintOf(ofProvider('nodes { ...Card }', fragment))).toEqual({ pictures: [jpeg(128)] });
  });

  it.each([
    ['a URL', 'nodes { thumbnail { url format contentType __typename } }'],
    ['what is skipped', 'nodes { thumbnail { url base64 @skip(if: $yes) } }'],
    ['another version', 'nodes { thumbnail(version: 1) { url } }'],
    ['a rendition by its name', 'nodes { id }'],
  ])('are no pictures: %s', async (_, attachment) => {
    expect((await graph.run(ofProvider(attachment))).errors).toEqual([]);
    expect(rooms.hints[0]).toEqual({});
  });

  it('are the attachments of messages, with their pictures', async () => {
    const attachments = 'attachments { nodes { thumbnail(size: 64) { base64 } } }';
    const hint = await hintOf(`{ container(id: "${lobby}") { containers { nodes { ${attachments} } } } }`);
    expect(hint).toEqual({ attachments: true, pictures: [jpeg(64)] });
  });

  it('reaches every provider of a common list', async () => {
    await graph.run('{ attachments(orderBy: NAME_ASC) { nodes { thumbnail(size: 64) { base64 } } } }');
    expect(rooms.hints).toEqual([{ pictures: [jpeg(64)] }]);
  });
});

describe('A field that was not selected', () => {
  it.each([
    [
      'metadata and URLs of an attachment',
      '{ attachment(id: "gid://phone/Attachment/3a") { filename hasThumbnail thumbnail { url format contentType } content { url } } }',
      ['stat 3a'],
    ],
    ['a page by its URL', '{ attachment(id: "gid://phone/Attachment/3a") { rendition(page: 1) { url name } } }', ['stat 3a']],
    ['a provider', '{ provider(name: "phone") { id name kind sandbox capabilities { list } } }', []],
    [
      'the container of an attachment, by its id',
      '{ attachment(id: "gid://phone/Attachment/3a") { container { id provider { name } } } }',
      ['stat 3a'],
    ],
  ])('costs no call: %s', async (_, query, calls) => {
    expect((await graph.run(query)).errors).toEqual([]);
    expect(rooms.calls).toEqual(calls);
  });
});
