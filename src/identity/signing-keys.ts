import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isErrno } from '../lib/errno.js';
import { syncDirectory } from '../lib/sync-directory.js';

const writtenKey = z.strictObject({
  /** Shown in URLs. */
  id: z.string().regex(/^[\w-]{1,32}$/, 'use 1 to 32 letters, digits, "_" or "-"'),
  secret: z.string().min(32, 'use at least 32 characters, from a random source'),
});

type WrittenKey = z.infer<typeof writtenKey>;

const writtenKeys = z
  .array(writtenKey)
  .min(1)
  .max(8)
  .refine((keys) => new Set(keys.map((key) => key.id)).size === keys.length, 'two keys have the same id');

export const signingSettings = z.strictObject({
  /** The first signs, all verify: put a new key first and keep the previous one until its URLs have expired. */
  keys: writtenKeys.optional(),
});

export interface SigningKey {
  readonly id: string;
  readonly secret: KeyObject;
}

export interface SigningKeys {
  readonly signing: SigningKey;
  /** undefined: unknown, or retired. */
  find(id: string): SigningKey | undefined;
}

export interface SigningKeysOptions {
  /** Where generated keys are kept, in a file that only its owner can read. Made when it is not there. */
  readonly directory: string;
  /** Used instead of the generated ones. */
  readonly configured?: readonly WrittenKey[] | undefined;
}

const filename = 'signing-keys.json';

/** The configured keys, else those in the directory, which are made at the first start. Throws when their file is damaged. */
export async function openSigningKeys({ directory, configured }: SigningKeysOptions): Promise<SigningKeys> {
  const written = configured ?? (await readKeys(directory)) ?? (await createKeys(directory));
  const keys = new Map(written.map(({ id, secret }) => [id, { id, secret: createSecretKey(secret, 'utf8') }]));
  const [signing] = keys.values();
  if (!signing) throw new Error('There is no signing key');
  return { signing, find: (id) => keys.get(id) };
}

/** A new key signs from the next start on, and the one that signed until now still verifies; older ones are gone. */
export async function rotateSigningKeys(directory: string): Promise<void> {
  const [previous] = (await readKeys(directory)) ?? [];
  const staged = await stageKeys(directory, previous ? [generateKey(), previous] : [generateKey(), generateKey()]);
  await rename(staged, join(directory, filename));
  await syncDirectory(directory);
}

async function readKeys(directory: string): Promise<readonly WrittenKey[] | null> {
  const path = join(directory, filename);
  const text = await readFile(path, 'utf8').catch(nullIfAbsent);
  if (text === null) return null;
  try {
    return writtenKeys.parse(JSON.parse(text));
  } catch {
    // The cause is left out: a parser quotes what it read, and these are secrets.
    throw new Error(`${path} does not hold signing keys. Restore it, or remove it: then every URL signed so far is void`);
  }
}

/** Two processes that start at once end with the same keys: only one link is made, and both read what it leads to. */
async function createKeys(directory: string): Promise<readonly WrittenKey[]> {
  await mkdir(directory, { recursive: true });
  const staged = await stageKeys(directory, [generateKey(), generateKey()]);
  await link(staged, join(directory, filename)).catch(ignoreIfPresent);
  await rm(staged);
  await syncDirectory(directory);
  return (await readKeys(directory)) ?? [];
}

async function stageKeys(directory: string, keys: readonly WrittenKey[]): Promise<string> {
  const path = join(directory, `${filename}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return path;
}

function generateKey(): WrittenKey {
  return { id: randomBytes(4).toString('hex'), secret: randomBytes(32).toString('base64url') };
}

function nullIfAbsent(error: unknown): null {
  if (isErrno(error, 'ENOENT')) return null;
  throw error;
}

function ignoreIfPresent(error: unknown): void {
  if (!isErrno(error, 'EEXIST')) throw error;
}
