import { afterEach, describe, expect, it } from '@jest/globals';
import type { Call } from '../../../src/call.js';
import { call } from '../../support/vault.js';
import { openVirolaSandbox, type VirolaSandbox, type VirolaSandboxOptions } from '../../support/virola.js';

let opened: VirolaSandbox | null = null;

afterEach(async () => {
  await opened?.close();
  opened = null;
});

async function open(credentials: object, options: VirolaSandboxOptions = {}): Promise<VirolaSandbox> {
  opened = await openVirolaSandbox({ ...options, settings: { credentials } });
  return opened;
}

function viewerWith(credential: string): Call {
  return { ...call, viewer: { ...call.viewer, credentials: { virola: credential } } };
}

const requests = ({ sandbox }: VirolaSandbox, pattern: RegExp) => sandbox.log.requests(pattern).length;
const unauthenticated = { code: 'PROVIDER_UNAUTHENTICATED', details: { provider: 'virola' } };

describe('A token', () => {
  it('goes with every request', async () => {
    const virola = await open({ mode: 'service', token: 'sandbox-token' });
    expect(await virola.provider.stat('3423', {}, call)).toMatchObject({ filename: 'Document.pdf' });
    expect(virola.sandbox.log.requests()[0]?.headers.authorization).toBe('Bearer sandbox-token');
  });

  it('that is refused is not tried again', async () => {
    const virola = await open({ mode: 'service', token: 'sandbox-token' });
    virola.sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    await expect(virola.provider.stat('3423', {}, call)).rejects.toMatchObject(unauthenticated);
    expect(requests(virola, /./)).toBe(1);
  });
});

describe('A login', () => {
  const login = { mode: 'login', userName: 'demo', password: 'demo' };

  it('is done once, however many requests wait for it', async () => {
    const virola = await open(login);
    await Promise.all(Array.from({ length: 8 }, () => virola.provider.stat('3423', {}, call)));
    expect(requests(virola, /POST .*\/login/)).toBe(1);
    expect(requests(virola, /GET .*\/attachments\/3423/)).toBe(8);
  });

  it('is repeated once for all when the session has ended', async () => {
    const virola = await open(login);
    await virola.provider.check(call);
    virola.sandbox.log.clear();
    virola.sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    const found = await Promise.all(Array.from({ length: 8 }, () => virola.provider.stat('3423', {}, call)));
    expect(found.every((attachment) => attachment?.id === '3423')).toBe(true);
    expect(requests(virola, /POST .*\/login/)).toBe(1);
  });

  it('that is refused says so', async () => {
    const virola = await open({ ...login, password: 'wrong' });
    const failure = await virola.provider.check(call).catch((error) => error);
    expect(failure).toMatchObject({ ...unauthenticated, message: expect.stringContaining('user name and password') });
    expect(failure.message).not.toContain('wrong');
  });

  it('sends no session id along', async () => {
    const virola = await open(login);
    await virola.provider.check(call);
    const [first] = virola.sandbox.log.requests(/login/);
    expect([first?.headers.cookie, first?.headers.authorization]).toEqual([undefined, undefined]);
  });
});

describe("A viewer's own credential", () => {
  it('is the cookie that the request brought', async () => {
    const virola = await open({ mode: 'forward', cookie: 'VirolaUserSessionId' });
    const body = JSON.stringify({ userName: 'demo', password: 'demo' });
    const headers = { 'content-type': 'application/json' };
    const session = (await (await fetch(`${virola.url}/api/v1/login`, { method: 'POST', headers, body })).json()) as {
      userSessionId: string;
    };
    expect(await virola.provider.stat('3423', {}, viewerWith(session.userSessionId))).toMatchObject({ id: '3423' });
  });

  it.each(['sandbox-token', 'Bearer sandbox-token'])('is the token that the request brought as %j', async (credential) => {
    const virola = await open({ mode: 'forward', header: 'x-virola-token' });
    expect(await virola.provider.stat('3423', {}, viewerWith(credential))).toMatchObject({ id: '3423' });
  });

  it('separates what is kept for viewers', async () => {
    const { provider } = await open({ mode: 'forward', header: 'authorization' });
    const scopes = ['one', 'two', 'one'].map((credential) => provider.scope(viewerWith(credential).viewer));
    expect(scopes[0]).toBe(scopes[2]);
    expect(scopes[0]).not.toBe(scopes[1]);
    expect(scopes.join()).not.toContain('one');
  });

  it('is asked for where there is none', async () => {
    const virola = await open({ mode: 'forward', cookie: 'VirolaUserSessionId' });
    await expect(virola.provider.stat('3423', {}, call)).rejects.toMatchObject(unauthenticated);
    expect(requests(virola, /./)).toBe(0);
  });

  it.each(['a; other=1', 'a\r\nx-evil: 1', '', 'a b'])('that is spelled %j goes nowhere', async (credential) => {
    const virola = await open({ mode: 'forward', cookie: 'VirolaUserSessionId' });
    await expect(virola.provider.stat('3423', {}, viewerWith(credential))).rejects.toMatchObject(unauthenticated);
    expect(requests(virola, /./)).toBe(0);
  });

  it('that is refused is not tried again', async () => {
    const virola = await open({ mode: 'forward', cookie: 'VirolaUserSessionId' });
    await expect(virola.provider.stat('3423', {}, viewerWith('unknown'))).rejects.toMatchObject(unauthenticated);
    expect(requests(virola, /./)).toBe(1);
  });
});
