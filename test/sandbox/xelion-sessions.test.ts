import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateXelion } from '../../src/sandbox/xelion/index.js';
import { ask } from '../support/xelion.js';

let sandbox: RunningSandbox;
let url: string;
beforeEach(async () => {
  sandbox = await startSandbox(simulateXelion({ seed: false, serverVersion: '6u20' }));
  url = `${sandbox.url}/api/v1/master`;
});
afterEach(() => sandbox.close());

const demo = { userName: 'demo', password: 'demo', userSpace: 'test-demo' };

interface LoginAnswer {
  readonly authentication: string;
  readonly renewalToken: string;
  readonly validUntil: string;
}

const post = (path: string, body?: unknown, token: string | null = null) => ask(`${url}${path}`, { method: 'POST', body, token });
const login = async (token: string | null = null) => (await post('/me/login', demo, token)).body as LoginAnswer;
const statusOf = async (token: string | null) => {
  const { status, body } = await ask(`${url}/communications`, { token });
  return [status, (body as { errorCode?: number }).errorCode];
};

describe('A login', () => {
  it('tells a token, what renews it, how long it lasts and the versions', async () => {
    expect(await post('/me/login', demo)).toEqual({
      status: 200,
      body: {
        authentication: expect.any(String),
        renewalToken: expect.any(String),
        validUntil: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        version: '1.4',
        serverVersion: '6 update 20',
        brand: 'Xelion',
        buildNumber: expect.any(String),
        host: null,
        tenant: 'master',
        userName: 'demo',
      },
    });
  });

  it.each([
    [{ ...demo, userName: undefined }, 400, 10002],
    [{ ...demo, password: '' }, 400, 10003],
    [{ ...demo, password: 'wrong' }, 401, 10004],
    [{ ...demo, userSpace: 'x'.repeat(201) }, 401, 10010],
    [{ ...demo, userSpace: undefined }, 401, 10011],
    [undefined, 400, 10200],
    [[], 400, 10202],
  ])('with %j is refused by %d/%d', async (body, status, errorCode) => {
    expect(await post('/me/login', body)).toMatchObject({
      status,
      body: { errorCode, info: 'resource=POST /api/v1/master/me/login' },
    });
  });

  it('fails while a session of the same user space lasts, unless it brings that one to end', async () => {
    const { authentication } = await login();
    expect(await post('/me/login', demo)).toMatchObject({ status: 401, body: { errorCode: 10005 } });
    const next = await login(authentication);
    expect([await statusOf(authentication), await statusOf(next.authentication)]).toEqual([
      [401, 10021],
      [200, undefined],
    ]);
  });
});

describe('A session', () => {
  it('is renewed by its renewal token or the password, and both tokens are others then', async () => {
    const first = await login();
    const second = (await post('/me/renew', first.renewalToken, first.authentication)).body as LoginAnswer;
    expect(new Set([first.authentication, second.authentication, first.renewalToken, second.renewalToken]).size).toBe(4);
    expect(await statusOf(first.authentication)).toEqual([401, 10021]);
    expect((await post('/me/renew', 'demo', second.authentication)).status).toBe(200);
    expect(await post('/me/renew', 'wrong', second.authentication)).toMatchObject({ status: 401 });
  });

  it('ends by a logout', async () => {
    const { authentication } = await login();
    expect(await post('/me/logout', undefined, authentication)).toEqual({ status: 200, body: null });
    expect(await statusOf(authentication)).toEqual([401, 10021]);
    expect(await post('/me/logout')).toMatchObject({ status: 403, body: { errorCode: 10000 } });
  });

  it('ends by itself', async () => {
    const short = await startSandbox(simulateXelion({ seed: false, sessionSeconds: 0 }));
    const { body } = await ask(`${short.url}/api/v1/master/me/login`, { method: 'POST', body: demo, token: null });
    const { authentication: token } = body as LoginAnswer;
    const refused = await ask(`${short.url}/api/v1/master/communications`, { token });
    await short.close();
    expect(refused).toMatchObject({ status: 401, body: { errorCode: 10020 } });
  });

  it('is told to have ended when the sandbox is told so', async () => {
    sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    expect(await statusOf('sandbox-token')).toEqual([401, 10020]);
    expect(await statusOf('sandbox-token')).toEqual([200, undefined]);
  });

  it('is needed', async () => {
    expect([await statusOf(null), await statusOf('unknown')]).toEqual([
      [401, 10000],
      [401, 10021],
    ]);
  });

  it('has four requests running at most; more are 429/10400', async () => {
    sandbox.faults.add({ kind: 'slow', bytesPerSecond: 10, path: 'status', times: 4 });
    const authorization = 'xelion sandbox-token';
    const begun = await Promise.all([1, 2, 3, 4].map(() => request(`${url}/me/status`, { headers: { authorization } })));
    expect(await statusOf('sandbox-token')).toEqual([429, 10400]);
    expect(await statusOf('sandbox-user-token')).toEqual([200, undefined]);
    await Promise.all(begun.map(({ body }) => body.text()));
    // A reader may be done before the server has noted so.
    while ((await statusOf('sandbox-token'))[0] !== 200);
  });
});

describe('A refusal that the sandbox is told to give', () => {
  it.each([
    [403, 10101],
    [404, 10100],
    [429, 10400],
    [500, 11000],
    [503, 11000],
  ])("of %d has the system's own body", async (status, errorCode) => {
    sandbox.faults.add({ kind: 'status', status });
    expect(await statusOf('sandbox-token')).toEqual([status, errorCode]);
  });
});
