import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { startSandbox } from '../../src/sandbox/simulator.js';
import { simulateVirola } from '../../src/sandbox/virola/index.js';
import { bearer, denied, done, form, VirolaCalls } from './virola-calls.js';

let calls: VirolaCalls;

beforeEach(async () => {
  calls = await VirolaCalls.open();
});

afterEach(() => calls.close());

describe('Rooms and users', () => {
  it('are listed as far as the user may see them', async () => {
    const { body } = await calls.json('GET', '/rooms');
    expect(body.rooms.map((room: { displayName: string }) => room.displayName)).toEqual([
      'General',
      'Harbour project',
      'Documents',
      'Old office',
      'Uploads under way',
      'Long conversation',
      'Announcements',
    ]);
    expect(body.rooms[2]).toEqual({
      createdUtc: expect.any(Number),
      displayName: 'Documents',
      isArchived: false,
      isModerator: false,
      isPinned: false,
      lastMessage: { createdUtc: 1753209786659, messageId: 1234567 },
      lastModifiedUtc: 1753209786659,
      roomId: 6,
      roomType: 'Public',
      unreadMessageCount: 0,
    });
  });

  it('that are private are not found', async () => {
    const refused = { errorText: 'Room not found', httpStatusCode: 404 };
    expect(await calls.json('GET', '/rooms/11/messages')).toEqual({ status: 404, body: refused });
    const admin = { authorization: 'Bearer admin-token' };
    expect((await calls.json('GET', '/rooms/11/messages', { headers: admin })).status).toBe(200);
  });

  it('have permissions, all of them for a moderator', async () => {
    const { body } = await calls.json('GET', '/room-permissions/10');
    expect(body.roomPermissions).toMatchObject({
      roomId: 10,
      permissions: { canSendMessagesInMainThread: false, canSendNudge: true },
    });
    expect(Object.keys(body.roomPermissions.permissions)).toHaveLength(24);
    const moderated = (await calls.json('GET', '/room-permissions/3')).body.roomPermissions.permissions;
    expect(Object.values(moderated)).not.toContain(false);
  });

  it('have names and, some, a picture', async () => {
    const { body } = await calls.json('GET', '/users');
    expect(body.users.map((user: { userName: string }) => user.userName)).toEqual(['admin', 'demo', 'mara', 'suspended']);
    expect((await calls.send('GET', '/users/3/avatar.jpg')).headers['content-type']).toBe('image/jpeg');
    expect((await calls.send('GET', '/users/4/avatar.jpg')).status).toBe(404);
  });
});

describe('Lists of messages', () => {
  const room = '/rooms/9/messages';
  const ids = async (query: string) => (await calls.messages(room, query)).map(({ messageId }) => messageId);

  it('hold everything where no limit is given, in the order of ids', async () => {
    const all = await ids('');
    expect(all).toHaveLength(300);
    expect(all).toEqual([...all].sort((one, other) => one - other));
  });

  it('begin with the cursor and go on in the direction asked, still in the order of ids', async () => {
    const all = await ids('');
    const cursor = all[100];
    expect(await ids(`cursor=${cursor}&limit=3&direction=backward`)).toEqual(all.slice(98, 101));
    expect(await ids(`cursor=${cursor}&limit=3&direction=forward`)).toEqual(all.slice(100, 103));
    expect(await ids(`cursor=${cursor}&limit=3`)).toEqual(all.slice(100, 103));
    expect(await ids('cursor=-1&limit=3&direction=backward')).toEqual(all.slice(-3));
    expect(await ids('limit=3')).toEqual(all.slice(0, 3));
  });

  it('leave the cursor out where the sandbox was made so', async () => {
    const other = await startSandbox(simulateVirola({ cursor: 'exclusive' }));
    const path = `${other.url}/api/v1/rooms/6/messages?cursor=1234567&limit=1`;
    const { body } = await request(path, { headers: bearer });
    expect(await body.json()).toEqual({ httpStatusCode: 200, messages: [], roomId: 6 });
    await other.close();
  });

  it('hold whole messages with their attachments', async () => {
    const [message] = await calls.messages('/rooms/6/messages', 'cursor=1234567&limit=1&direction=forward');
    expect(message).toEqual({
      attachments: [expect.objectContaining({ attachmentId: 3423 })],
      commentCount: 0,
      createdUtc: 1753209786659,
      lastEditedUtc: 0,
      lastModifiedUtc: 1753209786659,
      markupType: 'TextPlain',
      messageId: 1234567,
      messageType: 'Regular',
      parentMessageId: 0,
      priority: 'Normal',
      readTimestamps: [{ userId: 3, readUtc: 1753209786659 }],
      roomId: 6,
      text: 'The contract, for everybody to read',
      userId: 3,
    });
  });

  it('tell comments apart from the room', async () => {
    const plan = (await calls.messages('/rooms/3/messages')).find(({ commentCount }) => commentCount === 1);
    const [comment] = await calls.messages(`/messages/${plan?.messageId}/comments`);
    expect(comment).toMatchObject({ parentMessageId: plan?.messageId, attachments: [{ fileName: 'floor-plan-page2.png' }] });
  });

  it.each(['cursor=x', 'limit=-1', 'direction=sideways'])('refuse %s', async (query) => {
    const refused = { errorText: 'Bad request', httpStatusCode: 400 };
    expect(await calls.json('GET', `${room}?${query}`)).toEqual({ status: 400, body: refused });
  });
});

describe('Writing', () => {
  it('a message does not tell its id', async () => {
    expect(await calls.post('/rooms/2/messages', { content: 'hello' })).toEqual({ status: 200, body: done });
    expect(await calls.newest()).toMatchObject({ text: 'hello', userId: 3, attachments: [] });
    expect(await calls.post('/rooms/2/text-messages', { content: 'as before' })).toEqual({ status: 200, body: done });
    expect((await calls.post('/rooms/2/messages', { content: '' })).status).toBe(400);
  });

  it('a comment does not tell its id either, and takes attachments', async () => {
    expect(await calls.post('/messages/1234567/comments', { content: 'read' })).toEqual({ status: 200, body: done });
    const { messageId } = await calls.newest('/messages/1234567/comments');
    const body = form(['files', 'a.txt', 'a']);
    expect((await calls.json('POST', `/messages/${messageId}/attachments`, { body })).status).toBe(200);
    expect(await calls.newest('/messages/1234567/comments')).toMatchObject({ attachments: [{ fileName: 'a.txt' }] });
  });

  it('is refused where the room does not permit it, and to what others wrote', async () => {
    const refused = { status: 403, body: denied };
    expect(await calls.post('/rooms/10/messages', { content: 'hello' })).toEqual(refused);
    const ofMara = (await calls.messages('/rooms/2/messages'))[1];
    const body = form(['files', 'a.txt', 'a']);
    expect(await calls.json('POST', `/messages/${ofMara?.messageId}/attachments`, { body })).toEqual(refused);
    expect(await calls.json('DELETE', `/messages/${ofMara?.messageId}`)).toEqual(refused);
    expect(await calls.json('DELETE', `/attachments/${ofMara?.attachments[0]?.attachmentId}`)).toEqual(refused);
  });

  it('is open to who moderates', async () => {
    const ofMara = (await calls.messages('/rooms/3/messages')).find(({ userId }) => userId === 4);
    expect((await calls.json('DELETE', `/messages/${ofMara?.messageId}`)).status).toBe(200);
  });

  it('without a file, or with one in another field, is refused and attaches nothing', async () => {
    const path = '/messages/1234567/attachments';
    const bad = [form(), form(['files', 'a.txt', 'a'], ['file', 'b.txt', 'b'])];
    for (const body of bad) expect((await calls.json('POST', path, { body })).status).toBe(400);
    expect((await calls.post(path, {})).status).toBe(400);
    expect((await calls.newest('/rooms/6/messages')).attachments).toHaveLength(1);
  });

  it.each([
    ['a part without a filename', 'multipart/form-data; boundary=b', part('name="files"', '\r\n--b--\r\n')],
    ['a body that breaks off', 'multipart/form-data; boundary=b', part('name="files"; filename="a.txt"', '')],
    ['no boundary', 'multipart/form-data', 'a'],
  ])('of %s is refused and attaches nothing', async (_what, contentType, body) => {
    const headers = { ...bearer, 'content-type': contentType };
    const refused = { status: 400, body: { errorText: 'Bad request', httpStatusCode: 400 } };
    expect(await calls.json('POST', '/messages/1234567/attachments', { headers, body })).toEqual(refused);
    expect((await calls.newest('/rooms/6/messages')).attachments).toHaveLength(1);
  });

  it('removes the attachments of a message that is deleted', async () => {
    expect(await calls.json('DELETE', '/messages/1234567')).toEqual({ status: 200, body: done });
    expect((await calls.json('GET', '/attachments/3423')).status).toBe(404);
    expect((await calls.json('DELETE', '/messages/1234567')).status).toBe(404);
  });

  it('stays in verification as long as the sandbox was told', async () => {
    calls.sandbox.faults.add({ kind: 'pending', method: 'GET', times: 1 });
    expect((await calls.newest('/rooms/6/messages')).attachments[0]?.attachmentState).toBe(
      'ChecksumVerificationOnServerSideInProgress',
    );
    expect((await calls.newest('/rooms/6/messages')).attachments[0]?.attachmentState).toBe('ReadyForDownloadFromServerToClient');
  });

  it('marks a message as read only when told', async () => {
    const unread = async () => (await calls.json('GET', '/rooms')).body.rooms[0].unreadMessageCount;
    const before = await unread();
    const [first] = await calls.messages('/rooms/2/messages', 'limit=1');
    expect(await unread()).toBe(before);
    expect((await calls.post(`/messages/${first?.messageId}/read`, {})).body).toEqual(done);
    expect(await unread()).toBe(before - 1);
  });
});

function part(disposition: string, end: string): string {
  const head = `Content-Disposition: form-data; ${disposition}\r\nContent-Type: application/octet-stream`;
  return `--b\r\n${head}\r\n\r\nbytes${end}`;
}
