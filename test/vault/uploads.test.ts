import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttachmentState } from '../../src/attachment.js';
import { ContentError } from '../../src/errors.js';
import {
  call,
  callWith,
  filesOf,
  incoming,
  openTestVault,
  rootFolder,
  sha256,
  statesOf,
  type TestVault,
  textOf,
} from '../support/vault.js';

const failedStates: readonly AttachmentState[] = [
  'CHECKSUM_CALCULATION_FAILED',
  'UPLOAD_FAILED',
  'CHECKSUM_MISMATCH',
  'CHECKSUM_VERIFICATION_FAILED',
];
const everyState: readonly AttachmentState[] = [
  ...failedStates,
  'INITIAL',
  'CHECKSUM_CALCULATION_IN_PROGRESS',
  'UPLOAD_IN_PROGRESS',
  'CHECKSUM_VERIFICATION_IN_PROGRESS',
  'READY',
  'TRASHED',
];
const wrongDigest = { algorithm: 'sha256', hex: '0'.repeat(64) };

let held: TestVault;
beforeEach(async () => {
  held = await openTestVault({ maxUploadBytes: 1_000_000 });
});
afterEach(() => held.close());

const idsIn = (states: readonly AttachmentState[]) => held.ids({ orderBy: 'MODIFIED_DESC', states });

/** Begins an upload and resolves when its first bytes have been read. */
async function beginUpload(more: { readonly signal?: AbortSignal } = {}) {
  const content = new PassThrough({ highWaterMark: 1 });
  const ended = held.vault.write(
    { ...incoming('', { content }), container: rootFolder, filename: 'slow.txt', onCollision: 'FAIL' },
    callWith(more.signal),
  );
  ended.catch(() => {});
  content.write('first half, ');
  if (content.writableNeedDrain) await once(content, 'drain');
  return { content, ended };
}

describe('An upload', () => {
  it('ends READY with the digest, size and type of its bytes', async () => {
    expect(await held.upload('a.txt', 'hello')).toMatchObject({
      filename: 'a.txt',
      state: 'READY',
      sizeBytes: 5,
      contentType: 'text/plain',
      digest: { algorithm: 'sha256', hex: sha256('hello') },
      contentKey: `sha256-${sha256('hello')}`,
      versionNumber: 1,
      container: { provider: 'vault', type: 'Folder', id: 'root' },
    });
  });

  it('has each of its states recorded', async () => {
    const { id } = await held.upload('a.txt');
    expect(await statesOf(held, id)).toEqual([
      '1 INITIAL',
      '1 CHECKSUM_CALCULATION_IN_PROGRESS',
      '1 UPLOAD_IN_PROGRESS',
      '1 CHECKSUM_VERIFICATION_IN_PROGRESS',
      '1 READY',
    ]);
  });

  it('may be empty', async () => {
    const { id } = await held.upload('empty.txt', '');
    expect(await textOf(await held.vault.open(id, {}, call))).toBe('');
  });

  it('tells of the change', async () => {
    const { id } = await held.upload('a.txt');
    expect(held.changed).toEqual([id]);
  });

  it('is found while it runs only by its state, and has no content yet', async () => {
    const { content, ended } = await beginUpload();
    const [id = ''] = await idsIn(['UPLOAD_IN_PROGRESS']);
    await expect(held.vault.open(id, {}, call)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: '"slow.txt" has no content: it is still being uploaded (UPLOAD_IN_PROGRESS)',
    });
    expect(await idsIn(['READY'])).toEqual([]);
    content.end('second half');
    expect(await ended).toMatchObject({ id, state: 'READY' });
  });

  it('cannot be deleted while it runs', async () => {
    const { content, ended } = await beginUpload();
    const [id = ''] = await idsIn(['UPLOAD_IN_PROGRESS']);
    await expect(held.vault.remove(id, { permanently: true }, call)).rejects.toMatchObject({ code: 'CONFLICT' });
    content.end();
    await ended;
  });

  it('with the digest of its bytes is taken, in whatever case it is written', async () => {
    const digest = { algorithm: 'SHA-256', hex: sha256('hello').toUpperCase() };
    expect(await held.upload('a.txt', 'hello', { digest })).toMatchObject({ state: 'READY' });
  });

  it.each([
    [{ algorithm: 'md5', hex: '0'.repeat(32) }, 'digest.algorithm must be sha256, got "md5"'],
    [{ algorithm: 'sha256', hex: 'xyz' }, 'digest.hex must be 64 hexadecimal digits'],
  ])('with the digest %j is refused before it is read', async (digest, message) => {
    const content = Readable.from(['a', 'b']);
    await expect(held.upload('a.txt', '', { content, digest })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message });
    expect(content.readableDidRead).toBe(false);
    expect(await idsIn(everyState)).toEqual([]);
  });

  it('of a taken name is refused before it is read', async () => {
    await held.upload('a.txt');
    const content = Readable.from(['a', 'b']);
    await expect(held.upload('a.txt', '', { content })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(content.readableDidRead).toBe(false);
  });

  it.each(['a/b', '..', ''])('under the name %j is refused', async (filename) => {
    await expect(held.upload(filename)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('to a folder that is not there is refused', async () => {
    await expect(held.upload('a.txt', 'a', { container: { type: 'Folder', id: 'nowhere' } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('An upload whose bytes are not the promised ones', () => {
  const uploadWrong = () => held.upload('a.txt', 'hello', { digest: wrongDigest }).catch((error: unknown) => error);

  it('ends with DIGEST_MISMATCH, naming both digests', async () => {
    const message = `The bytes that arrived have the sha256 digest ${sha256('hello')}, not ${wrongDigest.hex}`;
    expect(await uploadWrong()).toMatchObject({ code: 'DIGEST_MISMATCH', message });
  });

  it('stays as CHECKSUM_MISMATCH, with the reason', async () => {
    await uploadWrong();
    const [id = ''] = await idsIn(['CHECKSUM_MISMATCH']);
    expect((await statesOf(held, id)).slice(-2)).toEqual([
      '- CHECKSUM_VERIFICATION_IN_PROGRESS',
      expect.stringMatching(/^- CHECKSUM_MISMATCH The bytes that arrived/),
    ]);
    expect(await held.vault.stat(id, {}, call)).toMatchObject({ filename: 'a.txt', sizeBytes: null, digest: null });
  });

  it('has nothing to download and leaves no file', async () => {
    await uploadWrong();
    const [id = ''] = await idsIn(['CHECKSUM_MISMATCH']);
    await expect(held.vault.open(id, {}, call)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: '"a.txt" has no content: the bytes that arrived were not the ones its sender promised (CHECKSUM_MISMATCH)',
    });
    expect(await filesOf(held)).toEqual([]);
  });

  it('is in no list that does not ask for its state', async () => {
    await uploadWrong();
    expect(await idsIn(['READY', 'TRASHED', 'UPLOAD_FAILED'])).toEqual([]);
    expect(await held.vault.count({ orderBy: 'NAME_ASC' }, call)).toBe(0);
  });

  it('leaves its name free', async () => {
    await uploadWrong();
    expect(await held.upload('a.txt', 'hello')).toMatchObject({ filename: 'a.txt', state: 'READY' });
  });

  it.each([true, false])('goes for good when it is deleted (permanently: %s)', async (permanently) => {
    await uploadWrong();
    const [id = ''] = await idsIn(['CHECKSUM_MISMATCH']);
    expect(await held.vault.remove(id, { permanently }, call)).toBe(true);
    expect(await held.vault.stat(id, {}, call)).toBeNull();
  });

  it('spares equal bytes that are stored already', async () => {
    const { id } = await held.upload('good.txt', 'hello');
    await uploadWrong();
    expect(await textOf(await held.vault.open(id, {}, call))).toBe('hello');
  });
});

describe('An upload that its sender breaks off', () => {
  it.each([
    ['by an error', (content: PassThrough) => content.destroy(new Error('socket hang up'))],
    ['by leaving', (content: PassThrough) => content.destroy()],
  ])('%s leaves nothing', async (_, breakOff) => {
    const { content, ended } = await beginUpload();
    breakOff(content);
    await expect(ended).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await idsIn(everyState)).toEqual([]);
    expect(await filesOf(held)).toEqual([]);
  });

  it('tells the error that the sender met', async () => {
    const { content, ended } = await beginUpload();
    content.destroy(new ContentError('PAYLOAD_TOO_LARGE', 'Too much'));
    await expect(ended).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', message: 'Too much' });
  });

  it('before it is read leaves nothing either', async () => {
    const content = new PassThrough().destroy(new Error('gone'));
    await expect(held.upload('a.txt', '', { content })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await idsIn(everyState)).toEqual([]);
  });

  it('by the end of its call rejects with the reason and leaves nothing', async () => {
    const controller = new AbortController();
    const { content, ended } = await beginUpload({ signal: controller.signal });
    controller.abort(new Error('too slow'));
    await expect(ended).rejects.toThrow('too slow');
    expect(content.destroyed).toBe(true);
    expect(await idsIn(everyState)).toEqual([]);
    expect(await filesOf(held)).toEqual([]);
  });

  it('by growing too large leaves nothing', async () => {
    await expect(held.upload('a.txt', Buffer.alloc(1_000_001))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(await idsIn(everyState)).toEqual([]);
    expect(await filesOf(held)).toEqual([]);
  });
});

describe('An upload that the vault itself fails', () => {
  const failWith = async (failing: 'stage' | 'commit', error: Error) => {
    await held.close();
    held = await openTestVault({
      wrapBlobs: (blobs) => ({
        stage: async (source, options) => {
          const staged = await blobs.stage(source, options);
          const fail = () => staged.discard().then(() => Promise.reject(error));
          return failing === 'stage' ? fail() : { ...staged, commit: fail };
        },
        locate: (digest) => blobs.locate(digest),
        remove: (digest) => blobs.remove(digest),
        sweep: () => blobs.sweep(),
        stats: () => blobs.stats(),
        close: () => blobs.close(),
      }),
    });
    return held.upload('a.txt').catch((failure: unknown) => failure);
  };
  const systemError = Object.assign(new Error('EIO: i/o error, write'), { errno: -5, code: 'EIO', syscall: 'write' });

  const fullDisk = new ContentError('OVERLOADED', 'There is no room left');
  const hashingError = new Error('The hashing thread ended');

  it.each([
    { when: 'the disk fails', state: 'UPLOAD_FAILED', failing: 'stage', error: systemError, code: 'PROVIDER_UNAVAILABLE' },
    { when: 'the disk is full', state: 'UPLOAD_FAILED', failing: 'stage', error: fullDisk, code: 'OVERLOADED' },
    {
      when: 'hashing fails',
      state: 'CHECKSUM_CALCULATION_FAILED',
      failing: 'stage',
      error: hashingError,
      code: 'PROVIDER_UNAVAILABLE',
    },
    {
      when: 'naming fails',
      state: 'CHECKSUM_VERIFICATION_FAILED',
      failing: 'commit',
      error: systemError,
      code: 'PROVIDER_UNAVAILABLE',
    },
  ] as const)('stays as $state when $when', async ({ state, failing, error, code }) => {
    expect(await failWith(failing, error)).toMatchObject({ code });
    expect(await idsIn([state])).toHaveLength(1);
    expect(await filesOf(held)).toEqual([]);
  });
});

describe('A collision of names', () => {
  it('adds a version where that is asked for', async () => {
    const first = await held.upload('a.txt', 'one');
    const second = await held.upload('a.txt', 'two', { onCollision: 'NEW_VERSION' });
    expect(second).toMatchObject({ id: first.id, versionNumber: 2, digest: { hex: sha256('two') } });
    expect((await statesOf(held, first.id)).at(-1)).toBe('2 READY');
  });

  it('finds a free name where that is asked for', async () => {
    await held.upload('a.txt');
    const names: string[] = [];
    for (let round = 0; round < 5; round++) names.push((await held.upload('a.txt', '', { onCollision: 'RENAME' })).filename);
    expect(new Set(names).size).toBe(5);
    expect(names[0]).toBe('a (2).txt');
    expect(names.every((name) => /^a \(\d+\)\.txt$/.test(name))).toBe(true);
  });

  it('that comes up while both are uploaded lets one of them win', async () => {
    const outcomes = await Promise.allSettled([held.upload('a.txt', 'one'), held.upload('a.txt', 'two')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await filesOf(held)).toHaveLength(1);
  });

  it('is none between folders', async () => {
    await held.upload('a.txt');
    const folder = await held.vault.createContainer(rootFolder, 'other', call);
    expect(await held.upload('a.txt', '', { container: folder })).toMatchObject({ filename: 'a.txt' });
  });
});
