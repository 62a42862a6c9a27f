import { describe, expect, it } from '@jest/globals';
import { fixedCredentials, forwardedCredentials, type Token, tokenCredentials } from '../../src/providers/credentials.js';
import { call } from '../support/vault.js';

function callBringing(credentials: Record<string, string>) {
  return { ...call, viewer: { ...call.viewer, credentials } };
}

const never = Number.POSITIVE_INFINITY;
const token = (value: string, expiresAt = never): Token => ({ headers: { authorization: value }, expiresAt });

describe('Fixed credentials', () => {
  it('are the same for all viewers and cannot be renewed', async () => {
    const fixed = fixedCredentials({ authorization: 'Bearer a' });
    expect(await fixed.authorize(call)).toEqual({ authorization: 'Bearer a' });
    expect([fixed.scope(call.viewer), await fixed.renew(call, {})]).toEqual(['service', false]);
  });
});

describe('Forwarded credentials', () => {
  const forwarded = forwardedCredentials('virola', (credential) => ({ cookie: `session=${credential}` }));

  it("are the viewer's own", async () => {
    expect(await forwarded.authorize(callBringing({ virola: 'mine' }))).toEqual({ cookie: 'session=mine' });
  });

  it('are PROVIDER_UNAUTHENTICATED where the request brought none', async () => {
    await expect(forwarded.authorize(callBringing({ xelion: 'mine' }))).rejects.toMatchObject({
      code: 'PROVIDER_UNAUTHENTICATED',
    });
  });

  it('have a scope each, which does not tell them', () => {
    const scopes = ['mine', 'yours'].map((virola) => forwarded.scope(callBringing({ virola }).viewer));
    expect(new Set([...scopes, forwarded.scope(call.viewer)]).size).toBe(3);
    expect(scopes.join()).not.toMatch(/mine|yours/);
  });
});

describe('Token credentials', () => {
  it('obtain a token once, however many requests wait for it', async () => {
    let obtained = 0;
    const credentials = tokenCredentials(async () => token(`${++obtained}`));
    await Promise.all([1, 2, 3].map(() => credentials.authorize(call)));
    expect([await credentials.authorize(call), obtained]).toEqual([{ authorization: '1' }, 1]);
  });

  it('obtain another before one ends, and hand over the previous one', async () => {
    const previous: (Token | null)[] = [];
    const credentials = tokenCredentials(async (_call, before) => {
      previous.push(before);
      return token(`${previous.length}`, Date.now() + 29_000);
    });
    await credentials.authorize(call);
    expect(await credentials.authorize(call)).toEqual({ authorization: '2' });
    expect(previous).toMatchObject([null, { headers: { authorization: '1' } }]);
  });

  it('obtain another after a refusal', async () => {
    let obtained = 0;
    const credentials = tokenCredentials(async () => token(`${++obtained}`));
    const used = await credentials.authorize(call);
    expect(await credentials.renew(call, used)).toBe(true);
    expect(await credentials.authorize(call)).toEqual({ authorization: '2' });
  });

  it('fail for those who wait, and are tried anew for the next', async () => {
    let tries = 0;
    const credentials = tokenCredentials(async () => {
      tries += 1;
      if (tries === 1) throw new Error('down');
      return token('2');
    });
    await expect(credentials.authorize(call)).rejects.toMatchObject({ message: 'down' });
    expect(await credentials.authorize(call)).toEqual({ authorization: '2' });
  });

  it('go on being obtained when the one who asked first leaves', async () => {
    const leaving = new AbortController();
    const release: (() => void)[] = [];
    const credentials = tokenCredentials(async ({ signal }) => {
      await new Promise<void>((resolve) => release.push(resolve));
      signal.throwIfAborted();
      return token('1');
    });
    const first = credentials.authorize({ ...call, signal: leaving.signal });
    const second = credentials.authorize(call);
    leaving.abort(new Error('left'));
    release[0]?.();
    expect(await second).toEqual({ authorization: '1' });
    await first;
  });

  it('are not asked twice for what several requests were refused with', async () => {
    let obtained = 0;
    const credentials = tokenCredentials(async () => token(`${++obtained}`));
    const used = await credentials.authorize(call);
    await credentials.renew(call, used);
    await credentials.authorize(call);
    await credentials.renew(call, used);
    expect([await credentials.authorize(call), obtained]).toEqual([{ authorization: '2' }, 2]);
  });
});
