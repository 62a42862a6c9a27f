import { afterEach, describe, expect, it } from '@jest/globals';
import type { OracleContentSettings } from '../../../src/providers/oracle-content/settings.js';
import { type OracleContentSandbox, openOracleContentSandbox } from '../../support/oracle-content.js';
import { call } from '../../support/vault.js';

let held: OracleContentSandbox;
afterEach(() => held.close());

async function openWith(credentials: (url: string) => OracleContentSettings['credentials']): Promise<OracleContentSandbox> {
  held = await openOracleContentSandbox({ seed: false, credentials });
  return held;
}

const client = (url: string) =>
  ({
    mode: 'clientCredentials',
    tokenUrl: `${url}/oauth2/v1/token`,
    clientId: 'demo',
    clientSecret: 'demo',
    scope: 'urn:opc:cec:all',
  }) as const;

function forwarding(credential: string) {
  return { ...call, viewer: { ...call.viewer, credentials: { oracle: credential } } };
}

describe('The credentials of an account', () => {
  it.each<[string, (url: string) => OracleContentSettings['credentials']]>([
    ['a token', () => ({ mode: 'service', token: 'sandbox-token' })],
    ['user and password', () => ({ mode: 'service', user: 'demo', password: 'demo' })],
    ['an application of the identity domain', client],
  ])('may be %s', async (_, chosen) => {
    const { provider } = await openWith(chosen);
    await expect(provider.check(call)).resolves.toBeUndefined();
  });

  it.each(['Bearer user-aa', 'user-aa', 'Basic ZGVtbzpkZW1v'])('may be what the viewer brings: %s', async (credential) => {
    const { provider } = await openWith(() => ({ mode: 'forward', header: 'x-oracle-content' }));
    await expect(provider.check(forwarding(credential))).resolves.toBeUndefined();
    await expect(provider.check(call)).rejects.toMatchObject({ code: 'PROVIDER_UNAUTHENTICATED' });
    expect(provider.scope(forwarding('Bearer user-aa').viewer)).not.toBe(provider.scope(forwarding('Bearer user-bb').viewer));
  });

  it('that the system refuses are PROVIDER_UNAUTHENTICATED', async () => {
    const { provider } = await openWith(() => ({ mode: 'service', token: 'wrong-token' }));
    const refused = { code: 'PROVIDER_UNAUTHENTICATED', details: { upstreamStatus: 401 } };
    await expect(provider.check(call)).rejects.toMatchObject(refused);
    await expect(provider.stat('D1', {}, call)).rejects.toMatchObject(refused);
  });
});

describe('A token for a time', () => {
  it('is obtained once for many requests', async () => {
    const { provider, sandbox } = await openWith(client);
    await Promise.all(Array.from({ length: 20 }, () => provider.check(call)));
    expect(sandbox.log.requests(/oauth2/)).toHaveLength(1);
  });

  it('that has ended is obtained again, once, and nobody notices', async () => {
    const { provider, sandbox } = await openWith(client);
    await provider.check(call);
    sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    await expect(provider.check(call)).resolves.toBeUndefined();
    expect(sandbox.log.requests(/oauth2/)).toHaveLength(2);
  });

  it('that is not given is PROVIDER_UNAUTHENTICATED, and names no secret', async () => {
    const { provider } = await openWith((url) => ({ ...client(url), clientSecret: 'hush-hush' }));
    await expect(provider.check(call)).rejects.toMatchObject({
      code: 'PROVIDER_UNAUTHENTICATED',
      message: expect.not.stringContaining('hush'),
    });
  });
});
