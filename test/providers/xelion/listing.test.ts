import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ContainerKey } from '../../../src/attachment.js';
import type { AttachmentQuery, PageRequest, Provider } from '../../../src/providers/provider.js';
import { callWith } from '../../support/vault.js';
import { ask, createGroup, openXelionSandbox, sendFile, type XelionSandbox } from '../../support/xelion.js';

let xelion: XelionSandbox;
let provider: Required<Provider>;
beforeEach(async () => {
  xelion = await openXelionSandbox({ seed: false });
  provider = xelion.provider as Required<Provider>;
});
afterEach(() => xelion.close());

const call = callWith();
const ahead = { attachments: true, pictures: [{ kind: 'thumbnail', size: 160, format: 'JPEG' }] } as const;
const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="teal"/></svg>';

async function fill(chat: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await sendFile(xelion.url, chat, { filename: `${number}.svg`, contentType: 'image/svg+xml', bytes: picture });
  }
}

const say = (chat: string, text: string) => ask(`${xelion.url}/chats/${chat}/messages`, { method: 'POST', body: { text } });
const newest: AttachmentQuery = { orderBy: 'MODIFIED_DESC' };
const list = (page: Partial<PageRequest>, query = newest) => provider.list(query, { first: 50, after: null, ...page }, call);
const roomOf = (id: string): ContainerKey => ({ type: 'Room', id });
const attach = (communication: string, attachment: string) =>
  ask(`${xelion.url}/communications/${communication}`, {
    method: 'PATCH',
    body: { operations: [{ op: 'add', path: '/attachments/1', value: attachment }] },
  });

describe('Fifty messages with their attachments and pictures', () => {
  it('are one request', async () => {
    await fill(await createGroup(xelion.url, 'Files'), 50);
    xelion.sandbox.log.clear();
    const { items, hasNextPage } = await provider.listContainers(null, { first: 50, after: null, ahead }, call);
    expect(xelion.sandbox.log.requests().map(({ path }) => decodeURIComponent(path))).toEqual([
      '/api/v1/master/communications?include=attachments,thumbnails&limit=50',
    ]);
    expect([items.length, hasNextPage]).toEqual([50, false]);
    for (const { attachments } of items) {
      expect(attachments).toMatchObject([{ item: { hasThumbnail: true }, picture: { sizeCap: null } }]);
      expect(attachments?.[0]?.picture?.bytes.subarray(0, 2).toString('hex')).toBe('ffd8');
    }
    expect(items[0]?.item.name).toBe('50.svg');
  });

  it('tell no pictures where none are wanted', async () => {
    await fill(await createGroup(xelion.url, 'Files'), 1);
    const { items } = await provider.listContainers(null, { first: 50, after: null }, call);
    expect(items[0]?.attachments?.[0]).toMatchObject({ item: { filename: '1.svg' } });
    expect(items[0]?.attachments?.[0]).not.toHaveProperty('picture');
  });
});

describe('The messages of the account', () => {
  it('are paged by the message', async () => {
    await fill(await createGroup(xelion.url, 'Files'), 5);
    const first = await provider.listContainers(null, { first: 3, after: null }, call);
    await fill(await createGroup(xelion.url, 'Later'), 1);
    const second = await provider.listContainers(null, { first: 3, after: first.items[2]?.cursor ?? null }, call);
    expect([...first.items, ...second.items].map(({ item }) => item.name)).toEqual(['5.svg', '4.svg', '3.svg', '2.svg', '1.svg']);
    expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false]);
  });

  it.each(['nonsense', '', '7', '1-2'])('refuse the cursor %j', async (after) => {
    await expect(provider.listContainers(null, { first: 3, after }, call)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('hold attachments that list gives by the same cursors', async () => {
    const chat = await createGroup(xelion.url, 'Files');
    const [communication = ''] = (await sendFile(xelion.url, chat, svg('a.svg'))).split('-');
    const [, other = ''] = (await sendFile(xelion.url, chat, svg('b.svg'))).split('-');
    await attach(communication, other);
    const { items } = await provider.listContainers(null, { first: 9, after: null }, call);
    const told = items.find(({ item }) => item.id === communication)?.attachments ?? [];
    const query = { ...newest, container: { type: 'Message', id: communication } } as const;
    expect((await list({}, query)).items).toEqual(told);
    expect((await list({ after: told[0]?.cursor ?? null }, query)).items).toEqual(told.slice(1));
  });
});

const svg = (filename: string) => ({ filename, contentType: 'image/svg+xml', bytes: picture });

describe('The attachments of the account', () => {
  it('cost one request for a page of messages', async () => {
    const chat = await createGroup(xelion.url, 'Files');
    await fill(chat, 3);
    for (let number = 0; number < 20; number += 1) await say(chat, `text ${number}`);
    xelion.sandbox.log.clear();
    const { items, hasNextPage } = await list({ first: 3 });
    expect([items.map(({ item }) => item.filename), hasNextPage]).toEqual([['3.svg', '2.svg', '1.svg'], false]);
    expect(xelion.sandbox.log.requests()).toHaveLength(1);
  });

  it('bring their pictures along where they are wanted', async () => {
    await fill(await createGroup(xelion.url, 'Files'), 3);
    const { items } = await list({ first: 2, ahead });
    expect(items).toMatchObject([{ picture: { sizeCap: null } }, { picture: { sizeCap: null } }]);
  });

  it('go on in the middle of a message that has several', async () => {
    const chat = await createGroup(xelion.url, 'Files');
    const oldest = await sendFile(xelion.url, chat, svg('a.svg'));
    const [communication = '', b = ''] = (await sendFile(xelion.url, chat, svg('b.svg'))).split('-');
    const [, c = ''] = (await sendFile(xelion.url, chat, svg('c.svg'))).split('-');
    await attach(communication, c);
    const pages = [];
    for (let after: string | null = null; ; ) {
      const page = await list({ first: 1, after });
      pages.push(...page.items.map(({ item }) => item.id));
      after = page.items[0]?.cursor ?? null;
      if (!page.hasNextPage) break;
    }
    expect(pages).toHaveLength(4);
    expect(pages.slice(1)).toEqual([`${communication}-${c}`, `${communication}-${b}`, oldest]);
  });

  it('are narrowed by time at the server', async () => {
    await fill(await createGroup(xelion.url, 'Files'), 1);
    xelion.sandbox.log.clear();
    const query = { ...newest, modifiedAfter: new Date('2020-01-01'), modifiedBefore: new Date('2021-01-01') };
    expect((await list({}, query)).items).toEqual([]);
    expect(xelion.sandbox.log.requests(/from=2020-01-01\+00%3A00%3A00&until=2021-01-01/)).toHaveLength(1);
  });

  it('until a time that lies far ahead are all', async () => {
    await fill(await createGroup(xelion.url, 'Files'), 1);
    const { items } = await list({}, { ...newest, modifiedBefore: new Date('9999-12-31T23:59:59Z') });
    expect(items.map(({ item }) => item.filename)).toEqual(['1.svg']);
  });

  it('in a state that none can have are none, without a request', async () => {
    expect((await list({}, { ...newest, states: ['TRASHED'] })).items).toEqual([]);
    expect(xelion.sandbox.log.requests()).toEqual([]);
  });

  it('are not looked for beyond 5,000 messages', async () => {
    const data = Array.from({ length: 5_000 }, (_, number) => ({ object: { oid: `${number + 1}` } }));
    const body = JSON.stringify({ data, meta: { paging: { previousId: '1' } } });
    xelion.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body });
    await expect(list({})).rejects.toMatchObject({
      code: 'QUERY_TOO_COMPLEX',
      message: expect.stringMatching(/room or message.*modifiedAfter/),
    });
  });

  it('come once where a page holds the message of its cursor again', async () => {
    const oids = [9, 8, 7, 6, 5, 4, 3];
    const attached = (oid: number) => ({ oid, attachments: [{ oid: oid * 10, originalLocation: `${oid}.txt` }] });
    // The page from each message on, that message included.
    for (const [at, oid] of oids.entries()) {
      const data = oids.slice(at, at + 3).map((each) => ({ object: attached(each) }));
      const paging = at + 3 < oids.length ? { previousId: oids[at + 2] } : {};
      const body = JSON.stringify({ data, meta: { paging } });
      xelion.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body, path: `before=${oid}` });
      if (at === 0) xelion.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body, path: '^(?!.*before=)' });
    }
    const { items } = await list({});
    expect(items.map(({ item }) => item.filename)).toEqual(oids.map((oid) => `${oid}.txt`));
    const first = await provider.listContainers(null, { first: 2, after: null }, call);
    const second = await provider.listContainers(null, { first: 2, after: first.items[1]?.cursor ?? null }, call);
    expect([...first.items, ...second.items].map(({ item }) => item.id)).toEqual(['9', '8', '7', '6']);
    expect(second.hasNextPage).toBe(true);
  });

  it('end where the server leads to the same page again', async () => {
    const body = JSON.stringify({ data: [{ object: { oid: '9' } }], meta: { paging: { previousId: '9' } } });
    xelion.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body });
    expect(await list({})).toEqual({ items: [], hasNextPage: false });
    expect(xelion.sandbox.log.requests()).toHaveLength(2);
  });
});

describe('A room', () => {
  it('tells its messages with their attachments and pictures in two requests', async () => {
    const [room, other] = [await createGroup(xelion.url, 'Room'), await createGroup(xelion.url, 'Other')];
    await fill(room, 4);
    await fill(other, 2);
    await say(room, 'the last');
    xelion.sandbox.log.clear();
    const { items } = await provider.listContainers(roomOf(room), { first: 50, after: null, ahead }, call);
    expect(xelion.sandbox.log.requests()).toHaveLength(2);
    expect(items.map(({ item }) => item.name)).toEqual(['the last', '4.svg', '3.svg', '2.svg', '1.svg']);
    expect(items.map(({ item }) => item.parent)).toEqual(items.map(() => ({ provider: 'xelion', ...roomOf(room) })));
    expect(items.map(({ attachments }) => attachments?.[0]?.picture === undefined)).toEqual([true, false, false, false, false]);
    expect(items[0]?.item.message?.participants[0]).toEqual({ name: 'Arno', role: 'from', address: null });
  });

  it('lists its attachments in any order', async () => {
    const [room, other] = [await createGroup(xelion.url, 'Room'), await createGroup(xelion.url, 'Other')];
    await fill(room, 4);
    await fill(other, 1);
    for (const orderBy of ['MODIFIED_DESC', 'MODIFIED_ASC', 'NAME_ASC'] as const) {
      const { items } = await list({}, { orderBy, container: roomOf(room) });
      const names = items.map(({ item }) => item.filename);
      expect(orderBy === 'MODIFIED_DESC' ? names.reverse() : names).toEqual(['1.svg', '2.svg', '3.svg', '4.svg']);
    }
  });

  it('that is not there is NOT_FOUND', async () => {
    await expect(list({}, { ...newest, container: roomOf('7') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(provider.listContainers(roomOf('7'), { first: 9, after: null }, call)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
