import { afterEach, describe, expect, it } from '@jest/globals';
import type { Call } from '../../../src/call.js';
import { boxSettings } from '../../../src/providers/box/index.js';
import { type BoxSandbox, clientCredentials, openBoxSandbox } from '../../support/box.js';
import { call } from '../../support/vault.js';

let opened: BoxSandbox;
afterEach(() => opened.close());

const tokens = () => opened.sandbox.log.requests(/oauth2\/token/).length;

function callOf(credential?: string): Call {
  return { ...call, viewer: { ...call.viewer, ...(credential === undefined ? {} : { credentials: { box: credential } }) } };
}

describe('An account by client credentials', () => {
  it('gets one token for many requests at once', async () => {
    opened = await openBoxSandbox({ settings: { credentials: clientCredentials } });
    const { provider } = opened;
    const found = await Promise.all(Array.from({ length: 20 }, () => provider.stat('12345', {}, call)));
    expect(found.every((attachment) => attachment?.filename === 'harbour.jpg')).toBe(true);
    expect(tokens()).toBe(1);
  });

  it('gets another when the first is about to end', async () => {
    opened = await openBoxSandbox({ tokenSeconds: 20, settings: { credentials: clientCredentials } });
    await opened.provider.stat('12345', {}, call);
    await opened.provider.stat('12345', {}, call);
    expect(tokens()).toBe(2);
  });

  it('gets another when Box no longer takes the first, and asks again', async () => {
    opened = await openBoxSandbox({ settings: { credentials: clientCredentials } });
    await opened.provider.stat('12345', {}, call);
    opened.sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    expect(await opened.provider.stat('12345', {}, call)).toMatchObject({ id: '12345' });
    expect(tokens()).toBe(2);
  });

  it('is PROVIDER_UNAUTHENTICATED with a wrong secret, which is not told', async () => {
    opened = await openBoxSandbox({ settings: { credentials: { ...clientCredentials, clientSecret: 'very-secret' } } });
    const error: unknown = await opened.provider.check(call).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'PROVIDER_UNAUTHENTICATED', details: { upstreamCode: 'invalid_client' } });
    expect(JSON.stringify(error)).not.toContain('very-secret');
  });
});

describe('An account by a fixed token', () => {
  it('is PROVIDER_UNAUTHENTICATED when Box does not take it, after one request', async () => {
    opened = await openBoxSandbox({ settings: { credentials: { mode: 'service', token: 'wrong' } } });
    await expect(opened.provider.check(call)).rejects.toMatchObject({
      code: 'PROVIDER_UNAUTHENTICATED',
      details: { upstreamStatus: 401, retryable: false },
    });
    expect(opened.sandbox.log.requests()).toHaveLength(1);
  });
});

describe("A viewer's own token", () => {
  const forward = { mode: 'forward', header: 'X-Box-Authorization' };

  it.each(['sandbox-token', 'Bearer sandbox-token'])('is taken as "%s"', async (credential) => {
    opened = await openBoxSandbox({ settings: { credentials: forward } });
    expect(await opened.provider.stat('12345', {}, callOf(credential))).toMatchObject({ id: '12345' });
  });

  it('is asked for where there is none', async () => {
    opened = await openBoxSandbox({ settings: { credentials: forward } });
    await expect(opened.provider.check(callOf())).rejects.toMatchObject({ code: 'PROVIDER_UNAUTHENTICATED' });
    expect(opened.sandbox.log.requests()).toHaveLength(0);
  });

  it('separates the answers of viewers, and cannot be read from the scope', async () => {
    opened = await openBoxSandbox({ settings: { credentials: forward } });
    const scopeOf = (credential: string) => opened.provider.scope(callOf(credential).viewer);
    expect(scopeOf('one')).not.toBe(scopeOf('two'));
    expect(scopeOf('sandbox-token')).not.toContain('sandbox-token');
  });
});

describe('The settings of an account', () => {
  it('lead to Box itself where no other address is told', async () => {
    opened = await openBoxSandbox();
    const settings = boxSettings.parse({ credentials: { mode: 'service', token: 'x' } });
    expect(settings).toMatchObject({ baseUrl: 'https://api.box.com', uploadUrl: 'https://upload.box.com/api' });
  });
});
