import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type OracleContentSandbox, openOracleContentSandbox } from '../../support/oracle-content.js';
import { call, incoming, sha256 } from '../../support/vault.js';

let held: OracleContentSandbox;
beforeEach(async () => {
  held = await openOracleContentSandbox({ seed: false });
});
afterEach(() => held.close());

const home = { type: 'Folder', id: 'self' } as const;

function write(filename: string, bytes: string, more: Partial<Parameters<typeof held.provider.write>[0]> = {}) {
  return held.provider.write({ ...incoming(bytes), container: home, filename, onCollision: 'FAIL', ...more }, call);
}

async function names(): Promise<readonly string[]> {
  const { items } = await held.provider.list({ container: home, orderBy: 'NAME_ASC' }, { first: 50, after: null }, call);
  return items.map(({ item }) => item.filename);
}

async function content(id: string): Promise<string> {
  const opened = await held.provider.open(id, {}, call);
  return opened && 'stream' in opened.body ? text(opened.body.stream) : '';
}

describe('An upload', () => {
  it('keeps its name, whatever it is written in', async () => {
    for (const name of ['Grüße 1.txt', 'a "quoted" name.txt', '表 🎉.txt']) {
      expect(await write(name, name)).toMatchObject({ filename: name, versionNumber: 1 });
    }
  });

  it('with other bytes than were promised never becomes a file', async () => {
    const digest = { algorithm: 'sha256', hex: sha256('other') };
    await expect(write('a.txt', 'bytes', { digest })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await names()).toEqual([]);
    const right = { algorithm: 'sha256', hex: sha256('bytes') };
    expect(await write('a.txt', 'bytes', { digest: right })).toMatchObject({ versionNumber: 1 });
  });

  it('that its sender breaks off is the sender’s failure, and no reason to avoid the system', async () => {
    const source = new PassThrough();
    source.write('half of it');
    const writing = write('a.txt', '', { content: source });
    source.destroy(new Error('gone'));
    await expect(writing).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await names()).toEqual([]);
  });

  it('that the system refuses lets go of its sender', async () => {
    held.sandbox.faults.add({ kind: 'status', status: 503, method: 'POST', path: '/files/data' });
    const source = new PassThrough();
    source.end('bytes');
    await expect(write('a.txt', '', { content: source })).rejects.toMatchObject({ details: { upstreamStatus: 503 } });
    expect(source.destroyed).toBe(true);
    expect(held.sandbox.log.requests(/POST/)).toHaveLength(1);
  });

  it('to no folder lets go of its sender', async () => {
    const source = new PassThrough();
    const writing = write('a.txt', '', { content: source, container: { type: 'Room', id: 'F1' } });
    await expect(writing).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(source.destroyed).toBe(true);
  });

  it('is not one more than the check for its name when the name is free', async () => {
    await write('a.txt', 'a');
    expect(held.sandbox.log.requests().map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('of a taken name never touches what has it, even when it is taken in the meantime', async () => {
    const source = new PassThrough();
    source.write('ours');
    const writing = write('a.txt', '', { content: source });
    while (held.sandbox.log.requests(/POST/).length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [theirs = ''] = await held.put([{ filename: 'A.txt', contentType: 'text/plain', bytes: 'theirs' }]);
    source.end();
    await expect(writing).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await names()).toEqual(['A.txt']);
    expect(await content(theirs)).toBe('theirs');
    expect(await held.provider.stat(theirs, {}, call)).toMatchObject({ versionNumber: 1 });
  });

  it('may take another name', async () => {
    await write('a.txt', 'one');
    expect((await write('a.txt', 'two', { onCollision: 'RENAME' })).filename).toMatch(/^a\d{6}\.txt$/);
  });
});

describe('A version', () => {
  it('keeps the file’s name', async () => {
    const { id } = await write('a.txt', 'one');
    const written = await held.provider.writeVersion(id, { ...incoming('two'), ifVersion: 1 }, call);
    expect(written).toMatchObject({ id, filename: 'a.txt', versionNumber: 2 });
  });

  it('that comes back while the system breaks off is not a version', async () => {
    const { id } = await write('a.txt', 'one');
    await held.provider.writeVersion(id, { ...incoming('two'), ifVersion: null }, call);
    held.sandbox.faults.add({ kind: 'truncate', afterBytes: 1, method: 'GET', path: '/data' });
    await expect(held.provider.restoreVersion(id, 1, call)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect(await held.provider.stat(id, {}, call)).toMatchObject({ versionNumber: 2 });
  });
});

describe('An uploaded rendition', () => {
  const put = (id: string, name: string, bytes: string, version: number | null = null) =>
    held.provider.writeRendition(id, { ...incoming(bytes, { contentType: 'image/png' }), name, version }, call);

  it('has a type, and another key when it is replaced', async () => {
    const { id } = await write('a.txt', 'a');
    const first = await put(id, 'cover', 'one');
    const second = await put(id, 'COVER', 'two');
    expect(first).toMatchObject({ name: 'cover', version: 1, contentType: 'image/png', sizeBytes: null, digest: null });
    expect(second?.contentKey).not.toBe(first?.contentKey);
    expect(await held.provider.listUploadedRenditions(id, {}, call)).toEqual([second]);
  });

  it('stands apart from the pages of the same name', async () => {
    const { id } = await write('a.txt', 'a');
    await put(id, 'page1', 'mine');
    const opened = await held.provider.openUploadedRendition(id, 'page1', {}, call);
    expect(opened && 'stream' in opened.body && (await text(opened.body.stream))).toBe('mine');
  });

  it.each(['', 'with space', 'a.png', 'x'.repeat(29)])('cannot be named "%s"', async (name) => {
    const { id } = await write('a.txt', 'a');
    await expect(put(id, name, 'x')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it.each(['', 'x'.repeat(20_000)])('is not looked for by a name that can be none', async (name) => {
    const { id } = await write('a.txt', 'a');
    held.sandbox.log.clear();
    expect(await held.provider.openUploadedRendition(id, name, {}, call)).toBeNull();
    expect(await held.provider.removeRendition(id, name, {}, call)).toBe(false);
    expect(held.sandbox.log.requests()).toHaveLength(0);
  });

  it('of an older version cannot be written', async () => {
    const { id } = await write('a.txt', 'a');
    await held.provider.writeVersion(id, { ...incoming('two'), ifVersion: null }, call);
    await expect(put(id, 'cover', 'x', 1)).rejects.toMatchObject({ code: 'NOT_SUPPORTED_BY_PROVIDER' });
  });
});

describe('A file in the trash', () => {
  it('is not there any more, and cannot be deleted for good', async () => {
    const { id } = await write('a.txt', 'a');
    await expect(held.provider.remove(id, { permanently: true }, call)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
    });
    expect(await held.provider.remove(id, { permanently: false }, call)).toBe(true);
    expect(await held.provider.stat(id, {}, call)).toBeNull();
  });
});
