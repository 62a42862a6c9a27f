import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttachmentState } from '../../src/attachment.js';
import type { MetadataStore, NewAttachment, StoredBytes, UploadTarget } from '../../src/vault/metadata/metadata-store.js';

export interface MetadataStoreHarness {
  /** Empty but for the root folder. */
  readonly store: MetadataStore;
  close(): Promise<void>;
}

/** What the comments of the MetadataStore port promise, for every implementation of it. */
export function describeMetadataStore(name: string, start: () => Promise<MetadataStoreHarness>): void {
  describe(`${name} as a MetadataStore`, () => {
    let harness: MetadataStoreHarness;
    let store: MetadataStore;

    beforeEach(async () => {
      harness = await start();
      store = harness.store;
    });

    afterEach(() => harness.close());

    const begin = async (target: UploadTarget) => {
      const upload = await store.beginUpload(target);
      if (upload === null) throw new Error('There is nowhere to write to');
      return upload;
    };

    const publish = async (filename: string, bytes: StoredBytes = bytesOf('a')) => {
      const upload = await begin(newAttachment({ filename }));
      await store.noteDigest(upload, bytes);
      const record = await store.publishAttachment(upload);
      if (!record) throw new Error(`${filename} was not published`);
      return record;
    };

    const addVersion = async (attachment: string, bytes: StoredBytes) => {
      const upload = await begin({ kind: 'version', attachment, contentType: 'text/plain', ifVersion: null });
      await store.noteDigest(upload, bytes);
      return store.publishAttachment(upload);
    };

    const addRendition = async (attachment: string, renditionName: string, bytes: StoredBytes) => {
      const upload = await begin({ kind: 'rendition', attachment, name: renditionName, version: null, contentType: 'image/png' });
      await store.noteDigest(upload, bytes);
      return store.publishRendition(upload);
    };

    const statesOf = async (id: string) => (await store.listTransitions(id)).map(({ state }) => state);
    const filenamesIn = async (states?: readonly AttachmentState[]) => {
      const page = await store.list({ orderBy: 'NAME_ASC', ...(states ? { states } : {}) }, { first: 100, after: null });
      return page.items.map(({ item }) => item.filename);
    };

    describe('an upload', () => {
      it('is noted before its bytes come', async () => {
        const upload = await begin(newAttachment());
        expect(await store.stat(upload)).toMatchObject({ id: upload, state: 'UPLOAD_IN_PROGRESS', bytes: null });
        expect(await statesOf(upload)).toEqual(['INITIAL', 'CHECKSUM_CALCULATION_IN_PROGRESS', 'UPLOAD_IN_PROGRESS']);
      });

      it('becomes an attachment of the same id', async () => {
        const upload = await begin(newAttachment());
        await store.noteDigest(upload, bytesOf('a'));
        expect(await store.publishAttachment(upload)).toMatchObject({
          id: upload,
          state: 'READY',
          version: 1,
          bytes: bytesOf('a'),
        });
        expect((await statesOf(upload)).slice(-2)).toEqual(['CHECKSUM_VERIFICATION_IN_PROGRESS', 'READY']);
      });

      it('begins nowhere where there is nothing to write to', async () => {
        expect(await store.beginUpload(newAttachment({ folder: 'nowhere' }))).toBeNull();
        expect(await store.beginUpload({ kind: 'version', attachment: 'none', contentType: 'a/b', ifVersion: null })).toBeNull();
      });

      it('is published nowhere where what it writes to went meanwhile', async () => {
        const { id } = await publish('a.txt');
        const upload = await begin({ kind: 'version', attachment: id, contentType: 'text/plain', ifVersion: null });
        await store.noteDigest(upload, bytesOf('b'));
        await store.remove(id);
        expect(await store.publishAttachment(upload)).toBeNull();
      });

      it('that was dropped is as if it had never begun', async () => {
        const upload = await begin(newAttachment());
        await store.dropUpload(upload);
        expect(await store.stat(upload)).toBeNull();
        expect(await store.listTransitions(upload)).toEqual([]);
      });

      it('that failed keeps its state and reason, and no bytes', async () => {
        const upload = await begin(newAttachment());
        await store.noteDigest(upload, bytesOf('a'));
        await store.failUpload(upload, 'CHECKSUM_MISMATCH', 'not the promised bytes');
        expect(await store.stat(upload)).toMatchObject({ state: 'CHECKSUM_MISMATCH', bytes: null });
        expect((await store.listTransitions(upload)).at(-1)).toMatchObject({ reason: 'not the promised bytes' });
        expect(await filenamesIn(['CHECKSUM_MISMATCH'])).toEqual(['a.txt']);
        expect(await filenamesIn()).toEqual([]);
      });

      it('that runs is dropped after a crash, that failed is not', async () => {
        const failed = await begin(newAttachment({ filename: 'failed.txt' }));
        await store.failUpload(failed, 'UPLOAD_FAILED', 'disk');
        const running = await begin(newAttachment({ filename: 'running.txt' }));
        expect(await store.dropRunningUploads()).toBe(1);
        expect(await store.stat(running)).toBeNull();
        expect(await store.stat(failed)).not.toBeNull();
      });

      it('that failed long ago, or before too many others, is dropped', async () => {
        for (const filename of ['1', '2', '3']) {
          await store.failUpload(await begin(newAttachment({ filename })), 'UPLOAD_FAILED', 'disk');
        }
        expect(await store.dropFailedUploads({ before: new Date(0), keep: 2 })).toBe(1);
        expect(await filenamesIn(['UPLOAD_FAILED'])).toEqual(['2', '3']);
        expect(await store.dropFailedUploads({ before: new Date(Date.now() + 60_000), keep: 2 })).toBe(2);
      });
    });

    describe('garbage', () => {
      it('is what nothing names any more', async () => {
        const one = await publish('one.txt', bytesOf('a'));
        const two = await publish('two.txt', bytesOf('a'));
        await store.remove(one.id);
        expect(await store.listGarbage(10)).toEqual([]);
        await store.remove(two.id);
        expect(await store.listGarbage(10)).toEqual([digestOf('a')]);
      });

      it('is what only earlier versions and renditions named, too', async () => {
        const { id } = await publish('one.txt', bytesOf('a'));
        await addVersion(id, bytesOf('b'));
        await addRendition(id, 'cover', bytesOf('c'));
        await store.remove(id);
        expect([...(await store.listGarbage(10))].sort()).toEqual(['a', 'b', 'c'].map(digestOf));
      });

      it('is what a replaced rendition named', async () => {
        const { id } = await publish('one.txt', bytesOf('a'));
        await addRendition(id, 'cover', bytesOf('b'));
        await addRendition(id, 'cover', bytesOf('c'));
        expect(await store.listGarbage(10)).toEqual([digestOf('b')]);
      });

      it.each(['drop', 'fail', 'crash'] as const)('is what an upload noted before its end (%s)', async (end) => {
        const upload = await begin(newAttachment());
        await store.noteDigest(upload, bytesOf('a'));
        if (end === 'drop') await store.dropUpload(upload);
        if (end === 'fail') await store.failUpload(upload, 'CHECKSUM_MISMATCH', 'wrong');
        if (end === 'crash') await store.dropRunningUploads();
        expect(await store.isGarbage(digestOf('a'))).toBe(true);
      });

      it('is none any more once something names it again', async () => {
        const { id } = await publish('one.txt', bytesOf('a'));
        await store.remove(id);
        await publish('two.txt', bytesOf('a'));
        expect(await store.isGarbage(digestOf('a'))).toBe(false);
      });

      it('is forgotten when it was removed', async () => {
        const { id } = await publish('one.txt', bytesOf('a'));
        await store.remove(id);
        await store.forgetGarbage(digestOf('a'));
        expect(await store.listGarbage(10)).toEqual([]);
      });
    });

    describe('time', () => {
      it('grows with every change', async () => {
        const one = await publish('one.txt');
        const two = await publish('two.txt');
        const renamed = await store.rename(one.id, 'three.txt');
        const times = [one.modifiedAt, two.modifiedAt, renamed?.modifiedAt ?? new Date(0)].map(Number);
        expect([...times].sort((a, b) => a - b)).toEqual(times);
      });
    });

    describe('a batch', () => {
      it('answers in the order of its ids, and twice for one that is asked twice', async () => {
        const one = await publish('one.txt');
        const two = await publish('two.txt');
        const records = await store.statMany([two.id, 'none', one.id, two.id]);
        expect(records.map((record) => record?.filename ?? null)).toEqual(['two.txt', null, 'one.txt', 'two.txt']);
      });
    });

    it('can be checked', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}

function newAttachment(more: Partial<NewAttachment> = {}): NewAttachment {
  return { kind: 'attachment', folder: 'root', filename: 'a.txt', contentType: 'text/plain', onCollision: 'FAIL', ...more };
}

function digestOf(letter: string): string {
  return letter.repeat(64);
}

function bytesOf(letter: string): StoredBytes {
  return { digest: digestOf(letter), sizeBytes: 1 };
}
