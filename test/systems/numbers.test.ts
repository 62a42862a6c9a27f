import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Attachment, ContainerKey } from '../../src/attachment.js';
import { openAccount } from '../../src/composition/accounts.js';
import { accountOfSandbox } from '../../src/composition/sandboxes.js';
import { toGlobalId } from '../../src/graph/global-id.js';
import type { Provider } from '../../src/providers/provider.js';
import type { Product } from '../../src/sandbox/simulator.js';
import { type FiveSystems, openFiveSystems } from '../support/five-systems.js';
import { call } from '../support/vault.js';
import { createGroup } from '../support/xelion.js';

let systems: FiveSystems;
beforeAll(async () => {
  systems = await openFiveSystems();
});
afterAll(() => systems.close());

/** Pictures that somebody put into a system by other ways than ours. */
async function fill(product: Product, count: number, into: (provider: Provider) => Promise<ContainerKey>) {
  const provider = (await openAccount(accountOfSandbox(systems.sandboxes[product]))) as Required<Provider>;
  const container = await into(provider);
  const attachments: Attachment[] = [];
  for (let number = 0; number < count; number += 1) {
    const content = Readable.from([await picture(number)], { objectMode: false });
    const filename = `picture ${number}.jpg`;
    const upload = { content, contentType: 'image/jpeg', digest: null, container, filename, onCollision: 'FAIL' } as const;
    attachments.push(await provider.write(upload, call));
  }
  await provider.close();
  return { container, ids: attachments.map(({ id }) => toGlobalId(product, 'Attachment', id)) };
}

function picture(number: number): Promise<Buffer> {
  const background = { r: number, g: 255 - number, b: 99 };
  return sharp({ create: { width: 640, height: 480, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

async function newFolder(provider: Provider): Promise<ContainerKey> {
  const root = provider.facts.rootContainer;
  if (!root || !provider.createContainer) throw new Error('There are no folders');
  return provider.createContainer(root, `Folder ${Date.now()}`, call);
}

/** Asks twice: the requests of the first time, of the second, and what came. */
async function askTwice(product: Product, query: string, variables = {}) {
  let answer = await systems.ask('{ __typename }');
  const ask = async () => {
    answer = await systems.ask(query, variables);
  };
  const first = await systems.requestsWhile(product, ask);
  const again = await systems.requestsWhile(product, ask);
  expect(answer.errors).toEqual([]);
  return { first, again, answer };
}

function base64s(value: unknown): readonly unknown[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => (key === 'base64' ? [item] : base64s(item)));
}

describe('The requests that a system gets', () => {
  it('are 1 for 50 Xelion communications with attachments and thumbnails as base64', async () => {
    await fill('xelion', 50, newChat);
    const { first, again, answer } = await askTwice(
      'xelion',
      `{ provider(name: "xelion") { containers(first: 50) { nodes { name
         ... on Message { attachments { nodes { filename thumbnail(size: 160) { base64 } } } } } } } }`,
    );
    expect([first.length, again.length]).toEqual([1, 0]);
    expect(base64s(answer.data)).toHaveLength(50);
    expect(base64s(answer.data)).toEqual(Array(50).fill(expect.any(String)));
  });

  it('are 1 for the metadata of 100 Oracle attachments by id, 100 more for their thumbnails, and then none', async () => {
    const { ids } = await fill('oracle-content', 100, newFolder);
    const metadata = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Attachment { filename sizeBytes } } }';
    const pictures = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Attachment { thumbnail(size: 160) { base64 } } } }';
    const named = await askTwice('oracle-content', metadata, { ids });
    expect([named.first.length, named.again.length]).toEqual([1, 0]);
    const drawn = await askTwice('oracle-content', pictures, { ids });
    expect([drawn.first.length, drawn.again.length]).toEqual([100, 0]);
    expect(base64s(drawn.answer.data)).toEqual(Array(100).fill(expect.any(String)));
  });

  it('are 1 for a Box folder of 100 files with the URLs of their thumbnails', async () => {
    const { container } = await fill('box', 100, newFolder);
    const { first, again, answer } = await askTwice(
      'box',
      `query ($id: ID!) { container(id: $id) { attachments(first: 100) { nodes { filename contentType sizeBytes modifiedAt
         thumbnail { url } } } } }`,
      { id: toGlobalId('box', 'Folder', container.id) },
    );
    expect([first.length, again.length]).toEqual([1, 0]);
    expect(answer.at('container.attachments.nodes')).toHaveLength(100);
  });

  it('are 1 for a Virola room of 50 messages with their attachments', async () => {
    const room = await roomOfManyMessages();
    const { first, again, answer } = await askTwice(
      'virola',
      `query ($id: ID!) { container(id: $id) { containers(first: 50) { nodes { name
         ... on Message { text attachments { nodes { filename sizeBytes state } } } } } } }`,
      { id: room },
    );
    expect([first.length, again.length]).toEqual([1, 0]);
    expect(answer.at('container.containers.nodes')).toHaveLength(50);
  });

  it('are 1 for 20 aliases of one thumbnail', async () => {
    const { ids } = await fill('oracle-content', 1, newFolder);
    const aliases = Array.from({ length: 20 }, (_, index) => `a${index}: thumbnail(size: 160) { base64 }`).join(' ');
    const { first, answer } = await askTwice('oracle-content', `query ($id: ID!) { attachment(id: $id) { ${aliases} } }`, {
      id: ids[0],
    });
    expect(first.filter((request) => request.includes('/data/'))).toHaveLength(1);
    expect(new Set(base64s(answer.data)).size).toBe(1);
  });

  it('are 1 for one thumbnail that 20 clients ask for at once', async () => {
    const { ids } = await fill('box', 1, newFolder);
    const query = 'query ($id: ID!) { attachment(id: $id) { thumbnail(size: 160) { base64 } } }';
    const requests = await systems.requestsWhile('box', () =>
      Promise.all(Array.from({ length: 20 }, () => systems.ask(query, { id: ids[0] }))),
    );
    expect(requests.filter((request) => request.includes('thumbnail'))).toHaveLength(1);
    expect(requests).toHaveLength(2);
  });

  it('are none for what was not selected', async () => {
    for (const product of ['box', 'oracle-content', 'xelion', 'virola'] as const) {
      const requests = await systems.requestsWhile(product, () =>
        systems.ask('{ providers { id name kind sandbox capabilities { list ranges thumbnailSizes } } viewer { name } }'),
      );
      expect(requests).toEqual([]);
    }
  });
});

async function newChat(): Promise<ContainerKey> {
  return { type: 'Room', id: await createGroup(`${systems.sandboxes.xelion.url}/api/v1/master`, 'Pictures') };
}

async function roomOfManyMessages(): Promise<string> {
  const rooms = await systems.ask(
    '{ provider(name: "virola") { containers { nodes { id containers(first: 50) { nodes { id } } } } } }',
  );
  const nodes = rooms.at('provider.containers.nodes') as readonly {
    readonly id: string;
    readonly containers: { readonly nodes: readonly unknown[] };
  }[];
  const room = nodes.find(({ containers }) => containers.nodes.length === 50);
  if (!room) throw new Error('No room has 50 messages');
  return room.id;
}
