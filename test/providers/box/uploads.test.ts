import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Upload } from '../../../src/providers/provider.js';
import { type BoxSandbox, openBoxSandbox } from '../../support/box.js';
import { call, callWith } from '../../support/vault.js';

let spoolDirectory: string;
let opened: BoxSandbox;
beforeEach(async () => {
  spoolDirectory = await mkdtemp(join(tmpdir(), 'proofsheet-box-'));
  opened = await openBoxSandbox({ seed: false, settings: { spoolDirectory } });
});
afterEach(async () => {
  await opened.close();
  await rm(spoolDirectory, { recursive: true });
});

const container = { type: 'Folder', id: '0' } as const;

function uploadOf(content: Readable | Buffer, more: Partial<Upload> = {}): Upload {
  const stream = Buffer.isBuffer(content) ? Readable.from(piecesOf(content), { objectMode: false }) : content;
  return { content: stream, contentType: 'text/plain', digest: null, container, filename: 'a.bin', onCollision: 'FAIL', ...more };
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function stored(id: string): Promise<Buffer> {
  const content = await opened.provider.open(id, {}, call);
  if (!content || 'path' in content.body) throw new Error('There is no content');
  return buffer(content.body.stream);
}

const sent = (pattern: RegExp) => opened.sandbox.log.requests(pattern).length;
const large = randomBytes(50_000_001);

describe('An upload to Box', () => {
  it('of a small file is a check and one request, with its length and digest', async () => {
    const bytes = randomBytes(1_000);
    const written = await opened.provider.write(uploadOf(bytes), call);
    expect(written).toMatchObject({ sizeBytes: 1_000, digest: { hex: createHash('sha1').update(bytes).digest('hex') } });
    const [check, upload, ...rest] = opened.sandbox.log.requests();
    expect([check?.method, upload?.method, rest]).toEqual(['OPTIONS', 'POST', []]);
    expect(upload?.headers).toMatchObject({ 'content-length': expect.any(String), 'content-md5': written.digest?.hex });
  });

  it('of a file over 1 MiB waits on the disk, and leaves nothing there', async () => {
    const bytes = randomBytes(3_000_000);
    const { id } = await opened.provider.write(uploadOf(bytes), call);
    expect((await stored(id)).equals(bytes)).toBe(true);
    expect(await readdir(spoolDirectory)).toEqual([]);
  });

  it('of a file over 50 MB goes in parts', async () => {
    const { id, sizeBytes } = await opened.provider.write(uploadOf(large), call);
    expect([sizeBytes, sent(/PUT .*upload_sessions/), sent(/commit/)]).toEqual([large.length, 6, 1]);
    expect((await stored(id)).equals(large)).toBe(true);
    expect(await readdir(spoolDirectory)).toEqual([]);
  });

  it('in parts is asked for again while Box puts them together', async () => {
    opened.sandbox.faults.add({ kind: 'pending', path: 'commit', times: 2, retryAfterSeconds: 0 });
    expect(await opened.provider.write(uploadOf(large), call)).toMatchObject({ state: 'READY' });
    expect(sent(/commit/)).toBe(3);
  });

  it('in parts waits where Box wants it asked again much later', async () => {
    opened.sandbox.faults.add({ kind: 'pending', path: 'commit', times: 1, retryAfterSeconds: 9_999_999 });
    const patience = new AbortController();
    const writing = opened.provider.write(uploadOf(large), callWith(patience.signal));
    const ended = expect(writing).rejects.toThrow('Nobody waits any more');
    while (sent(/commit/) === 0) await wait(50);
    patience.abort(new Error('Nobody waits any more'));
    await ended;
    expect(sent(/commit/)).toBe(1);
  });

  it('in parts that fails ends its session, and leaves nothing', async () => {
    opened.sandbox.faults.add({ kind: 'status', status: 500, method: 'PUT', times: 1 });
    await expect(opened.provider.write(uploadOf(large), call)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(sent(/DELETE .*upload_sessions/)).toBe(1);
    expect(sent(/commit/)).toBe(0);
    expect(await readdir(spoolDirectory)).toEqual([]);
  });

  it('in parts is also how a large version comes', async () => {
    const { id } = await opened.provider.write(uploadOf(Buffer.from('small')), call);
    const written = await opened.provider.writeVersion(id, { ...uploadOf(large), ifVersion: 1 }, call);
    expect(written).toMatchObject({ id, versionNumber: 2, sizeBytes: large.length });
  });

  it('that the server ends in the middle fails once, and is not sent again', async () => {
    opened.sandbox.faults.add({ kind: 'reset', method: 'POST' });
    await expect(opened.provider.write(uploadOf(randomBytes(100)), call)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect(sent(/POST/)).toBe(1);
  });

  it('that its sender breaks off sends nothing', async () => {
    const source = new PassThrough();
    source.write(randomBytes(2_000_000));
    const writing = opened.provider.write(uploadOf(source), call);
    source.destroy(new Error('the connection was lost'));
    await expect(writing).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(sent(/POST/)).toBe(0);
    expect(await readdir(spoolDirectory)).toEqual([]);
  });

  it('that nobody waits for any more ends, and leaves nothing on the disk', async () => {
    const controller = new AbortController();
    const source = new PassThrough();
    source.write(randomBytes(2_000_000));
    const writing = opened.provider.write(uploadOf(source), callWith(controller.signal));
    const reason = new Error('the client left');
    controller.abort(reason);
    await expect(writing).rejects.toBe(reason);
    expect(source.destroyed).toBe(true);
    expect(await readdir(spoolDirectory)).toEqual([]);
  });

  it('is refused over the limit before anything is sent', async () => {
    await opened.close();
    opened = await openBoxSandbox({ seed: false, settings: { spoolDirectory, maxUploadBytes: 1_000 } });
    expect(opened.provider.facts.writeMaxBytes).toBe(1_000);
    const writing = opened.provider.write(uploadOf(randomBytes(1_001)), call);
    await expect(writing).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(sent(/POST/)).toBe(0);
  });

  it('is held against a sha256 digest too, and against none that is not known', async () => {
    const digest = (algorithm: string) => ({ algorithm, hex: createHash('sha256').update('other').digest('hex') });
    const writing = (algorithm: string) => opened.provider.write(uploadOf(Buffer.from('x'), { digest: digest(algorithm) }), call);
    await expect(writing('sha256')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(writing('md5')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it.each([
    ['  x ', 'BAD_USER_INPUT'],
    ['a/b', 'BAD_USER_INPUT'],
  ])('named "%s" is %s', async (filename, code) => {
    await expect(opened.provider.write(uploadOf(Buffer.from('x'), { filename }), call)).rejects.toMatchObject({ code });
  });

  it('of a version is refused where another came first', async () => {
    const { id } = await opened.provider.write(uploadOf(Buffer.from('one')), call);
    opened.sandbox.faults.add({ kind: 'status', status: 412, method: 'POST' });
    const writing = opened.provider.writeVersion(id, { ...uploadOf(Buffer.from('two')), ifVersion: 1 }, call);
    await expect(writing).rejects.toMatchObject({ code: 'CONFLICT', details: { upstreamCode: 'precondition_failed' } });
  });

  it('finds a free name beside many that are taken', async () => {
    const names: string[] = [];
    for (let count = 0; count < 11; count += 1) {
      names.push((await opened.provider.write(uploadOf(Buffer.from('x'), { onCollision: 'RENAME' }), call)).filename);
    }
    expect(new Set(names).size).toBe(11);
    expect(names.slice(0, 3)).toEqual(['a.bin', 'a (2).bin', 'a (3).bin']);
  });
});
