import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { simulateOracleContent } from '../../src/sandbox/oracle-content/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox(simulateOracleContent({ pagesDelayMs: 0 }));
});
afterAll(() => sandbox.close());

const photo = 'DD3E2C64C386901BFC239EB7D394A94AF203799A93B9';
const plan = 'D3C1C1F319CFE6B102095C5DT0000000000100000001';
const plansFolder = 'FDC22B65E850730CAA60AF83B5D17B95F47087F4E518';

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly bearer?: string | null;
  readonly headers?: Record<string, string>;
  readonly json?: object;
}

async function ask(path: string, { method = 'GET', bearer = 'sandbox-token', headers = {}, json }: Asked = {}) {
  const answer = await request(`${sandbox.url}/documents/api/1.2${path}`, {
    method,
    headers: { ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
    ...(json ? { body: JSON.stringify(json) } : {}),
  });
  const written = await answer.body.text();
  const isJson = answer.headers['content-type']?.toString().startsWith('application/json') ?? false;
  return { status: answer.statusCode, headers: answer.headers, body: isJson ? JSON.parse(written) : written };
}

async function share(json: object, item = `file/${photo}`): Promise<string> {
  return (await ask(`/publiclinks/${item}`, { method: 'POST', json: { assignedUsers: '@everybody', ...json } })).body.linkID;
}

const metadata = `/files/${photo}`;
const bytes = `/files/${photo}/data`;
const image = `/files/${photo}/data/smallImage`;

describe('A public link', () => {
  it('is made, told, listed, changed and deleted', async () => {
    const link = {
      linkName: 'Mine',
      assignedUsers: '@serviceinstance',
      role: 'contributor',
      expirationTime: '2099-01-01T00:00:01Z',
    };
    const made = await ask(`/publiclinks/file/${plan}`, { method: 'POST', json: { ...link, password: 'secret-code' } });
    expect(made).toMatchObject({ status: 200, body: { ...link, type: 'publiclink', errorCode: '0', id: plan } });
    expect(JSON.stringify(made.body)).not.toContain('secret-code');
    const { linkID } = made.body;
    expect(linkID).toMatch(/^LD[0-9A-F]{22}T0000000000100000001$/);
    expect(await ask(`/publiclinks/${linkID}`)).toMatchObject({ status: 200, body: { linkID, id: plan } });
    expect((await ask(`/publiclinks/file/${plan}`)).body).toMatchObject({ count: '1', items: [{ linkID }] });
    const changed = await ask(`/publiclinks/${linkID}`, { method: 'PUT', json: { role: 'viewer' } });
    expect(changed.body).toMatchObject({ linkID, role: 'viewer', assignedUsers: '@serviceinstance' });
    const gone = { errorCode: '0', linkID, type: 'publiclink' };
    expect((await ask(`/publiclinks/${linkID}`, { method: 'DELETE' })).body).toEqual(gone);
    expect(await ask(`/publiclinks/${linkID}`)).toMatchObject({ status: 404, body: { errorCode: '-16' } });
    const none = (await ask(`/publiclinks/file/${plan}`)).body;
    expect([none.count, none.items]).toEqual(['0', undefined]);
  });

  it('is for owners to give', async () => {
    const asked = { method: 'POST', bearer: 'user-aa', json: { assignedUsers: '@everybody' } } as const;
    expect(await ask(`/publiclinks/file/${photo}`, asked)).toMatchObject({ status: 403, body: { errorCode: '-20' } });
  });

  it('for everybody opens without credentials; one for account holders does not', async () => {
    const everybody = await share({});
    const holders = await share({ assignedUsers: '@serviceinstance' });
    expect((await ask(metadata, { bearer: null, headers: { linkID: everybody } })).status).toBe(200);
    expect((await ask(metadata, { bearer: null, headers: { linkID: holders } })).status).toBe(401);
  });

  it('for some is nothing for others', async () => {
    const headers = { linkID: await share({ assignedUsers: 'userAALoginName, nobody' }) };
    expect((await ask(metadata, { bearer: 'user-aa', headers })).status).toBe(200);
    expect(await ask(metadata, { bearer: 'user-bb', headers })).toMatchObject({ status: 403, body: { errorCode: '-20' } });
  });

  it('of a folder lists what is in it at once', async () => {
    const headers = { linkID: await share({}, `folder/${plansFolder}`) };
    const { body } = await ask(`/files/lists?idList=${plan},${photo}`, { bearer: null, headers });
    expect(body.items.map(({ id }: Record<string, string>) => id)).toEqual([plan]);
  });

  it('to look shows pictures, but not the file', async () => {
    const [viewer, downloader] = [await share({}), await share({ role: 'downloader' })];
    const as = (linkID: string) => ({ bearer: 'user-aa', headers: { linkID } });
    expect((await ask(image, as(viewer))).status).toBe(200);
    expect(await ask(bytes, as(viewer))).toMatchObject({ status: 403, body: { errorCode: '-20' } });
    expect((await ask(bytes, as(downloader))).status).toBe(200);
    expect((await ask(metadata, { ...as(downloader), method: 'PUT', json: { name: 'x.jpg' } })).status).toBe(403);
  });

  it.each([
    ['the code', 'p ä;ss=word', 200],
    ['the code, encoded', encodeURIComponent('p ä;ss=word'), 200],
    ['another code', 'wrong-code', 403],
  ])('with a code takes %s in the cookie of its name', async (_, code, status) => {
    const linkID = await share({ password: 'p ä;ss=word' });
    const written = code === 'p ä;ss=word' ? encodeURIComponent(code) : code;
    const Cookie = `other=1; dAccessCode-${linkID}=${written}`;
    const answer = await ask(metadata, { bearer: 'user-aa', headers: { linkID, Cookie } });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.errorCode).toBe('-18');
  });

  it('takes no code from a header of its own', async () => {
    const linkID = await share({ password: 'test12345' });
    const answer = await ask(metadata, { headers: { linkID, dAccessCode: 'test12345' } });
    expect(answer.body.errorCode).toBe('-18');
  });

  it.each([{ linkID: 'LDnone' }, { linkID: '' }])('that is none is -26, whatever the caller may do: %j', async (headers) => {
    expect(await ask(metadata, { headers })).toMatchObject({ status: 400, body: { errorCode: '-26' } });
  });

  it('that has ended is -26', async () => {
    const linkID = await share({ expirationTime: '2020-01-01T00:00:00Z' });
    expect(await ask(metadata, { headers: { linkID } })).toMatchObject({ status: 400, body: { errorCode: '-26' } });
  });

  it('of another item opens nothing here', async () => {
    const linkID = await share({}, `file/${plan}`);
    expect(await ask(metadata, { headers: { linkID } })).toMatchObject({ status: 403, body: { errorCode: '-20' } });
  });
});

describe('An applink', () => {
  const assigned = { method: 'POST', json: { assignedUser: 'user-bb', role: 'downloader', userLocale: 'English' } } as const;

  it('opens a folder and what is in it, with the token that came with it', async () => {
    const { status, body } = await ask(`/applinks/folder/${plansFolder}`, assigned);
    expect(status).toBe(200);
    expect(body).toMatchObject({ role: 'downloader', id: plansFolder, type: 'applink', errorCode: '0' });
    expect([body.appLinkID.length, body.accessToken.length, body.refreshToken.length]).toEqual([154, 64, 64]);
    const { appLinkID, accessToken } = body;
    const asked = { bearer: 'user-bb', headers: { AppLinkID: appLinkID, AccessToken: accessToken } };
    expect((await ask(`/files/${plan}/data`, asked)).status).toBe(200);
    expect((await ask(`/files/${photo}`, asked)).status).toBe(403);
    expect((await ask(`/files/${plan}`, { ...asked, bearer: null })).status).toBe(401);
  });

  it('is renewed by headers alone, and the old token ends', async () => {
    const { body } = await ask(`/applinks/file/${plan}`, assigned);
    const { appLinkID, accessToken, refreshToken } = body;
    const renewed = await ask('/applinks/token', { method: 'PUT', headers: { appLinkID, accessToken, refreshToken } });
    expect(renewed).toMatchObject({ status: 200, body: { type: 'applink', errorCode: '0' } });
    expect(Object.keys(renewed.body).sort()).toEqual(['accessToken', 'errorCode', 'type']);
    const use = (token: string) => ask(`/files/${plan}`, { bearer: 'user-bb', headers: { appLinkID, accessToken: token } });
    expect(await use(accessToken)).toMatchObject({ status: 400, body: { errorCode: '-26' } });
    expect((await use(renewed.body.accessToken)).status).toBe(200);
    const missing = await ask('/applinks/token', { method: 'PUT', headers: { appLinkID, accessToken }, json: { refreshToken } });
    expect(missing.status).toBe(400);
  });

  it('without its token is malformed', async () => {
    const { body } = await ask(`/applinks/file/${plan}`, assigned);
    const answer = await ask(`/files/${plan}`, { headers: { appLinkID: body.appLinkID } });
    expect(answer).toMatchObject({ status: 400, body: { errorCode: '-1' } });
  });
});

describe('Credentials', () => {
  it.each([null, 'wrong'])('that prove nothing (%s) get an empty 401', async (bearer) => {
    const answer = await ask(metadata, { bearer });
    expect(answer).toMatchObject({ status: 401, body: '' });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('may be a name and a password', async () => {
    const authorization = `Basic ${Buffer.from('demo:demo').toString('base64')}`;
    expect((await ask(metadata, { bearer: null, headers: { authorization } })).status).toBe(200);
  });
});
