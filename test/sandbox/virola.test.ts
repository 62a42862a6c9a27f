import { PDFiumLibrary } from '@hyzyla/pdfium';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { startSandbox } from '../../src/sandbox/simulator.js';
import { simulateVirola } from '../../src/sandbox/virola/index.js';
import { bearer, done, form, VirolaCalls } from './virola-calls.js';

const wrongBearer = { errorText: 'Wrong Bearer, please renew Web API Access Token', httpStatusCode: 401 };
const noCredential = { errorText: 'The Authorization HTTP-header or VirolaUserSessionId cookie expected', httpStatusCode: 401 };
const noAttachment = { errorText: 'Attachment not found', httpStatusCode: 404 };

let calls: VirolaCalls;

beforeEach(async () => {
  calls = await VirolaCalls.open();
});

afterEach(() => calls.close());

describe("The examples of the vendor's page on attachments", () => {
  it('tell the metadata of attachment 3423', async () => {
    expect(await calls.json('GET', '/attachments/3423')).toEqual({
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
    const { status, headers, bytes } = await calls.send('GET', '/attachments/3423/Document.pdf');
    expect([status, bytes.length]).toEqual([200, 645560]);
    expect(headers).toMatchObject({
      'content-length': '645560',
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="Document.pdf"',
    });
  });

  it('download a document that can be drawn', async () => {
    const library = await PDFiumLibrary.init();
    const document = await library.loadDocument((await calls.send('GET', '/attachments/3423/Document.pdf')).bytes);
    expect(document.getPageCount()).toBe(1);
    document.destroy();
    library.destroy();
  });

  it('do not find an unknown attachment, or a known one by another name', async () => {
    const refused = { status: 404, body: noAttachment };
    expect(await calls.json('GET', '/attachments/999999/Document.pdf')).toEqual(refused);
    expect(await calls.json('GET', '/attachments/3423/Other.pdf')).toEqual(refused);
    expect(await calls.json('GET', '/attachments/999999')).toEqual(refused);
  });

  it('upload to message 1234567 without telling an id', async () => {
    const body = form(['files', 'a.txt', 'one'], ['files', 'Grüße "2".txt', 'two']);
    expect(await calls.json('POST', '/messages/1234567/attachments', { body })).toEqual({ status: 200, body: done });
    const names = (await calls.newest('/rooms/6/messages')).attachments.map(({ fileName }) => fileName);
    expect(names).toEqual(['Document.pdf', 'a.txt', 'Grüße "2".txt']);
  });

  it('download what has as long a name as file systems allow', async () => {
    const name = `${'ü'.repeat(125)}.txt`;
    await calls.json('POST', '/messages/1234567/attachments', { body: form(['files', name, 'long']) });
    const { attachmentId } = (await calls.newest('/rooms/6/messages')).attachments.at(-1) ?? {};
    const { status, bytes } = await calls.send('GET', `/attachments/${attachmentId}/${encodeURIComponent(name)}`);
    expect([status, bytes.toString()]).toEqual([200, 'long']);
  });

  it('delete an attachment', async () => {
    expect(await calls.json('DELETE', '/attachments/3423')).toEqual({ status: 200, body: done });
    expect(await calls.json('GET', '/attachments/3423')).toEqual({ status: 404, body: noAttachment });
    expect((await calls.newest('/rooms/6/messages')).attachments).toEqual([]);
  });

  it.each([
    ['GET', '/attachments/3423'],
    ['GET', '/attachments/3423/Document.pdf'],
    ['POST', '/messages/1234567/attachments'],
    ['DELETE', '/attachments/3423'],
  ] as const)('refuse %s %s with a wrong token', async (method, path) => {
    const headers = { authorization: 'Bearer old' };
    expect(await calls.json(method, path, { headers })).toEqual({ status: 401, body: wrongBearer });
  });

  it('take the session cookie', async () => {
    expect((await calls.send('GET', '/attachments/3423', { headers: await calls.login() })).status).toBe(200);
  });

  it('tell all nine states', async () => {
    const { attachments } = await calls.newest('/rooms/8/messages');
    const told = await Promise.all(attachments.map(({ attachmentId }) => calls.json('GET', `/attachments/${attachmentId}`)));
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
    const { attachments } = await calls.newest('/rooms/8/messages');
    const paths = attachments.map(({ attachmentId, fileName }) => `/attachments/${attachmentId}/${encodeURIComponent(fileName)}`);
    const statuses = await Promise.all(paths.map(async (path) => (await calls.send('GET', path)).status));
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404, 404, 404, 200]);
  });
});

describe('Sessions', () => {
  it('begin with a login that tells the user and sets a cookie for plain HTTP', async () => {
    const body = JSON.stringify({ userName: 'demo', password: 'demo' });
    const answer = await calls.send('POST', '/login', { headers: { 'content-type': 'application/json' }, body });
    const told = JSON.parse(answer.bytes.toString());
    expect(told).toEqual({ httpStatusCode: 200, userId: 3, userSessionId: expect.stringMatching(/^[0-9a-f]+$/) });
    expect(answer.headers['set-cookie']).toBe(`VirolaUserSessionId=${told.userSessionId}; Path=/; HttpOnly`);
  });

  it.each([{ userName: 'demo', password: 'wrong' }, { userName: 'demo' }, {}, { userName: 'suspended', password: 'suspended' }])(
    'do not begin with %j',
    async (body) => {
      const refused = { errorText: 'The username or password is invalid.', httpStatusCode: 401 };
      expect(await calls.post('/login', body, {})).toEqual({ status: 401, body: refused });
    },
  );

  it('tell whose they are, by cookie only', async () => {
    const headers = await calls.login();
    const sessionId = headers.cookie?.split('=')[1];
    expect((await calls.json('GET', '/status', { headers })).body).toEqual({ ...done, userId: 3, userSessionId: sessionId });
    expect(await calls.json('GET', '/status')).toEqual({ status: 401, body: noCredential });
  });

  it('end with a logout, and no second time', async () => {
    const headers = await calls.login();
    expect(await calls.json('POST', '/logout', { headers })).toEqual({ status: 200, body: done });
    expect(await calls.json('POST', '/logout', { headers })).toEqual({ status: 401, body: noCredential });
    expect(await calls.json('GET', '/rooms', { headers })).toEqual({ status: 401, body: wrongBearer });
    expect((await calls.json('GET', '/logout', { headers })).status).toBe(405);
  });

  it('are asked for where a request brings nothing', async () => {
    expect(await calls.json('GET', '/rooms', { headers: {} })).toEqual({ status: 401, body: noCredential });
  });

  it('end when the sandbox is told so', async () => {
    const headers = await calls.login();
    calls.sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    expect(await calls.json('GET', '/rooms', { headers })).toEqual({ status: 401, body: wrongBearer });
    expect((await calls.json('GET', '/rooms', { headers })).status).toBe(401);
    expect((await calls.json('GET', '/rooms', { headers: await calls.login() })).status).toBe(200);
  });
});

describe('Refusals', () => {
  it.each([400, 401, 403, 404, 413, 429, 500, 503])('with status %i have the form of all others', async (status) => {
    calls.sandbox.faults.add({ kind: 'status', status });
    expect((await calls.json('GET', '/rooms')).body).toEqual({ errorText: expect.any(String), httpStatusCode: status });
  });

  it('are given for what is no call, and for input that is no JSON', async () => {
    expect((await calls.json('GET', '/thumbnails/1')).body).toEqual({ errorText: 'Page not found', httpStatusCode: 404 });
    const headers = { ...bearer, 'content-type': 'application/json' };
    expect((await calls.json('POST', '/rooms/2/messages', { headers, body: '{' })).body).toEqual({
      errorText: 'Bad request',
      httpStatusCode: 400,
    });
  });

  it('are given for a thumbnail, which no call offers', async () => {
    expect(await calls.json('GET', '/attachments/3423/thumbnail')).toEqual({ status: 404, body: noAttachment });
  });
});

it('An empty account has one room and no messages', async () => {
  const empty = await startSandbox(simulateVirola({ seed: false }));
  const { body } = await request(`${empty.url}/api/v1/rooms`, { headers: bearer });
  expect(await body.json()).toMatchObject({ rooms: [{ roomId: 2, lastMessage: null }] });
  await empty.close();
});
