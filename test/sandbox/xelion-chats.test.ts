import { once } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request, WebSocket } from 'undici';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateXelion } from '../../src/sandbox/xelion/index.js';
import { drawPicture } from '../support/pictures.js';
import { ask, sendFile } from '../support/xelion.js';

let sandbox: RunningSandbox;
let url: string;
beforeEach(async () => {
  sandbox = await startSandbox(simulateXelion());
  url = `${sandbox.url}/api/v1/master`;
});
afterEach(() => sandbox.close());

/** With Wesley, with people outside, and one that is disabled. */
const [chat, external, disabled] = ['1899001', '1899003', '1899004'];
const small = 'aGVsbG8=';

interface Answer {
  readonly status: number;
  readonly body: { readonly object: { readonly oid: string; readonly attachments?: readonly { readonly oid: string }[] } };
}

const get = (path: string, token = 'sandbox-token') => ask(`${url}${path}`, { token });
const post = async (path: string, body?: unknown): Promise<Answer> => ask(`${url}${path}`, { method: 'POST', body });
const embedded = (contentsB64String = small) => ({
  attachment: { originalLocation: 'a.txt', commonName: 'a.txt', mimeType: 'text/plain', contentsB64String },
});

async function upload(body: Buffer | string, name = 'picture.png', contentType = 'image/png') {
  const headers = {
    authorization: 'xelion sandbox-token',
    'content-type': contentType,
    'content-disposition': `attachment; filename=${name}`,
  };
  const answer = await request(`${url}/chats/${chat}/concept/attachment`, { method: 'POST', headers, body });
  return { status: answer.statusCode, body: (await answer.body.json()) as Answer['body'] };
}

describe('A chat session', () => {
  it('is found by itself and by its contact', async () => {
    const { body } = await get(`/chats/${chat}`);
    expect(body).toMatchObject({
      object: { oid: chat, sessionType: 'user', participants: [{ oid: '1650938' }, { oid: '1650975' }] },
    });
    expect((await get('/addressables/1650975/chat')).body).toMatchObject({ object: { oid: chat } });
    expect(await get('/addressables/1650990/chat')).toMatchObject({ status: 404, body: { errorCode: 10100 } });
  });

  it('lists its messages, newest first, without attachments and people', async () => {
    const { data } = (await get(`/chats/${chat}/messages?limit=2`)).body as { data: { object: Record<string, unknown> }[] };
    expect(data.map(({ object }) => object.subject)).toEqual(['Coffee Moves.mp4', 'market.png']);
    expect(data[0]?.object).toMatchObject({ participants: [], hasAttachment: true });
    expect(data[0]?.object).not.toHaveProperty('attachments');
  });

  it('gives its message an attachment', async () => {
    expect((await get(`/chats/${chat}/messages/1899627/attachment`)).body).toMatchObject({ object: { oid: '1899618' } });
    expect(await get(`/chats/${external}/messages/1899627/attachment`)).toMatchObject({ status: 404 });
  });

  it('of a group is made by its name', async () => {
    const { object } = (await post('/chats/group', { name: 'New' })).body;
    expect((await get(`/chats/${object.oid}`)).body).toMatchObject({ object: { commonName: 'New', sessionType: 'group' } });
  });
});

describe('A message', () => {
  it('holds a text', async () => {
    const { body } = await post(`/chats/${chat}/messages`, { text: 'hello' });
    expect(body.object).toMatchObject({ subject: 'hello', incoming: false, contents: { content: 'hello' }, attachments: [] });
  });

  it('or an attachment in base64, which both sides have', async () => {
    const { body } = await post(`/chats/${chat}/messages`, embedded());
    const oid = body.object.attachments?.[0]?.oid;
    expect((await get(`/communications/${body.object.oid}/attachments/${oid}`)).body).toMatchObject({
      object: { contentsB64String: small, size: 5, commonName: 'a.txt' },
    });
    const theirs = (await get('/communications?limit=1&include=attachments', 'sandbox-user-token')).body;
    expect(theirs).toMatchObject({ data: [{ object: { incoming: true, attachments: [{ oid }] } }] });
  });

  it('can be answered and passed on', async () => {
    const { body } = await post('/communications/chat/1899627/reply', { text: 'nice' });
    expect(body.object).toMatchObject({ subject: 'nice' });
    const forwarded = await post('/communications/chat/1899627/forward', { chatSession: { oid: '1899002' } });
    expect(forwarded.body.object).toMatchObject({ forwarded: true, attachments: [{ oid: '1899618' }] });
    const elsewhere = await post('/communications/chat/1899627/forward', { chatSession: { oid: '7' } });
    expect(elsewhere).toMatchObject({ status: 400, body: { errorCode: 10203 } });
    expect(await post('/communications/chat/1/reply', { text: 'x' })).toMatchObject({ status: 400, body: { errorCode: 10203 } });
  });

  it.each([
    [`/chats/${chat}/messages`, {}, 400, 10203],
    [`/chats/${chat}/messages`, { attachment: { oid: '1899618' } }, 400, 10203],
    [`/chats/${chat}/messages`, undefined, 400, 10200],
    [`/chats/${external}/messages`, embedded(), 400, 10104],
    [`/chats/${disabled}/messages`, { text: 'x' }, 404, 10066],
    ['/addressables/1650975/chat', {}, 400, 10204],
  ])('to %s of %j is refused by %d/%d', async (path, body, status, errorCode) => {
    expect(await post(path, body)).toMatchObject({ status, body: { errorCode } });
  });

  it('keeps names in the code page of the server', async () => {
    const id = await sendFile(url, chat, { filename: 'Grüße – 5 € 日本.txt', contentType: 'text/plain', bytes: 'x' });
    expect((await get(`/communications/${id.split('-')[0]}`)).body).toMatchObject({
      object: { attachments: [{ commonName: 'Grüße – 5 € ??.txt' }] },
    });
  });

  it('takes no attachment of more than 10 MB', async () => {
    const tooLarge = Buffer.alloc(10 * 1024 * 1024 + 1);
    const refused = { status: 500, body: { errorCode: 11000, message: expect.stringContaining('maximum size') } };
    expect(await post(`/chats/${chat}/messages`, embedded(tooLarge.toString('base64')))).toMatchObject(refused);
    expect(await upload(tooLarge)).toMatchObject(refused);
  });
});

describe('The concept of a message', () => {
  it('takes a file as it is, shows it with its thumbnail and is empty once that is sent', async () => {
    const { body } = await upload(await drawPicture(400, 200, 'png'));
    expect(body.object).toMatchObject({ originalLocation: 'picture.png', mimeType: 'image/png', objectType: 'Attachment' });
    expect(body.object).not.toHaveProperty('hasThumbnail');
    const draft = (await get(`/chats/${chat}/concept`)).body;
    expect(draft).toMatchObject({ object: { attachment: { thumbnailB64String: expect.stringMatching(/^\/9j/) } } });
    expect((await get(`/chats/${chat}/concept/attachment`)).body).toMatchObject({ object: { oid: body.object.oid } });
    const sent = await post(`/chats/${chat}/messages`, { attachment: { oid: body.object.oid } });
    expect(sent.body.object).toMatchObject({
      subject: 'picture.png',
      attachments: [{ oid: body.object.oid, hasThumbnail: true }],
    });
    expect((await get(`/chats/${chat}/concept`)).body).toMatchObject({ object: { text: null, attachment: null } });
  });

  it('has one slot: a later file takes the place of an earlier one', async () => {
    const first = await upload('one', 'one.json', 'application/json');
    await upload('two', 'two.txt', 'text/plain');
    expect(await post(`/chats/${chat}/messages`, { attachment: { oid: first.body.object.oid } })).toMatchObject({ status: 400 });
  });

  it('does not keep a file that another one took the place of', async () => {
    const first = await upload('one', 'one.txt', 'text/plain');
    await upload('two', 'two.txt', 'text/plain');
    expect(await get(`/attachments/${first.body.object.oid}`)).toMatchObject({ status: 404 });
  });

  it('takes a file in base64, and no file of elsewhere', async () => {
    const write = (body: object) => ask(`${url}/chats/${chat}/concept`, { method: 'PUT', body });
    expect(await write({ text: 'see', ...embedded() })).toEqual({ status: 200, body: null });
    expect((await get(`/chats/${chat}/concept`)).body).toMatchObject({
      object: { text: 'see', attachment: { commonName: 'a.txt' } },
    });
    expect(await write({ attachment: { oid: '1856742' } })).toMatchObject({ status: 400, body: { errorCode: 10203 } });
  });

  it('wants to be told the size of a file before its bytes', async () => {
    const headers = {
      authorization: 'xelion sandbox-token',
      'content-type': 'text/plain',
      'content-disposition': 'attachment; filename=a.txt',
    };
    const path = `${url}/chats/${chat}/concept/attachment`;
    const answer = await request(path, { method: 'POST', headers, body: Readable.from(['piece'], { objectMode: false }) });
    expect([answer.statusCode, await answer.body.json()]).toMatchObject([400, { errorCode: 10202 }]);
  });

  it('can be written, and so emptied', async () => {
    await upload('one');
    expect(await ask(`${url}/chats/${chat}/concept`, { method: 'PUT', body: { text: 'later' } })).toEqual({
      status: 200,
      body: null,
    });
    expect((await get(`/chats/${chat}/concept`)).body).toMatchObject({ object: { text: 'later', attachment: null } });
  });
});

describe('Taking attachments away', () => {
  const patch = (body: unknown) => ask(`${url}/communications/1899627`, { method: 'PATCH', body });
  const detach = { op: 'remove', path: '/attachments/1899618' };

  it.each([[{ operations: [detach] }], [[detach]]])('by %j leaves the message without it', async (body) => {
    expect(await patch(body)).toEqual({ status: 200, body: null });
    expect((await get('/communications/1899627')).body).toMatchObject({ object: { hasAttachment: false, attachments: [] } });
    expect(await get('/communications/1899627/attachments/1899618')).toMatchObject({ status: 404 });
    expect(await get('/communications/1899626/attachments/1899618', 'sandbox-user-token')).toMatchObject({ status: 200 });
    expect(await patch(body)).toMatchObject({ status: 404, body: { errorCode: 10100 } });
  });

  it('goes with other changes, all or none', async () => {
    const flag = { op: 'replace', path: '/flagged', value: true };
    expect((await patch({ operations: [flag, { op: 'remove', path: '/attachments/1' }] })).status).toBe(404);
    expect((await get('/communications/1899627')).body).toMatchObject({ object: { flagged: false } });
    await patch({ operations: [flag, { op: 'replace', path: '/subject', value: 'Coffee' }] });
    expect((await get('/communications/1899627')).body).toMatchObject({ object: { flagged: true, subject: 'Coffee' } });
    expect(await patch({ operations: [{ op: 'replace', path: '/oid', value: '1' }] })).toMatchObject({
      body: { errorCode: 10202 },
    });
  });

  it('of a whole period is for administrators; calls, chats and mails stay', async () => {
    const body = { fromDate: '2020-01-01', untilDate: '2020-12-31', chatAttachments: true };
    const removal = { method: 'POST', body };
    expect(await ask(`${url}/attachments/remove`, { ...removal, token: 'sandbox-user-token' })).toMatchObject({ status: 403 });
    expect(await ask(`${url}/attachments/remove`, removal)).toMatchObject({
      body: { object: { status: 'SUCCESS', action: 'delete' } },
    });
    expect(await get('/communications/1899627/attachments/1899618')).toMatchObject({ status: 404, body: { errorCode: 10100 } });
    expect(await get('/attachments/1856742')).toMatchObject({ status: 200 });
  });
});

describe('The websocket', () => {
  async function listen(): Promise<{ readonly socket: WebSocket; next(): Promise<unknown> }> {
    const { object } = (await post('/me/websocket')).body as unknown as { object: string };
    const socket = new WebSocket(object);
    await once(socket, 'open');
    return { socket, next: async () => JSON.parse((await once(socket, 'message'))[0].data) };
  }

  it('tells of new messages to those who asked for it', async () => {
    const { socket, next } = await listen();
    socket.send(JSON.stringify({ messageType: 'notificationRequest', notificationType: 'newChatEvent', toggle: true }));
    socket.send(JSON.stringify({ messageType: 'test', text: 'there?' }));
    expect(await next()).toEqual({ messageType: 'test', text: 'there?' });
    const told = next();
    const { body } = await post(`/chats/${chat}/messages`, { ...embedded(), clientId: 'own-7' });
    expect(await told).toMatchObject({
      notificationType: 'newChatEvent',
      notification: {
        sessionOid: chat,
        clientId: 'own-7',
        communicationOid: body.object.oid,
        creator: { oid: '1650938' },
        reference: { oid: body.object.attachments?.[0]?.oid, commonName: 'a.txt' },
        chatSessionType: 'user',
        incoming: false,
      },
    });
    socket.close();
  });

  it('is closed with an error for an address that nobody was given', async () => {
    const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/websocket/unknown`);
    const [{ data }] = await once(socket, 'message');
    expect(JSON.parse(data)).toMatchObject({ errorCode: 10000 });
    await once(socket, 'close');
  });
});
