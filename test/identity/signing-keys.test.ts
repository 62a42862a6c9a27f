import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openSigningKeys, rotateSigningKeys, signingSettings } from '../../src/identity/signing-keys.js';

const secret = 'x'.repeat(32);

async function emptyDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'proofsheet-keys-'));
}

async function writtenIds(directory: string): Promise<readonly string[]> {
  const keys: readonly { id: string }[] = JSON.parse(await readFile(join(directory, 'signing-keys.json'), 'utf8'));
  return keys.map((key) => key.id);
}

describe('Generated signing keys', () => {
  it('are two, made at the first start and the same at the next', async () => {
    const directory = await emptyDirectory();
    const first = await openSigningKeys({ directory });
    const second = await openSigningKeys({ directory });
    const ids = await writtenIds(directory);
    expect(ids).toHaveLength(2);
    expect(second.signing.id).toBe(first.signing.id);
    expect(ids.map((id) => second.find(id)?.secret.equals(first.find(id)?.secret ?? second.signing.secret))).toEqual([
      true,
      true,
    ]);
  });

  it('can be read by their owner only, and leave no other file', async () => {
    const directory = await emptyDirectory();
    await openSigningKeys({ directory });
    expect((await stat(join(directory, 'signing-keys.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['signing-keys.json']);
  });

  it('are one set however many processes start at once', async () => {
    const directory = await emptyDirectory();
    const opened = await Promise.all(Array.from({ length: 8 }, () => openSigningKeys({ directory })));
    expect(new Set(opened.map((keys) => keys.signing.id)).size).toBe(1);
  });

  it('rotate: a new one signs, the previous one still verifies, older ones are gone', async () => {
    const directory = await emptyDirectory();
    await openSigningKeys({ directory });
    const [previous = '', older = ''] = await writtenIds(directory);
    await rotateSigningKeys(directory);
    const keys = await openSigningKeys({ directory });
    expect([previous, older]).not.toContain(keys.signing.id);
    expect([keys.find(previous)?.id, keys.find(older)?.id]).toEqual([previous, undefined]);
  });

  it('that are damaged are named, not replaced and not quoted', async () => {
    const directory = await emptyDirectory();
    await writeFile(join(directory, 'signing-keys.json'), `[{"id":"a","secret":"${secret}"`);
    const error: unknown = await openSigningKeys({ directory }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining('signing-keys.json does not hold signing keys') });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
  });
});

describe('Configured signing keys', () => {
  it('sign with the first, verify with all and write nothing', async () => {
    const directory = await emptyDirectory();
    const configured = [
      { id: 'b', secret },
      { id: 'a', secret: secret.toUpperCase() },
    ];
    const keys = await openSigningKeys({ directory, configured });
    expect([keys.signing.id, keys.find('a')?.id, keys.find('c')]).toEqual(['b', 'a', undefined]);
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ['a short secret', [{ id: 'a', secret: 'short' }]],
    ['an id that a URL cannot hold', [{ id: 'a b', secret }]],
    ['no key at all', []],
    [
      'two keys of one id',
      [
        { id: 'a', secret },
        { id: 'a', secret: secret.toUpperCase() },
      ],
    ],
  ])('are refused with %s', (_what, keys) => {
    expect(signingSettings.safeParse({ keys }).success).toBe(false);
  });
});
