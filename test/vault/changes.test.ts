import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  call,
  filesOf,
  incoming,
  openTestVault,
  rootFolder,
  sha256,
  statesOf,
  type TestVault,
  textOf,
} from '../support/vault.js';

let held: TestVault;
beforeEach(async () => {
  held = await openTestVault();
});
afterEach(() => held.close());

const names = async () => {
  const page = await held.vault.list({ orderBy: 'NAME_ASC' }, { first: 100, after: null }, call);
  return page.items.map(({ item }) => item.filename);
};
const contentOf = async (id: string, version?: number) =>
  textOf(await held.vault.open(id, version === undefined ? {} : { version }, call));
const addVersion = (id: string, bytes: string, ifVersion: number | null = null) =>
  held.vault.writeVersion(id, { ...incoming(bytes), ifVersion }, call);

describe('A new version', () => {
  it('is what the attachment now holds, while the earlier one can still be read', async () => {
    const { id } = await held.upload('a.txt', 'one');
    expect(await addVersion(id, 'two!')).toMatchObject({ id, versionNumber: 2, sizeBytes: 4 });
    expect([await contentOf(id), await contentOf(id, 1)]).toEqual(['two!', 'one']);
    expect(await held.vault.stat(id, { version: 1 }, call)).toMatchObject({ versionNumber: 1, digest: { hex: sha256('one') } });
  });

  it('is refused where another one came first', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await addVersion(id, 'two', 1);
    const message = 'The current version is 2, not 1';
    await expect(addVersion(id, 'three', 1)).rejects.toMatchObject({ code: 'CONFLICT', message });
  });

  it('is refused in the trash', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await held.vault.remove(id, { permanently: false }, call);
    const message = '"a.txt" is in the trash; restore it first';
    await expect(addVersion(id, 'two')).rejects.toMatchObject({ code: 'CONFLICT', message });
  });

  it('with the wrong digest leaves the attachment as it was', async () => {
    const { id } = await held.upload('a.txt', 'one');
    const digest = { algorithm: 'sha256', hex: '0'.repeat(64) };
    const upload = { ...incoming('two', { digest }), ifVersion: null };
    await expect(held.vault.writeVersion(id, upload, call)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await held.vault.stat(id, {}, call)).toMatchObject({ state: 'READY', versionNumber: 1 });
  });

  it('made from an older one is a further one', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await addVersion(id, 'two');
    expect(await held.vault.restoreVersion(id, 1, call)).toMatchObject({ versionNumber: 3, digest: { hex: sha256('one') } });
    expect((await statesOf(held, id)).at(-1)).toBe('3 READY version 1 restored');
  });

  it('is listed before older ones', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await addVersion(id, 'two');
    await addVersion(id, 'three');
    const first = await held.vault.listVersions(id, { first: 2, after: null }, call);
    const second = await held.vault.listVersions(id, { first: 2, after: first.items.at(-1)?.cursor ?? null }, call);
    const versions = [...first.items, ...second.items].map(({ item }) => [item.number, item.sizeBytes, item.current]);
    expect(versions).toEqual([
      [3, 5, true],
      [2, 3, false],
      [1, 3, false],
    ]);
    expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false]);
  });
});

describe('Renaming', () => {
  it('changes the name and the time of change', async () => {
    const before = await held.upload('a.txt');
    const after = await held.vault.rename(before.id, 'b.txt', call);
    expect(after).toMatchObject({ filename: 'b.txt', createdAt: before.createdAt, versionNumber: 1 });
    expect(await held.ids({ orderBy: 'NAME_ASC', text: 'b.t' })).toEqual([before.id]);
    expect(await held.ids({ orderBy: 'NAME_ASC', text: 'a.t' })).toEqual([]);
  });

  it('moves the attachment to the end of the order of changes', async () => {
    const { id } = await held.upload('a.txt');
    const { id: other } = await held.upload('b.txt');
    await held.vault.rename(id, 'c.txt', call);
    expect(await held.ids({ orderBy: 'MODIFIED_ASC' })).toEqual([other, id]);
  });

  it('to a taken name is refused', async () => {
    await held.upload('a.txt');
    const { id } = await held.upload('b.txt');
    const message = 'There is already an attachment named "a.txt" here';
    await expect(held.vault.rename(id, 'a.txt', call)).rejects.toMatchObject({ code: 'CONFLICT', message });
  });

  it('to its own name changes nothing', async () => {
    const before = await held.upload('a.txt');
    expect(await held.vault.rename(before.id, 'a.txt', call)).toEqual(before);
  });
});

describe('The trash', () => {
  it('takes an attachment out of lists and frees its name', async () => {
    const { id } = await held.upload('a.txt', 'one');
    expect(await held.vault.remove(id, { permanently: false }, call)).toBe(true);
    expect(await names()).toEqual([]);
    expect(await held.upload('a.txt', 'two')).toMatchObject({ filename: 'a.txt' });
    expect(await held.ids({ orderBy: 'NAME_ASC', states: ['TRASHED'] })).toEqual([id]);
  });

  it('keeps the content readable', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await held.vault.remove(id, { permanently: false }, call);
    expect(await held.vault.stat(id, {}, call)).toMatchObject({ state: 'TRASHED' });
    expect(await contentOf(id)).toBe('one');
  });

  it('can be searched', async () => {
    const { id } = await held.upload('a.txt');
    await held.upload('ab.txt');
    await held.vault.remove(id, { permanently: false }, call);
    expect(await held.ids({ orderBy: 'MODIFIED_DESC', text: 'a', states: ['TRASHED'] })).toEqual([id]);
    expect(await held.ids({ orderBy: 'MODIFIED_DESC', text: 'a', states: ['TRASHED', 'READY'] })).toHaveLength(2);
  });

  it('takes what it holds already', async () => {
    const { id } = await held.upload('a.txt');
    await held.vault.remove(id, { permanently: false }, call);
    expect(await held.vault.remove(id, { permanently: false }, call)).toBe(true);
  });

  it('gives back what was put in, under a free name', async () => {
    const { id } = await held.upload('a.txt');
    await held.vault.remove(id, { permanently: false }, call);
    await held.upload('a.txt');
    expect(await held.vault.restore(id, call)).toMatchObject({ id, state: 'READY', filename: 'a (2).txt' });
    expect((await statesOf(held, id)).slice(-3)).toEqual(['1 READY', '1 TRASHED', '1 READY']);
  });

  it('gives back nothing twice', async () => {
    const ready = await held.upload('a.txt');
    expect(await held.vault.restore(ready.id, call)).toEqual(ready);
  });
});

describe('Deleting for good', () => {
  it('leaves nothing of an attachment, its versions and its renditions', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await addVersion(id, 'two');
    await held.vault.writeRendition(id, { ...incoming('three'), name: 'cover', version: null }, call);
    expect(await held.vault.remove(id, { permanently: true }, call)).toBe(true);
    expect(await held.vault.stat(id, {}, call)).toBeNull();
    expect(await held.vault.remove(id, { permanently: true }, call)).toBe(false);
    expect(await filesOf(held)).toEqual([]);
  });

  it('works from the trash', async () => {
    const { id } = await held.upload('a.txt');
    await held.vault.remove(id, { permanently: false }, call);
    expect(await held.vault.remove(id, { permanently: true }, call)).toBe(true);
    expect(await filesOf(held)).toEqual([]);
  });

  it('keeps bytes that something else holds too', async () => {
    const { id } = await held.upload('a.txt', 'same');
    const other = await held.upload('b.txt', 'same');
    await held.vault.remove(id, { permanently: true }, call);
    expect(await contentOf(other.id)).toBe('same');
  });

  it('never takes the bytes of an equal file that is uploaded meanwhile', async () => {
    for (let round = 0; round < 20; round++) {
      const { id } = await held.upload('old.txt', 'same');
      const [, uploaded] = await Promise.all([
        held.vault.remove(id, { permanently: true }, call),
        held.upload(`new ${round}.txt`, 'same'),
      ]);
      expect(await contentOf(uploaded.id)).toBe('same');
      await held.vault.remove(uploaded.id, { permanently: true }, call);
    }
    expect(await filesOf(held)).toEqual([]);
  });
});

describe('An uploaded rendition', () => {
  const put = (id: string, name: string, bytes: string, version: number | null = null) =>
    held.vault.writeRendition(id, { ...incoming(bytes), name, version }, call);

  it('belongs to the version it was made for', async () => {
    const { id } = await held.upload('a.txt', 'one');
    expect(await put(id, 'cover', 'picture')).toMatchObject({ name: 'cover', version: 1, sizeBytes: 7 });
    await addVersion(id, 'two');
    expect(await held.vault.listUploadedRenditions(id, {}, call)).toEqual([]);
    expect(await textOf(await held.vault.openUploadedRendition(id, 'cover', { version: 1 }, call))).toBe('picture');
  });

  it('is replaced by one of the same name, and its bytes go', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await put(id, 'cover', 'old');
    await put(id, 'cover', 'new');
    expect(await textOf(await held.vault.openUploadedRendition(id, 'cover', {}, call))).toBe('new');
    expect(new Set(await filesOf(held))).toEqual(new Set([sha256('one'), sha256('new')]));
  });

  it('may be replaced by the same bytes', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await put(id, 'cover', 'same');
    await put(id, 'cover', 'same');
    expect(await textOf(await held.vault.openUploadedRendition(id, 'cover', {}, call))).toBe('same');
  });

  it('can be deleted', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await put(id, 'cover', 'picture');
    expect(await held.vault.removeRendition(id, 'cover', {}, call)).toBe(true);
    expect(await held.vault.removeRendition(id, 'cover', {}, call)).toBe(false);
    expect(await filesOf(held)).toEqual([sha256('one')]);
  });

  it.each(['', '..', 'a b', 'a/b', 'x'.repeat(101)])('is refused under the name %j', async (name) => {
    const { id } = await held.upload('a.txt', 'one');
    await expect(put(id, name, 'picture')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('of a version that is not there is not stored', async () => {
    const { id } = await held.upload('a.txt', 'one');
    expect(await put(id, 'cover', 'picture', 2)).toBeNull();
    expect(await put('unknown', 'cover', 'picture')).toBeNull();
    expect(await filesOf(held)).toEqual([sha256('one')]);
  });
});

describe('Folders', () => {
  it('stand below the root, by name, a page at a time', async () => {
    for (const name of ['b', 'C', 'a']) await held.vault.createContainer(rootFolder, name, call);
    const first = await held.vault.listContainers(rootFolder, { first: 2, after: null }, call);
    const second = await held.vault.listContainers(rootFolder, { first: 2, after: first.items.at(-1)?.cursor ?? null }, call);
    expect([...first.items, ...second.items].map(({ item }) => item.name)).toEqual(['a', 'b', 'C']);
  });

  it('have the root alone at their top', async () => {
    const { items } = await held.vault.listContainers(null, { first: 10, after: null }, call);
    expect(items.map(({ item }) => [item.id, item.parent])).toEqual([['root', null]]);
  });

  it('have one name each within a folder', async () => {
    const folder = await held.vault.createContainer(rootFolder, 'a', call);
    await expect(held.vault.createContainer(rootFolder, 'a', call)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await held.vault.createContainer(folder, 'a', call)).toMatchObject({ parent: { id: folder.id } });
  });

  it('are not made in one that is not there', async () => {
    await expect(held.vault.createContainer({ type: 'Folder', id: 'nowhere' }, 'a', call)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('cannot be listed where they are unknown', async () => {
    const nowhere = { type: 'Folder', id: 'nowhere' } as const;
    const folders = held.vault.listContainers(nowhere, { first: 10, after: null }, call);
    await expect(folders).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(held.ids({ orderBy: 'NAME_ASC', container: nowhere })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('A restart', () => {
  it('keeps everything', async () => {
    const { id } = await held.upload('a.txt', 'one');
    await addVersion(id, 'two');
    const before = await held.vault.stat(id, {}, call);
    held = await held.reopen();
    expect(await held.vault.stat(id, {}, call)).toEqual(before);
    expect([await contentOf(id), await contentOf(id, 1)]).toEqual(['two', 'one']);
  });
});
