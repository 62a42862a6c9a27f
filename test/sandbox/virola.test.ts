import { once } from 'node:events';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FormData, request, WebSocket } from 'undici';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateVirola } from '../../src/sandbox/virola/index.js';

const bearer = { authorization: 'Bearer sandbox-token' };
const wrongBearer = { errorText: 'Wrong Bearer, please renew Web API Access Token', httpStatusCode: 401 };
const noCredential = { errorText: 'The Authorization HTTP-header or VirolaUserSessionId cookie expected', httpStatusCode: 401 };
const noAttachment = { errorText: 'Attachment not found', httpStatusCode: 404 };
const denied = { errorText: 'Permission denied', httpStatusCode: 403 };
const done = { httpStatusCode: 200 };

interface WireMessage {
  readonly messageId: number;
  readonly text: string;
  readonly roomId: number;
  readonly attachments: readonly { readonly attachmentId: number; readonly fileName: string; readonly attachmentState: string }[];
  readonly [field: string]: unknown;
}

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox(simulateVirola());
});

afterEach(() => sandbox.close());

type Options = { readonly headers?: Record<string, string>; readonly body?: FormData | string };

async function send(method: 'GET' | 'POST' | 'DELETE', path: string, { headers = bearer, body }: Options = {}) {
  const answer = await request(`${sandbox.url}/api/v1${path}`, { method, headers, body: body ?? null });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers, bytes };
}

async function json(method: 'GET' | 'POST' | 'DELETE', path: string, options?: Options) {
  const { status, bytes } = await send(method, path, options);
  return { status, body: JSON.parse(bytes.toString()) };
}

function post(path: string, body: object, headers: Record<string, string> = bearer) {
  return json('POST', path, { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

async function messages(path: string, query = ''): Promise<readonly WireMessage[]> {
  return (await json('GET', `${path}?${query}`)).body.messages;
}

async function newest(path = '/rooms/2/messages'): Promise<WireMessage> {
  const [message] = await messages(path, 'limit=1&direction=backward');
  if (!message) throw new Error('There is no message');
  return message;
}

function form(...files: readonly (readonly [field: string, filename: string, content: string])[]): FormData {
  const data = new FormData();
  for (const [field, filename, content] of files) data.append(field, new Blob([content], { type: 'text/plain' }), filename);
  return data;
}

function part(disposition: string, end: string): string {
  const head = `Content-Disposition: form-data; ${disposition}\r\nContent-Type: application/octet-stream`;
  return `--b\r\n${head}\r\n\r\nbytes${end}`;
}

async function login(userName = 'demo', password = 'demo'): Promise<Record<string, string>> {
  const body = JSON.stringify({ userName, password });
  const { headers } = await send('POST', '/login', { headers: { 'content-type': 'application/json' }, body });
  return { cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
}

describe("The examples of the vendor's page on attachments", () => {
  it('tell the metadata of attachment 3423', async () => {
    expect(await json('GET', '/attachments/3423')).toEqual({
      status: 200,
      body: {
        attachmentId: 3423,
        attachmentState: 'ReadyForDownloadFromServerToClient',
        createdUtc: 1753209786659,
        fileChecksum: '745b0802bd1233adee5985eb5933a4aad',
        fileName: 'Document.pdf',
        fileSize: 645560,
        hasThumbnail: false,
        lastModifiedUtc: 1753209786659,
        roomId: 6,
        textMessageId: 1234567,
      },
    });
  });

  it('download it with its size, type and name', async () => {
    const { status, headers, bytes } = await send('GET', '/attachments/3423/Document.pdf');
    expect([status, bytes.length]).toEqual([200, 645560]);
    expect(headers).toMatchObject({
      'content-length': '645560',
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="Document.pdf"',
    });
  });

  it('download a document that can be drawn', async () => {
    const library = await PDFiumLibrary.init();
    const document = await library.loadDocument((await send('GET', '/attachments/3423/Document.pdf')).bytes);
    expect(document.getPageCount()).toBe(1);
    document.destroy();
    library.destroy();
  });

  it('do not find an unknown attachment, or a known one by another name', async () => {
    const refused = { status: 404, body: noAttachment };
    expect(await json('GET', '/attachments/999999/Document.pdf')).toEqual(refused);
    expect(await json('GET', '/attachments/3423/Other.pdf')).toEqual(refused);
    expect(await json('GET', '/attachments/999999')).toEqual(refused);
  });

  it('upload to message 1234567 without telling an id', async () => {
    const body = form(['files', 'a.txt', 'one'], ['files', 'Grüße "2".txt', 'two']);
    expect(await json('POST', '/messages/1234567/attachments', { body })).toEqual({ status: 200, body: done });
    const names = (await newest('/rooms/6/messages')).attachments.map(({ fileName }) => fileName);
    expect(names).toEqual(['Document.pdf', 'a.txt', 'Grüße "2".txt']);
  });

  it('download what has as long a name as file systems allow', async () => {
    const name = `${'ü'.repeat(125)}.txt`;
    await json('POST', '/messages/1234567/attachments', { body: form(['files', name, 'long']) });
    const { attachmentId } = (await newest('/rooms/6/messages')).attachments.at(-1) ?? {};
    const { status, bytes } = await send('GET', `/attachments/${attachmentId}/${encodeURIComponent(name)}`);
    expect([status, bytes.toString()]).toEqual([200, 'long']);
  });

  it('delete an attachment', async () => {
    expect(await json('DELETE', '/attachments/3423')).toEqual({ status: 200, body: done });
    expect(await json('GET', '/attachments/3423')).toEqual({ status: 404, body: noAttachment });
    expect((await newest('/rooms/6/messages')).attachments).toEqual([]);
  });

  it.each([
    ['GET', '/attachments/3423'],
    ['GET', '/attachments/3423/Document.pdf'],
    ['POST', '/messages/1234567/attachments'],
    ['DELETE', '/attachments/3423'],
  ] as const)('refuse %s %s with a wrong token', async (method, path) => {
    const headers = { authorization: 'Bearer old' };
    expect(await json(method, path, { headers })).toEqual({ status: 401, body: wrongBearer });
  });

  it('take the session cookie', async () => {
    expect((await send('GET', '/attachments/3423', { headers: await login() })).status).toBe(200);
  });

  it('tell all nine states', async () => {
    const { attachments } = await newest('/rooms/8/messages');
    const told = await Promise.all(attachments.map(({ attachmentId }) => json('GET', `/attachments/${attachmentId}`)));
    expect(told.map(({ body }) => body.attachmentState)).toEqual([
      'Initial',
      'ChecksumCalculationOnClientSideInProgress',
      'ChecksumCalculationOnClientSideFailed',
      'UploadFromClientToServerInProgress',
      'UploadFromClientToServerFailed',
      'ChecksumVerificationOnServerSideInProgress',
      'ChecksumVerificationOnServerSideMismatch',
      'ChecksumVerificationOnServerSideFailed',
      'ReadyForDownloadFromServerToClient',
    ]);
  });

  it('give bytes in the last state only', async () => {
    const { attachments } = await newest('/rooms/8/messages');
    const paths = attachments.map(({ attachmentId, fileName }) => `/attachments/${attachmentId}/${encodeURIComponent(fileName)}`);
    const statuses = await Promise.all(paths.map(async (path) => (await send('GET', path)).status));
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404, 404, 404, 200]);
  });
});

describe('Sessions', () => {
  it('begin with a login that tells the user and sets a cookie for plain HTTP', async () => {
    const body = JSON.stringify({ userName: 'demo', password: 'demo' });
    const answer = await send('POST', '/login', { headers: { 'content-type': 'application/json' }, body });
    const told = JSON.parse(answer.bytes.toString());
    expect(told).toEqual({ httpStatusCode: 200, userId: 3, userSessionId: expect.stringMatching(/^[0-9a-f]+$/) });
    expect(answer.headers['set-cookie']).toBe(`VirolaUserSessionId=${told.userSessionId}; Path=/; HttpOnly`);
  });

  it.each([{ userName: 'demo', password: 'wrong' }, { userName: 'demo' }, {}, { userName: 'suspended', password: 'suspended' }])(
    'do not begin with %j',
    async (body) => {
      const refused = { errorText: 'The username or password is invalid.', httpStatusCode: 401 };
      expect(await post('/login', body, {})).toEqual({ status: 401, body: refused });
    },
  );

  it('tell whose they are, by cookie only', async () => {
    const headers = await login();
    const sessionId = headers.cookie?.split('=')[1];
    expect((await json('GET', '/status', { headers })).body).toEqual({ ...done, userId: 3, userSessionId: sessionId });
    expect(await json('GET', '/status')).toEqual({ status: 401, body: noCredential });
  });

  it('end with a logout, and no second time', async () => {
    const headers = await login();
    expect(await json('POST', '/logout', { headers })).toEqual({ status: 200, body: done });
    expect(await json('POST', '/logout', { headers })).toEqual({ status: 401, body: noCredential });
    expect(await json('GET', '/rooms', { headers })).toEqual({ status: 401, body: wrongBearer });
    expect((await json('GET', '/logout', { headers })).status).toBe(405);
  });

  it('are asked for where a request brings nothing', async () => {
    expect(await json('GET', '/rooms', { headers: {} })).toEqual({ status: 401, body: noCredential });
  });

  it('end when the sandbox is told so', async () => {
    const headers = await login();
    sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    expect(await json('GET', '/rooms', { headers })).toEqual({ status: 401, body: wrongBearer });
    expect((await json('GET', '/rooms', { headers })).status).toBe(401);
    expect((await json('GET', '/rooms', { headers: await login() })).status).toBe(200);
  });
});

describe('Rooms and users', () => {
  it('are listed as far as the user may see them', async () => {
    const { body } = await json('GET', '/rooms');
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
    expect(await json('GET', '/rooms/11/messages')).toEqual({ status: 404, body: refused });
    const admin = { authorization: 'Bearer admin-token' };
    expect((await json('GET', '/rooms/11/messages', { headers: admin })).status).toBe(200);
  });

  it('have permissions, all of them for a moderator', async () => {
    const { body } = await json('GET', '/room-permissions/10');
    expect(body.roomPermissions).toMatchObject({
      roomId: 10,
      permissions: { canSendMessagesInMainThread: false, canSendNudge: true },
    });
    expect(Object.keys(body.roomPermissions.permissions)).toHaveLength(24);
    const moderated = (await json('GET', '/room-permissions/3')).body.roomPermissions.permissions;
    expect(Object.values(moderated)).not.toContain(false);
  });

  it('have names and, some, a picture', async () => {
    const { body } = await json('GET', '/users');
    expect(body.users.map((user: { userName: string }) => user.userName)).toEqual(['admin', 'demo', 'mara', 'suspended']);
    expect((await send('GET', '/users/3/avatar.jpg')).headers['content-type']).toBe('image/jpeg');
    expect((await send('GET', '/users/4/avatar.jpg')).status).toBe(404);
  });
});

describe('Lists of messages', () => {
  const room = '/rooms/9/messages';
  const ids = async (query: string) => (await messages(room, query)).map(({ messageId }) => messageId);

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
    const [message] = await messages('/rooms/6/messages', 'cursor=1234567&limit=1&direction=forward');
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
    const plan = (await messages('/rooms/3/messages')).find(({ commentCount }) => commentCount === 1);
    const [comment] = await messages(`/messages/${plan?.messageId}/comments`);
    expect(comment).toMatchObject({ parentMessageId: plan?.messageId, attachments: [{ fileName: 'floor-plan-page2.png' }] });
  });

  it.each(['cursor=x', 'limit=-1', 'direction=sideways'])('refuse %s', async (query) => {
    const refused = { errorText: 'Bad request', httpStatusCode: 400 };
    expect(await json('GET', `${room}?${query}`)).toEqual({ status: 400, body: refused });
  });
});

describe('Writing', () => {
  it('a message does not tell its id', async () => {
    expect(await post('/rooms/2/messages', { content: 'hello' })).toEqual({ status: 200, body: done });
    expect(await newest()).toMatchObject({ text: 'hello', userId: 3, attachments: [] });
    expect(await post('/rooms/2/text-messages', { content: 'as before' })).toEqual({ status: 200, body: done });
    expect((await post('/rooms/2/messages', { content: '' })).status).toBe(400);
  });

  it('a comment does not tell its id either, and takes attachments', async () => {
    expect(await post('/messages/1234567/comments', { content: 'read' })).toEqual({ status: 200, body: done });
    const { messageId } = await newest('/messages/1234567/comments');
    const body = form(['files', 'a.txt', 'a']);
    expect((await json('POST', `/messages/${messageId}/attachments`, { body })).status).toBe(200);
    expect(await newest('/messages/1234567/comments')).toMatchObject({ attachments: [{ fileName: 'a.txt' }] });
  });

  it('is refused where the room does not permit it, and to what others wrote', async () => {
    const refused = { status: 403, body: denied };
    expect(await post('/rooms/10/messages', { content: 'hello' })).toEqual(refused);
    const ofMara = (await messages('/rooms/2/messages'))[1];
    const body = form(['files', 'a.txt', 'a']);
    expect(await json('POST', `/messages/${ofMara?.messageId}/attachments`, { body })).toEqual(refused);
    expect(await json('DELETE', `/messages/${ofMara?.messageId}`)).toEqual(refused);
    expect(await json('DELETE', `/attachments/${ofMara?.attachments[0]?.attachmentId}`)).toEqual(refused);
  });

  it('is open to who moderates', async () => {
    const ofMara = (await messages('/rooms/3/messages')).find(({ userId }) => userId === 4);
    expect((await json('DELETE', `/messages/${ofMara?.messageId}`)).status).toBe(200);
  });

  it('without a file, or with one in another field, is refused and attaches nothing', async () => {
    const path = '/messages/1234567/attachments';
    const bad = [form(), form(['files', 'a.txt', 'a'], ['file', 'b.txt', 'b'])];
    for (const body of bad) expect((await json('POST', path, { body })).status).toBe(400);
    expect((await post(path, {})).status).toBe(400);
    expect((await newest('/rooms/6/messages')).attachments).toHaveLength(1);
  });

  it.each([
    ['a part without a filename', 'multipart/form-data; boundary=b', part('name="files"', '\r\n--b--\r\n')],
    ['a body that breaks off', 'multipart/form-data; boundary=b', part('name="files"; filename="a.txt"', '')],
    ['no boundary', 'multipart/form-data', 'a'],
  ])('of %s is refused and attaches nothing', async (_what, contentType, body) => {
    const headers = { ...bearer, 'content-type': contentType };
    const refused = { status: 400, body: { errorText: 'Bad request', httpStatusCode: 400 } };
    expect(await json('POST', '/messages/1234567/attachments', { headers, body })).toEqual(refused);
    expect((await newest('/rooms/6/messages')).attachments).toHaveLength(1);
  });

  it('removes the attachments of a message that is deleted', async () => {
    expect(await json('DELETE', '/messages/1234567')).toEqual({ status: 200, body: done });
    expect((await json('GET', '/attachments/3423')).status).toBe(404);
    expect((await json('DELETE', '/messages/1234567')).status).toBe(404);
  });

  it('stays in verification as long as the sandbox was told', async () => {
    sandbox.faults.add({ kind: 'pending', method: 'GET', times: 1 });
    expect((await newest('/rooms/6/messages')).attachments[0]?.attachmentState).toBe(
      'ChecksumVerificationOnServerSideInProgress',
    );
    expect((await newest('/rooms/6/messages')).attachments[0]?.attachmentState).toBe('ReadyForDownloadFromServerToClient');
  });

  it('marks a message as read only when told', async () => {
    const unread = async () => (await json('GET', '/rooms')).body.rooms[0].unreadMessageCount;
    const before = await unread();
    const [first] = await messages('/rooms/2/messages', 'limit=1');
    expect(await unread()).toBe(before);
    expect((await post(`/messages/${first?.messageId}/read`, {})).body).toEqual(done);
    expect(await unread()).toBe(before - 1);
  });
});

describe('Events', () => {
  async function listen(headers: Record<string, string>) {
    const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/api/v1/events`, { headers });
    const events: { readonly type: string; readonly data: unknown }[] = [];
    const waiting = new Set<() => void>();
    socket.addEventListener('message', ({ data }) => {
      events.push(JSON.parse(String(data)));
      for (const wake of waiting) wake();
    });
    await once(socket, 'open');
    const received = (count: number) =>
      new Promise<typeof events>((resolve) => {
        const look = () => events.length >= count && resolve(events);
        waiting.add(look);
        look();
      });
    return { socket, received };
  }

  it('tell what is created, updated and deleted in the rooms of the user', async () => {
    const { socket, received } = await listen(bearer);
    await post('/rooms/11/messages', { content: 'private' }, { authorization: 'Bearer admin-token' });
    await post('/rooms/6/messages', { content: 'hello' });
    const { messageId } = await newest('/rooms/6/messages');
    await json('POST', `/messages/${messageId}/attachments`, { body: form(['files', 'a.txt', 'a']) });
    await json('DELETE', `/messages/${messageId}`);
    expect(await received(3)).toMatchObject([
      { type: 'TextMessagesCreated', data: { messages: [{ messageId, text: 'hello', attachments: [] }] } },
      { type: 'TextMessagesUpdated', data: { messages: [{ messageId, attachments: [{ fileName: 'a.txt' }] }] } },
      { type: 'TextMessageDeleted', data: { messageId, roomId: 6, parentMessageId: 0 } },
    ]);
    socket.close();
  });

  it('come by cookie too', async () => {
    const { socket, received } = await listen(await login());
    await post('/rooms/6/messages', { content: 'hello' });
    expect(await received(1)).toHaveLength(1);
    socket.close();
  });

  it('are refused to who does not say who it is', async () => {
    const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/api/v1/events`);
    await once(socket, 'error');
    expect(sandbox.log.requests(/\/events/).at(-1)?.status).toBe(401);
  });
});

describe('Refusals', () => {
  it.each([400, 401, 403, 404, 413, 429, 500, 503])('with status %i have the form of all others', async (status) => {
    sandbox.faults.add({ kind: 'status', status });
    expect((await json('GET', '/rooms')).body).toEqual({ errorText: expect.any(String), httpStatusCode: status });
  });

  it('are given for what is no call, and for input that is no JSON', async () => {
    expect((await json('GET', '/thumbnails/1')).body).toEqual({ errorText: 'Page not found', httpStatusCode: 404 });
    const headers = { ...bearer, 'content-type': 'application/json' };
    expect((await json('POST', '/rooms/2/messages', { headers, body: '{' })).body).toEqual({
      errorText: 'Bad request',
      httpStatusCode: 400,
    });
  });

  it('are given for a thumbnail, which no call offers', async () => {
    expect(await json('GET', '/attachments/3423/thumbnail')).toEqual({ status: 404, body: noAttachment });
  });
});

it('An empty account has one room and no messages', async () => {
  const empty = await startSandbox(simulateVirola({ seed: false }));
  const { body } = await request(`${empty.url}/api/v1/rooms`, { headers: bearer });
  expect(await body.json()).toMatchObject({ rooms: [{ roomId: 2, lastMessage: null }] });
  await empty.close();
});
