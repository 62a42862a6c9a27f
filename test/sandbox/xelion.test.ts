import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { request } from 'undici';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateXelion } from '../../src/sandbox/xelion/index.js';
import { ask } from '../support/xelion.js';

let sandbox: RunningSandbox;
let url: string;
beforeAll(async () => {
  sandbox = await startSandbox(simulateXelion());
  url = `${sandbox.url}/api/v1/master`;
});
afterAll(() => sandbox.close());

const get = (path: string, token?: string) => ask(`${url}${path}`, token === undefined ? {} : { token });

async function open(path: string) {
  const answer = await request(`${url}${path}`, { headers: { authorization: 'xelion sandbox-token' } });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const { 'content-type': contentType, 'content-disposition': disposition, 'content-length': length } = answer.headers;
  return { status: answer.statusCode, contentType, disposition, length: Number(length), bytes };
}

interface Listed {
  readonly data: readonly { readonly object: Record<string, never> & { readonly oid: string; readonly commonName: string } }[];
  readonly meta: { readonly paging: { readonly previousId?: string; readonly nextId?: string } };
}

const list = async (path: string) => (await get(path)).body as Listed;
const oidsOf = ({ data }: Listed) => data.map(({ object }) => object.oid);

const person = (oid: string, commonName: string) => ({ commonName, oid, objectType: 'Person' });
const addressee = (oid: string, role: string, addressable: ReturnType<typeof person>) => ({
  commonName: addressable.commonName,
  role,
  addressable,
  addresseeLabel: addressable.commonName,
  oid,
  objectType: 'Addressee',
});
const wesley = person('1650975', 'Wesley');

describe("The vendor's example of a thumbnail", () => {
  it('begins with the recent communications and what is attached to them', async () => {
    expect(await get('/communications/recent?include=attachments')).toEqual({
      status: 200,
      body: {
        data: [
          {
            object: {
              addressable: wesley,
              lastCommunication: {
                subject: 'Coffee Moves.mp4',
                date: '2020-05-19 12:45:49',
                durationSec: 0,
                incoming: true,
                retrieved: false,
                displayed: false,
                flagged: false,
                forwarded: false,
                hasAttachment: true,
                hasInlineAttachment: false,
                contentSummary: 'Coffee Moves.mp4',
                contentSummaryIsComplete: true,
                participants: [addressee('1899628', 'rtFrom', wesley), addressee('1899629', 'rtTo', person('1650938', 'Arno'))],
                attachments: [
                  {
                    originalLocation: 'Coffee Moves.mp4',
                    mimeType: 'video/mp4',
                    hasThumbnail: true,
                    size: 2197,
                    commonName: 'Coffee Moves.mp4',
                    oid: '1899618',
                    objectType: 'Attachment',
                  },
                ],
                voicemail: false,
                chatSessionType: 'user',
                commonName: ' Coffee Moves.mp4',
                oid: '1899627',
                objectType: 'XCCUserChat',
              },
              notificationsCount: 36,
            },
            links: [{ rel: 'self', href: `${url}/addressables/1650975`, method: 'GET' }],
          },
        ],
        meta: {
          links: [
            { rel: 'refresh', href: `${url}/communications/recent`, method: 'GET' },
            { rel: 'previous', href: `${url}/communications/recent?before=2020-05-05+14%3A06%3A11`, method: 'GET' },
          ],
          paging: { previousId: '2020-05-05 14:06:11' },
        },
      },
    });
  });

  it('gives the printed object, with the very bytes', async () => {
    const { status, body } = await get('/attachments/1899618?only_thumbnail');
    const { object } = body as { object: { thumbnailB64String: string } };
    const { thumbnailB64String, ...rest } = object;
    expect({ status, rest }).toEqual({
      status: 200,
      rest: {
        originalLocation: 'xcc_audio6345091001260490816.wav',
        mimeType: 'audio/wav',
        hasThumbnail: true,
        size: 0,
        commonName: 'xcc_audio6345091001260490816.wav',
        oid: '1856742',
        objectType: 'Attachment',
      },
    });
    expect(thumbnailB64String).toHaveLength(1_032);
    const bytes = Buffer.from(thumbnailB64String, 'base64');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      'd58d7610029708abd2623fe01cf195368f4a431c7959640d5d8c3b0c1591d376',
    );
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 16, height: 16 });
  });

  it('can be read straight from the communications too', async () => {
    const { data } = await list('/communications?include=attachments,thumbnails&limit=1');
    expect(data[0]?.object).toMatchObject({
      attachments: [{ oid: '1899618', thumbnailB64String: expect.stringMatching(/^\/9j/) }],
    });
  });
});

describe('Communications', () => {
  it('are told in short where nothing is included, 15 at a time', async () => {
    const { data } = await list('/communications');
    expect(data[0]?.object).toEqual({
      subject: 'Coffee Moves.mp4',
      date: '2020-05-19 12:45:49',
      commonName: ' Coffee Moves.mp4',
      oid: '1899627',
      objectType: 'XCCUserChat',
    });
    expect(data.length).toBeLessThanOrEqual(15);
  });

  it('are paged towards older ones and back', async () => {
    const all = oidsOf(await list('/communications?limit=100'));
    const second = await list(`/communications?limit=3&before=${all[2]}`);
    expect(oidsOf(second)).toEqual(all.slice(3, 6));
    expect(second.meta.paging).toEqual({ previousId: all[5], nextId: all[3] });
    expect(oidsOf(await list(`/communications?limit=3&after=${all[3]}`))).toEqual(all.slice(0, 3));
    expect((await list('/communications?limit=100')).meta.paging).toEqual({});
  });

  it('are paged upwards when they are asked for in that order', async () => {
    const all = [...oidsOf(await list('/communications?limit=100'))].reverse();
    const first = await list('/communications?limit=4&order=ascending');
    expect(oidsOf(first)).toEqual(all.slice(0, 4));
    expect(first.meta.paging).toEqual({ nextId: all[3] });
    expect(oidsOf(await list(`/communications?limit=4&order=ascending&after=${all[3]}`))).toEqual(all.slice(4, 8));
  });

  it.each([
    ['where=obj_type=XCCMessage', ['Floor plan of the new office']],
    ['where=voicemail=true', ['Voicemail of Wesley']],
    ['name=FLOOR', ['Floor plan of the new office']],
    ['from=2020-04-01&until=2020-05-01 00:00:00', ['Voicemail of Wesley']],
    ['only_missed_calls', ['Voicemail of Wesley', 'Wesley <- Arno , 2020-03-20']],
  ])('can be searched by %s', async (query, names) => {
    const { data } = await list(`/communications?limit=100&${query}`);
    expect(data.map(({ object }) => object.commonName)).toEqual(names);
  });

  it('with somebody come in windows of 28 days: a short page is not the end', async () => {
    const first = await list('/communications?with=1650975&limit=100');
    expect(first.data.map(({ object }) => object.commonName)).toEqual([' Coffee Moves.mp4', 'Voicemail of Wesley']);
    const second = await list(`/communications?with=1650975&limit=100&before=${first.meta.paging.previousId}`);
    expect(second.data.length).toBeGreaterThan(0);
    expect(second.data[0]?.object).toHaveProperty('participants');
  });

  it('do not become retrieved by being read, unless that is asked for', async () => {
    const { data } = await list('/communications?where=obj_type=SMSMessage');
    const oid = data[0]?.object.oid;
    expect((await get(`/communications/${oid}`)).body).toMatchObject({ object: { retrieved: false } });
    await get(`/communications/${oid}?retrieval=true`);
    expect((await get(`/communications/${oid}`)).body).toMatchObject({ object: { retrieved: true } });
  });

  it('by what no communication here has are none', async () => {
    for (const where of ['phoneLine=12', 'phoneLine=12,search=a%2bb', 'callFlowId=1'])
      expect((await list(`/communications?where=${where}`)).data).toEqual([]);
  });

  it('that are calls are found by their call id too', async () => {
    const [call] = (await list('/communications?where=callId=186ba647df1ef222')).data;
    expect(call?.object).toMatchObject({ objectType: 'CallLog' });
    for (const id of ['186ba647df1ef222', 'caller_186ba647df1ef222'])
      expect((await get(`/communications/${id}`)).body).toMatchObject({
        object: { oid: call?.object.oid, callId: '186ba647df1ef222' },
      });
  });

  it.each([
    '/communications/recent?period=long',
    '/communications/recent?period=-1',
    '/communications?name=a&name=b',
    '/communications?include=attachments&include=thumbnails',
  ])('asked for by %s are refused', async (path) => {
    expect(await get(path)).toMatchObject({ status: 400, body: { errorCode: 10202 } });
  });

  it('that are calls have a recording, others none', async () => {
    const { data } = await list('/communications?where=obj_type=CallLog');
    const audio = await open(`/communications/${data[1]?.object.oid}/audio`);
    expect(audio).toMatchObject({ status: 200, contentType: 'audio/x-mp3', disposition: 'audio.mp3' });
    expect(await get('/communications/1899627/audio')).toMatchObject({ status: 404, body: { errorCode: 10100 } });
  });

  it('older than the window of the recent ones are reached by its date', async () => {
    const { data } = await list('/communications/recent?before=2020-05-05+14%3A06%3A11');
    expect(
      data.map(({ object }) => (object as unknown as { lastCommunication: { subject: string } }).lastCommunication.subject),
    ).toEqual(['Voicemail of Wesley']);
  });
});

describe('An attachment', () => {
  it('is read with its contents or its thumbnail, in JSON', async () => {
    const whole = (await get('/communications/1899627/attachments/1899618')).body as { object: Record<string, string> };
    expect(Buffer.from(whole.object.contentsB64String ?? '', 'base64')).toHaveLength(2_197);
    expect(whole.object).not.toHaveProperty('thumbnailB64String');
    const small = (await get('/communications/1899627/attachments/1899618?only_thumbnail=true')).body as typeof whole;
    expect(small.object).toMatchObject({ oid: '1899618', thumbnailB64String: expect.stringMatching(/^\/9j/) });
    expect(small.object).not.toHaveProperty('contentsB64String');
  });

  it.each([
    '/communications/1899627/attachments/1899618?response_type=stream',
    '/communications/1899627/attachment?response_type=stream',
    '/attachments/1899618/binary',
  ])('is streamed by %s', async (path) => {
    expect(await open(path)).toMatchObject({
      status: 200,
      contentType: 'video/mp4',
      disposition: 'attachment; filename=Coffee Moves.mp4',
      length: 2_197,
    });
  });

  it.each([
    '/communications/1899627/attachment?response_type=stream&only_thumbnail=true',
    '/attachments/1899618/binary?only_thumbnail',
  ])("has a JPEG for a thumbnail, under the file's own type, by %s", async (path) => {
    const { contentType, bytes } = await open(path);
    expect([contentType, (await sharp(bytes).metadata()).format]).toEqual(['video/mp4', 'jpeg']);
  });

  it('may have none', async () => {
    const { data } = await list('/communications?where=obj_type=XCCMessage&include=attachments,thumbnails');
    const [mail] = data as unknown as { object: { oid: string; attachments: { oid: string; commonName: string }[] } }[];
    const { oid, attachments } = mail?.object ?? { oid: '', attachments: [] };
    expect(attachments.map(({ commonName }) => commonName)).toEqual(['floor-plan.pdf', 'invoice.pdf', 'logo.svg']);
    expect(data[0]?.object).toMatchObject({ hasInlineAttachment: true });
    const path = `/attachments/${attachments[0]?.oid}`;
    expect((await get(`${path}?only_thumbnail`)).body).toMatchObject({ object: { hasThumbnail: false } });
    expect((await open(`${path}/binary?only_thumbnail`)).status).toBe(404);
    expect(await get(`/communications/${oid}/attachments/1899618`)).toMatchObject({ status: 404, body: { errorCode: 10100 } });
  });
});

describe('What an attachment by itself is open to', () => {
  const routes = ['/attachments/1899618', '/attachments/1899618?only_thumbnail', '/attachments/1899618/binary'];

  it.each(routes)('from 8u4 on: administrators, by %s', async (path) => {
    expect(await get(path, 'sandbox-user-token')).toEqual({
      status: 403,
      body: {
        errorCode: 10101,
        message: 'No permission for this resource',
        info: `resource=GET /api/v1/master${path.split('?')[0]}`,
      },
    });
    expect((await open(path)).status).toBe(200);
  });

  it('before 8u4: everybody', async () => {
    const older = await startSandbox(simulateXelion({ serverVersion: '8u3' }));
    const answers = await Promise.all(
      routes.slice(0, 2).map((path) => ask(`${older.url}/api/v1/master${path}`, { token: 'sandbox-user-token' })),
    );
    const version = await ask(`${older.url}/api/v1/master/server/version`, { token: null });
    await older.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(version.body).toMatchObject({ serverVersionMajor: 8, serverVersionUpdate: 3, apiVersionMajor: 1 });
  });

  it('always: those who have it in a message of their own', async () => {
    expect(await get('/communications/1899626/attachments/1899618', 'sandbox-user-token')).toMatchObject({ status: 200 });
    expect(await get('/communications/1899627', 'sandbox-user-token')).toMatchObject({ status: 403, body: { errorCode: 10101 } });
  });
});

describe('What is not there', () => {
  it.each([
    '/communications/1',
    '/communications/1899627/attachments',
    '/attachments/1',
    '/chats/1',
    '/addressables/1',
    '/nothing',
  ])('is 404/10100: %s', async (path) => {
    expect(await get(path)).toMatchObject({
      status: 404,
      body: { errorCode: 10100, info: `resource=GET /api/v1/master${path}` },
    });
  });

  it('is every tenant but master', async () => {
    expect(await ask(`${sandbox.url}/api/v1/other/communications`)).toMatchObject({ status: 404 });
  });

  it('is a cursor that no answer gave', async () => {
    expect(await get('/communications?before=7')).toMatchObject({ status: 400, body: { errorCode: 10203 } });
  });
});
