import { afterEach, describe, expect, it } from '@jest/globals';
import type { Attachment, Container } from '../../../src/attachment.js';
import type { AttachmentQuery, Page, PageRequest } from '../../../src/providers/provider.js';
import { call } from '../../support/vault.js';
import { openVirolaSandbox, postMessage, sendFile, type VirolaSandbox, type VirolaSandboxOptions } from '../../support/virola.js';

let opened: VirolaSandbox | null = null;

afterEach(async () => {
  await opened?.close();
  opened = null;
});

async function open(options: VirolaSandboxOptions = {}): Promise<VirolaSandbox> {
  opened = await openVirolaSandbox(options);
  return opened;
}

const room = (id: number) => ({ type: 'Room', id: `${id}` }) as const;
const firstPage = (first: number): PageRequest => ({ first, after: null });

async function allOf<T>(first: number, next: (page: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page<T> = await next({ first, after });
    found.push(...page.items.map(({ item }) => item));
    after = page.items.at(-1)?.cursor ?? null;
    if (!page.hasNextPage || after === null) return found;
  }
}

const allAttachments = ({ provider }: VirolaSandbox, query: AttachmentQuery, first: number): Promise<readonly Attachment[]> =>
  allOf(first, (page) => provider.list(query, page, call));

const allMessages = ({ provider }: VirolaSandbox, id: number, first: number): Promise<readonly Container[]> =>
  allOf(first, (page) => provider.listContainers(room(id), page, call));

describe('Rooms', () => {
  it('are listed by name, page by page', async () => {
    const { provider } = await open();
    const rooms = await allOf(2, (page) => provider.listContainers(null, page, call));
    const names = [
      'Announcements',
      'Documents',
      'General',
      'Harbour project',
      'Long conversation',
      'Old office',
      'Uploads under way',
    ];
    expect(rooms.map(({ name }) => name)).toEqual(names);
    expect(rooms[1]).toEqual({
      provider: 'virola',
      type: 'Room',
      id: '6',
      name: 'Documents',
      createdAt: expect.any(Date),
      parent: null,
    });
  });

  it('that the account may not see are not there', async () => {
    const { provider } = await open();
    expect(await provider.statContainer('Room', '11', call)).toBeNull();
    await expect(provider.listContainers(room(11), firstPage(1), call)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(provider.list({ container: room(11), orderBy: 'NAME_ASC' }, firstPage(1), call)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('Messages', () => {
  it('of a room, 50 of them with their attachments, are one request', async () => {
    const virola = await open();
    const { items, hasNextPage } = await virola.provider.listContainers(room(9), firstPage(50), call);
    expect([items.length, hasNextPage]).toEqual([50, true]);
    expect(items.flatMap(({ attachments }) => attachments ?? [])).toHaveLength(5);
    expect(virola.sandbox.log.requests()).toHaveLength(1);
  });

  it.each(['inclusive', 'exclusive'] as const)('come newest first, none twice, whether cursors are %s', async (cursor) => {
    const virola = await open({ cursor });
    const messages = await allMessages(virola, 9, 37);
    expect(messages).toHaveLength(300);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(300);
    expect(messages[0]).toMatchObject({
      type: 'Message',
      name: 'Message 300 of a long conversation',
      parent: { provider: 'virola', ...room(9) },
      message: { text: 'Message 300 of a long conversation', incoming: null, participants: [{ name: 'User 3', role: 'from' }] },
    });
  });

  it('cost one request for each page of 50, and none for the end', async () => {
    const virola = await open();
    await allMessages(virola, 9, 50);
    expect(virola.sandbox.log.requests()).toHaveLength(6);
  });

  it('that come meanwhile neither repeat nor hide others', async () => {
    const virola = await open();
    const first = await virola.provider.listContainers(room(9), firstPage(2), call);
    await postMessage(virola.url, 'new', 9);
    const second = await virola.provider.listContainers(room(9), { first: 2, after: first.items[1]?.cursor ?? null }, call);
    expect(second.items.map(({ item }) => item.name)).toEqual([
      'Message 298 of a long conversation',
      'Message 297 of a long conversation',
    ]);
  });

  it.each(['inclusive', 'exclusive'] as const)('are found by their id in one request where cursors are %s', async (cursor) => {
    const virola = await open({ cursor });
    const found = await virola.provider.statContainer('Message', '6-1234567', call);
    expect(found).toMatchObject({
      id: '6-1234567',
      name: 'The contract, for everybody to read',
      parent: { type: 'Room', id: '6' },
    });
    expect(virola.sandbox.log.requests()).toHaveLength(1);
  });

  it.each(['6-1', '2-1234567', '6', '6-', '6-1234567-1', '0-1', 'x-1', '6-1-2-3'])('of the id %s are none', async (id) => {
    const { provider } = await open();
    expect(await provider.statContainer('Message', id, call)).toBeNull();
  });

  it('tell their attachments along as a list of them does', async () => {
    const { provider } = await open();
    const { items } = await provider.listContainers(room(2), firstPage(50), call);
    for (const { item, attachments } of items) {
      const listed = await provider.list({ container: item, orderBy: 'MODIFIED_DESC' }, firstPage(50), call);
      expect(attachments).toEqual(listed.items);
    }
  });

  it('hold comments, which are messages too', async () => {
    const { provider } = await open();
    const { items } = await provider.listContainers(room(3), firstPage(50), call);
    const plan = items.at(-1)?.item;
    if (!plan) throw new Error('The room is empty');
    const comments = await provider.listContainers(plan, firstPage(50), call);
    expect(comments.items).toMatchObject([{ item: { name: 'Page 2 has changed', parent: { id: plan.id } } }]);
    const comment = comments.items[0]?.item;
    expect(await provider.statContainer('Message', comment?.id ?? '', call)).toEqual(comment);
    const elsewhere = comment?.id.replace(/^3-/, '6-') ?? '';
    expect(await provider.statContainer('Message', elsewhere, call)).toBeNull();
    const inComment = await provider.list({ container: comment ?? plan, orderBy: 'NAME_ASC' }, firstPage(1), call);
    expect(inComment.items[0]?.item).toMatchObject({ filename: 'floor-plan-page2.png', container: { id: comment?.id } });
  });
});

describe('Attachments', () => {
  it('of a room come newest first, whatever the size of the pages', async () => {
    const virola = await open();
    const query = { container: room(9), orderBy: 'MODIFIED_DESC' } as const;
    const all = await allAttachments(virola, query, 50);
    expect(all).toHaveLength(30);
    expect(await allAttachments(virola, query, 3)).toEqual(all);
    const times = all.map(({ modifiedAt }) => modifiedAt?.getTime() ?? 0);
    expect(times).toEqual([...times].sort((one, other) => other - one));
  });

  it('of the whole account hold those of all rooms once', async () => {
    const virola = await open();
    const byName = await allAttachments(virola, { orderBy: 'NAME_ASC' }, 50);
    const latest = await allAttachments(virola, { orderBy: 'MODIFIED_DESC' }, 7);
    expect(latest.map(({ id }) => id).sort()).toEqual(byName.map(({ id }) => id).sort());
    const containers = latest.map(({ container }) => Number(container?.id.split('-')[1]));
    expect(containers).toEqual([...containers].sort((one, other) => other - one));
  });

  it('of the whole account are read from the rooms that have the latest only', async () => {
    const virola = await open({ seed: true });
    await sendFile(virola.url, { filename: 'new.txt', contentType: 'text/plain', bytes: 'new' }, 6);
    virola.sandbox.log.clear();
    const page = await virola.provider.list({ orderBy: 'MODIFIED_DESC' }, firstPage(1), call);
    expect(page.items[0]?.item.filename).toBe('new.txt');
    expect(virola.sandbox.log.requests(/rooms\/6\/messages/)).toHaveLength(1);
    // Nobody has said anything in it for longest.
    expect(virola.sandbox.log.requests(/rooms\/7\/messages/)).toEqual([]);
  });

  it('of one message are one request', async () => {
    const virola = await open();
    const query = { container: { type: 'Message', id: '6-1234567' }, orderBy: 'SIZE_DESC' } as const;
    expect((await virola.provider.list(query, firstPage(5), call)).items.map(({ item }) => item.id)).toEqual(['3423']);
    expect(virola.sandbox.log.requests()).toHaveLength(1);
  });

  it('are filtered on the way', async () => {
    const virola = await open();
    const query = { orderBy: 'MODIFIED_DESC', contentTypes: ['application/pdf'] } as const;
    const names = (await allAttachments(virola, query, 2)).map(({ filename }) => filename);
    expect([...names].sort()).toEqual(['Document.pdf', 'Invoice 2025-0107.pdf', 'floor-plan.pdf']);
  });

  it('in a container of another type are not found', async () => {
    const { provider } = await open();
    const containers = [
      { type: 'Folder', id: '2' },
      { type: 'Message', id: '6-1' },
      { type: 'Message', id: 'x' },
    ] as const;
    const codes = containers.map((container) =>
      provider.list({ container, orderBy: 'MODIFIED_DESC' }, firstPage(1), call).catch(({ code }) => code),
    );
    expect(await Promise.all(codes)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
  });
});

describe('A list that would have to read too much', () => {
  const file = {
    attachmentId: 5,
    attachmentState: 'ReadyForDownloadFromServerToClient',
    fileName: 'a.txt',
    roomId: 2,
    textMessageId: 7,
  };

  /** One answer of 100 messages after the other, older and older; only the very newest has a file. */
  async function openEndlessRoom(newestHasFile: boolean): Promise<VirolaSandbox> {
    const virola = await open({ seed: false });
    for (let answer = 0; answer < 60; answer += 1) {
      const messages = Array.from({ length: 100 }, (_, index) => {
        const isNewest = answer === 0 && index === 99;
        const attachments = newestHasFile && isNewest ? [file] : [];
        return { messageId: 900_000_000 - answer * 100 + index, roomId: 2, userId: 3, text: '', createdUtc: 1, attachments };
      });
      const body = JSON.stringify({ httpStatusCode: 200, messages, roomId: 2 });
      virola.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body, path: '/messages', times: 1 });
    }
    return virola;
  }

  it.each(['NAME_ASC', 'MODIFIED_DESC'] as const)('by %s is refused with what could be asked instead', async (orderBy) => {
    const { provider } = await openEndlessRoom(false);
    const listing = provider.list({ container: room(2), orderBy }, firstPage(5), call);
    await expect(listing).rejects.toMatchObject({ code: 'QUERY_TOO_COMPLEX', message: expect.stringContaining('5000 messages') });
  });

  it('ends with what it has found, and can be continued', async () => {
    const { provider } = await openEndlessRoom(true);
    const page = await provider.list({ container: room(2), orderBy: 'MODIFIED_DESC' }, firstPage(5), call);
    expect([page.items.map(({ item }) => item.id), page.hasNextPage]).toEqual([['5'], true]);
  });
});
