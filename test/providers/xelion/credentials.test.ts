import { afterEach, describe, expect, it } from '@jest/globals';
import type { XelionSettings } from '../../../src/providers/xelion/settings.js';
import { call } from '../../support/vault.js';
import { adapterOf, ask, openXelionSandbox, type XelionSandbox } from '../../support/xelion.js';

const opened: XelionSandbox[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ close }) => close()));
});

async function open(setup: Parameters<typeof openXelionSandbox>[0]): Promise<XelionSandbox> {
  const sandbox = await openXelionSandbox(setup);
  opened.push(sandbox);
  return sandbox;
}

const login: XelionSettings['credentials'] = { mode: 'login', userName: 'demo', password: 'demo', userSpace: 'test' };
const asked = ({ sandbox }: XelionSandbox, path: RegExp) => sandbox.log.requests(path).length;
const bringing = (xelion: string) => ({ ...call, viewer: { ...call.viewer, credentials: { xelion } } });

describe('A login', () => {
  it('serves all who wait for it, once', async () => {
    const xelion = await open({ settings: { credentials: login } });
    await Promise.all([1, 2, 3].map(() => xelion.provider.check(call)));
    await xelion.provider.check(call);
    expect([asked(xelion, /\/me\/login/), asked(xelion, /\/communications/)]).toEqual([1, 4]);
  });

  it('is renewed before it ends, by the token that each renewal gives', async () => {
    const xelion = await open({ sessionSeconds: 20, settings: { credentials: login } });
    for (let times = 0; times < 3; times += 1) await xelion.provider.check(call);
    expect([asked(xelion, /\/me\/login/), asked(xelion, /\/me\/renew/)]).toEqual([1, 2]);
  });

  it('is made anew when the session has ended', async () => {
    const xelion = await open({ settings: { credentials: login } });
    await xelion.provider.check(call);
    xelion.sandbox.faults.add({ kind: 'expiredToken', path: 'communications', times: 1 });
    await xelion.provider.check(call);
    expect([asked(xelion, /\/me\/login/), asked(xelion, /\/communications/)]).toEqual([2, 3]);
  });

  it('is made anew when a renewal is refused', async () => {
    const xelion = await open({ sessionSeconds: 20, settings: { credentials: login } });
    await xelion.provider.check(call);
    xelion.sandbox.faults.add({ kind: 'expiredToken', path: 'renew', times: 1 });
    await xelion.provider.check(call);
    expect([asked(xelion, /\/me\/login/), asked(xelion, /\/me\/renew/)]).toEqual([2, 1]);
  });

  it('goes to a user space of its own where another session has the one that was set', async () => {
    const xelion = await open({});
    await ask(`${xelion.url}/me/login`, { method: 'POST', body: { ...login, mode: undefined }, token: null });
    const provider = adapterOf(xelion.url, { credentials: login });
    await expect(provider.check(call)).resolves.toBeUndefined();
    await provider.close?.();
  });

  it('ends with the adapter, so that the user space is free for the next', async () => {
    const xelion = await open({});
    for (let starts = 0; starts < 2; starts += 1) {
      const provider = adapterOf(xelion.url, { credentials: login });
      await provider.check(call);
      await provider.close?.();
    }
    expect([asked(xelion, /\/me\/login/), asked(xelion, /\/me\/logout/)]).toEqual([2, 2]);
  });

  it('that is refused is PROVIDER_UNAUTHENTICATED, and not tried again at once', async () => {
    const xelion = await open({ settings: { credentials: { ...login, password: 'wrong' } } });
    const refused = { code: 'PROVIDER_UNAUTHENTICATED', details: { upstreamStatus: 401, upstreamCode: '10004' } };
    await expect(xelion.provider.check(call)).rejects.toMatchObject(refused);
    await expect(xelion.provider.check(call)).rejects.toMatchObject(refused);
    expect([asked(xelion, /\/me\/login/), asked(xelion, /\/communications/)]).toEqual([1, 0]);
  });

  it('that meets a server that is down is tried again by the next request', async () => {
    const xelion = await open({ settings: { credentials: login } });
    xelion.sandbox.faults.add({ kind: 'status', status: 503, path: 'login', times: 1 });
    await expect(xelion.provider.check(call)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    await expect(xelion.provider.check(call)).resolves.toBeUndefined();
  });
});

describe("A viewer's own credential", () => {
  const forward: XelionSettings['credentials'] = { mode: 'forward', header: 'x-xelion-authorization' };

  it.each(['xelion sandbox-user-token', 'sandbox-user-token'])('is passed on: %s', async (credential) => {
    const { provider } = await open({ settings: { credentials: forward } });
    expect(await provider.statContainer?.('Message', '1899626', bringing(credential))).toMatchObject({ id: '1899626' });
  });

  it.each(['Bearer for-another-system', 'xelion two tokens', ''])(
    'that is none is refused and not passed on: %j',
    async (credential) => {
      const xelion = await open({ settings: { credentials: forward } });
      await expect(xelion.provider.check(bringing(credential))).rejects.toMatchObject({ code: 'PROVIDER_UNAUTHENTICATED' });
      expect(xelion.sandbox.log.requests()).toEqual([]);
    },
  );

  it('has answers of its own', async () => {
    const { provider } = await open({ settings: { credentials: forward } });
    const scopes = ['sandbox-token', 'sandbox-user-token'].map((token) => provider.scope(bringing(token).viewer));
    expect(new Set(scopes).size).toBe(2);
    await expect(provider.stat('1899618', {}, bringing('sandbox-user-token'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('that the system refuses is PROVIDER_UNAUTHENTICATED', async () => {
    const { provider } = await open({ settings: { credentials: forward } });
    await expect(provider.check(bringing('unknown'))).rejects.toMatchObject({
      code: 'PROVIDER_UNAUTHENTICATED',
      details: { upstreamStatus: 401, upstreamCode: '10021' },
    });
  });
});
