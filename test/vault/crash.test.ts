import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { attachmentStates, type OpenedContent } from '../../src/attachment.js';
import { projectDirectory } from '../support/project.js';
import { call, filesOf, openTestVault, type TestVault } from '../support/vault.js';

let directory: string;
let held: TestVault | null;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-crash-'));
  held = null;
});
afterEach(async () => held?.close());

function startWriter(step: string): ChildProcess {
  const script = join(projectDirectory, 'test/vault/writer-to-kill.mjs');
  return spawn(process.execPath, [script, directory, step], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** What the writer said before it died. */
async function wordsOf(writer: ChildProcess) {
  const [printed] = await Promise.all([writer.stdout ? text(writer.stdout) : '', once(writer, 'exit')]);
  const ids = (word: string) => [...printed.matchAll(new RegExp(`^${word} (\\S+)\n`, 'gm'))].map(([, id = '']) => id);
  return { stored: ids('stored'), deleting: ids('deleting'), deleted: ids('deleted') };
}

async function digestOf(opened: OpenedContent | null): Promise<string> {
  if (!opened || !('path' in opened.body)) throw new Error('There are no bytes');
  return createHash('sha256')
    .update(await readFile(opened.body.path))
    .digest('hex');
}

/** Every digest that the vault names, after reading the bytes of each and finding them whole. */
async function namedDigests({ vault }: TestVault): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  const compare = async (digest: string | undefined, opened: OpenedContent | null) => {
    expect(await digestOf(opened)).toBe(digest);
    named.add(digest ?? '');
  };
  const { items } = await vault.list({ orderBy: 'MODIFIED_ASC' }, { first: 10_000, after: null }, call);
  for (const { item } of items) {
    const versions = await vault.listVersions(item.id, { first: 100, after: null }, call);
    for (const { item: version } of versions.items) {
      await compare(version.digest?.hex, await vault.open(item.id, { version: version.number }, call));
      for (const rendition of await vault.listUploadedRenditions(item.id, { version: version.number }, call)) {
        const opened = await vault.openUploadedRendition(item.id, rendition.name, { version: version.number }, call);
        await compare(rendition.digest?.hex, opened);
      }
    }
  }
  return named;
}

/** Whole or not there: what is listed can be read, nothing is half-way, and no file is left that nothing names. */
async function expectWhole(opened: TestVault): Promise<void> {
  const named = await namedDigests(opened);
  expect(new Set(await filesOf(opened))).toEqual(named);
  const others = attachmentStates.filter((state) => state !== 'READY');
  expect(await opened.ids({ orderBy: 'MODIFIED_ASC', states: others })).toEqual([]);
}

describe('A vault whose process is killed', () => {
  it.each([
    'while bytes arrive',
    'after the bytes are staged',
    'before the bytes get their name',
    'after the bytes got their name',
  ])('%s has nothing of that upload, and everything before it', async (step) => {
    const { stored } = await wordsOf(startWriter(step));
    held = await openTestVault({ directory });
    expect(await held.ids({ orderBy: 'NAME_ASC' })).toEqual(stored);
    await expectWhole(held);
  });

  it.each(['before remove of the bytes', 'after remove of the bytes'])(
    '%s of a deleted attachment has nothing of it',
    async (step) => {
      await wordsOf(startWriter(step));
      held = await openTestVault({ directory });
      expect(await held.ids({ orderBy: 'NAME_ASC' })).toEqual([]);
      await expectWhole(held);
    },
  );

  it('at any moment keeps its promises, again and again', async () => {
    const kept = new Set<string>();
    const gone = new Set<string>();
    for (let round = 0; round < 20 || gone.size === 0; round++) {
      const writer = startWriter('endless');
      if (writer.stdout) await once(writer.stdout, 'readable');
      // Not a wait for something: a moment to be killed at, another one each round.
      await setTimeout((round * 37) % 120);
      writer.kill('SIGKILL');
      const { stored, deleting, deleted } = await wordsOf(writer);
      for (const id of stored) if (!deleting.includes(id)) kept.add(id);
      for (const id of deleted) gone.add(id);

      held = await openTestVault({ directory });
      await expectWhole(held);
      const ids = new Set(await held.ids({ orderBy: 'NAME_ASC' }));
      expect([...kept].filter((id) => !ids.has(id))).toEqual([]);
      expect([...gone].filter((id) => ids.has(id))).toEqual([]);
      await held.vault.close();
    }
    expect(kept.size).toBeGreaterThan(0);
    held = await openTestVault({ directory });
  }, 120_000);
});
