import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SigningKey, SigningKeys } from '../../src/identity/signing-keys.js';
import { createUrlSigner, type SignRequest } from '../../src/identity/url-signer.js';

const minute = 60_000;

function keyNamed(id: string): SigningKey {
  return { id, secret: createSecretKey(`the secret of ${id}`.padEnd(32, '.'), 'utf8') };
}

function keysOf(...ids: readonly [string, ...string[]]): SigningKeys {
  const keys = ids.map(keyNamed);
  return { signing: keyNamed(ids[0]), find: (id) => keys.find((key) => key.id === id) };
}

function signerAt(clock: { now: number }, keys = keysOf('one', 'two'), publicUrl = 'https://files.example.com') {
  return createUrlSigner({ publicUrl, keys, now: () => clock.now });
}

const thumbnail: SignRequest = {
  ref: { provider: 'box-eu', id: 'a/b?c d' },
  version: 3,
  variant: { kind: 'thumbnail', size: 320, format: 'JPEG' },
  disposition: 'INLINE',
  scope: 'user:7&x',
  expiresInSeconds: 900,
  filename: 'Grüße "1".png',
};

function pathOf(url: string): string {
  return url.slice(new URL(url).origin.length);
}

describe('A signed URL', () => {
  const clock = { now: 1_700_000_000_000 };
  const signer = signerAt(clock);

  it('says readably what it leads to, and ends with a filename', () => {
    const url = new URL(signer.sign(thumbnail).url);
    expect(url.origin + url.pathname).toBe(
      'https://files.example.com/content/box-eu/a%2Fb%3Fc%20d/3/thumbnail-320.jpeg/Gr%C3%BC%C3%9Fe%20%221%22-320.jpg',
    );
    expect([...url.searchParams.keys()]).toEqual(['exp', 'd', 'for', 'kid', 'sig']);
  });

  it('stays below the path of the public URL', () => {
    const below = createUrlSigner({ publicUrl: 'https://example.com/files/', keys: keysOf('one') });
    expect(below.sign(thumbnail).url).toMatch(/^https:\/\/example\.com\/files\/content\/box-eu\//);
  });

  it.each<Partial<SignRequest>>([
    {},
    { variant: { kind: 'source' }, disposition: 'ATTACHMENT' },
    { variant: { kind: 'page', page: 12, width: 1024, format: 'WEBP' } },
    { variant: { kind: 'uploaded', name: 'cover / front?.png' } },
    { version: null },
    { filename: '..' },
  ])('grants what was signed, here and in the next process: %j', (difference) => {
    const { filename: _shown, expiresInSeconds: _life, ...grant } = { ...thumbnail, ...difference };
    const path = pathOf(signer.sign({ ...thumbnail, ...difference }).url);
    const granted = { ...grant, expiresAt: expect.any(Number) };
    expect([signer.verify(path), signerAt(clock).verify(path)]).toEqual([granted, granted]);
  });

  it('is still good when the filename was changed', () => {
    const renamed = pathOf(signer.sign(thumbnail).url).replace(/[^/]+\?/, 'photo.jpg?');
    expect(signer.verify(renamed).ref).toEqual(thumbnail.ref);
  });

  it('is refused when any other character was changed, left out or added', () => {
    const path = pathOf(signer.sign(thumbnail).url);
    const shown = { from: path.lastIndexOf('/') + 1, to: path.indexOf('?exp=') };
    const accepted = [...path].flatMap((character, at) => {
      if (at >= shown.from && at < shown.to) return [];
      const replacements = [character === 'A' ? 'B' : 'A', character === '0' ? '1' : '0', `${character}${character}`, '', '%41'];
      return replacements
        .map((text) => path.slice(0, at) + text + path.slice(at + 1))
        .filter((altered) => isAccepted(signer, altered));
    });
    expect(accepted).toEqual([]);
  });

  it('is refused when its signature differs only in bits that base64url does not use', () => {
    const path = pathOf(signer.sign(thumbnail).url);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const endings = [...alphabet].filter((last) => isAccepted(signer, path.slice(0, -1) + last));
    expect(endings).toEqual([path.slice(-1)]);
  });

  it('is refused with parts that nobody signed', () => {
    const path = pathOf(signer.sign(thumbnail).url);
    for (const altered of [
      `${path}&d=a`,
      `${path}#x`,
      `/x${path}`,
      path.replace('?', '?a=b&'),
      path.replace(/&sig=.*/, ''),
      '/content/',
      '',
    ]) {
      expect(() => signer.verify(altered)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    }
  });
});

describe('The life of a signed URL', () => {
  it.each([1, 5, 900, 604_800])('asked for %i s is that at least, and a quarter more at most', (expiresInSeconds) => {
    for (let offset = 0; offset < 20; offset += 1) {
      const now = 1_700_000_000_000 + offset * 977_777;
      const signer = signerAt({ now });
      const life = signer.verify(pathOf(signer.sign({ ...thumbnail, expiresInSeconds }).url)).expiresAt - now / 1000;
      expect(life).toBeGreaterThanOrEqual(expiresInSeconds);
      expect(life).toBeLessThanOrEqual(Math.ceil(expiresInSeconds * 1.25) + 1);
    }
  });

  it('ends with GONE, wherever it was verified before', () => {
    const clock = { now: 1_700_000_000_000 };
    const signers = [signerAt(clock), signerAt(clock)] as const;
    const path = pathOf(signers[0].sign(thumbnail).url);
    for (const signer of signers) {
      const { expiresAt } = signer.verify(path);
      clock.now = expiresAt * 1000 - 1;
      expect(signer.verify(path).version).toBe(3);
      clock.now = expiresAt * 1000;
      expect(() => signer.verify(path)).toThrow(expect.objectContaining({ code: 'GONE' }));
      clock.now = 1_700_000_000_000;
    }
  });

  it('says nothing about an expired URL that was altered', () => {
    const clock = { now: 1_700_000_000_000 };
    const signer = signerAt(clock);
    const altered = pathOf(signer.sign(thumbnail).url).replace('/3/', '/4/');
    clock.now += 100 * minute;
    expect(() => signer.verify(altered)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });
});

describe('Equal requests', () => {
  it('get the same URL within a window and another one after it', () => {
    const clock = { now: 1_700_000_101_000 };
    const signer = signerAt(clock);
    const first = signer.sign(thumbnail).url;
    clock.now += minute;
    expect(signer.sign({ ...thumbnail }).url).toBe(first);
    clock.now += 4 * minute;
    expect(signer.sign(thumbnail).url).not.toBe(first);
  });

  it('are told until when they are equal, and that the URL lives as long as was asked for until then', () => {
    const clock = { now: 1_700_000_101_000 };
    const signer = signerAt(clock);
    const first = signer.sign(thumbnail);
    clock.now = first.freshUntil;
    expect(signer.sign(thumbnail).url).toBe(first.url);
    const { expiresAt } = signer.verify(pathOf(first.url));
    expect(expiresAt - first.freshUntil / 1000).toBe(thumbnail.expiresInSeconds);
    clock.now += 1;
    expect(signer.sign(thumbnail).url).not.toBe(first.url);
  });

  it('get the same URL from two processes with the same keys', () => {
    const clock = { now: 1_700_000_101_000 };
    expect(signerAt(clock).sign(thumbnail).url).toBe(signerAt(clock).sign(thumbnail).url);
  });

  it('get the new filename as soon as the attachment has one', () => {
    const signer = signerAt({ now: 1_700_000_101_000 });
    signer.sign(thumbnail).url;
    expect(signer.sign({ ...thumbnail, filename: 'b.png' }).url).toContain('/b-320.jpg?');
  });

  it.each<Partial<SignRequest>>([
    { ref: { provider: 'box-us', id: 'a/b?c d' } },
    { ref: { provider: 'box-eu', id: 'a' } },
    { version: null },
    { version: 4 },
    { variant: { kind: 'thumbnail', size: 320, format: 'PNG' } },
    { disposition: 'ATTACHMENT' },
    { scope: 'user:8' },
    { expiresInSeconds: 901 },
  ])('are those that differ in nothing: not %j', (difference) => {
    const signer = signerAt({ now: 1_700_000_101_000 });
    expect(signer.sign({ ...thumbnail, ...difference }).url).not.toBe(signer.sign(thumbnail).url);
  });
});

describe('Keys', () => {
  const clock = { now: 1_700_000_000_000 };

  it('that signed before a rotation still verify after it', () => {
    const path = pathOf(signerAt(clock, keysOf('old', 'older')).sign(thumbnail).url);
    expect(signerAt(clock, keysOf('new', 'old')).verify(path).version).toBe(3);
  });

  it('that were retired no longer verify', () => {
    const path = pathOf(signerAt(clock, keysOf('old')).sign(thumbnail).url);
    expect(() => signerAt(clock, keysOf('newest', 'new')).verify(path)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });

  it('cannot be exchanged for one another', () => {
    const signer = signerAt(clock, keysOf('one', 'two'));
    expect(isAccepted(signer, pathOf(signer.sign(thumbnail).url).replace('kid=one', 'kid=two'))).toBe(false);
  });
});

function isAccepted(signer: ReturnType<typeof createUrlSigner>, path: string): boolean {
  try {
    signer.verify(path);
    return true;
  } catch {
    return false;
  }
}
