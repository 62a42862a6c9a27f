import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { FormData } from 'undici';
import { boxSandbox, json, send, sendJson, serveBox, upload } from '../support/box-requests.js';

serveBox();

describe('An upload to the Box sandbox', () => {
  const attributes = { name: 'tide.txt', parent: { id: '0' } };

  it('makes a file, and another of its name is refused with the one that is there', async () => {
    const made = await upload(attributes, 'tide');
    expect([made.status, await json(made)]).toMatchObject([201, { total_count: 1, entries: [{ name: 'tide.txt', etag: '0' }] }]);
    const taken = await json(upload(attributes, 'again'));
    expect(taken).toMatchObject({ code: 'item_name_in_use', context_info: { conflicts: { type: 'file', name: 'tide.txt' } } });
  });

  it('is refused where the bytes come before what they are', async () => {
    const form = new FormData();
    form.append('file', new Blob(['x']), 'file');
    form.append('attributes', JSON.stringify(attributes));
    const refused = await json(send('/api/2.0/files/content', { method: 'POST', body: form }));
    expect(refused).toMatchObject({ status: 400, code: 'metadata_after_file_contents' });
  });

  it('is refused where its digest differs, its name cannot be, or its folder is not there', async () => {
    const form = new FormData();
    form.append('attributes', JSON.stringify(attributes));
    form.append('file', new Blob(['x']), 'file');
    const headers = { 'content-md5': createHash('sha1').update('y').digest('hex') };
    expect(await json(send('/api/2.0/files/content', { method: 'POST', body: form, headers }))).toMatchObject({
      code: 'bad_digest',
    });
    expect(await json(upload({ ...attributes, name: 'a/b' }, 'x'))).toMatchObject({ code: 'item_name_invalid' });
    expect(await json(upload({ ...attributes, parent: { id: '99' } }, 'x'))).toMatchObject({ status: 404 });
  });

  it('is checked ahead', async () => {
    const check = (body: object) => json(sendJson('OPTIONS', '/2.0/files/content', body));
    expect(await check(attributes)).toEqual({ upload_url: `${boxSandbox().url}/api/2.0/files/content`, upload_token: null });
    expect(await check({ ...attributes, name: 'harbour.jpg' })).toMatchObject({
      status: 409,
      context_info: { conflicts: { id: '12345' } },
    });
    expect(await check({ ...attributes, size: 1e12 })).toMatchObject({ status: 403, code: 'storage_limit_exceeded' });
  });

  it('of a version grows the list of those before it, and each can be current again', async () => {
    await upload({ name: 'notes-2.txt' }, 'second', '/api/2.0/files/880012345605/content');
    const past = await json(send('/2.0/files/880012345605/versions'));
    expect(past).toMatchObject({ total_count: 1, entries: [{ type: 'file_version', name: 'notes.txt' }] });
    const [{ id } = { id: '' }] = past.entries as { readonly id: string }[];
    const promoted = await sendJson('POST', '/2.0/files/880012345605/versions/current', { type: 'file_version', id });
    expect(promoted.status).toBe(201);
    expect(await json(send('/2.0/files/880012345605?fields=name,version_number'))).toMatchObject({
      name: 'notes.txt',
      version_number: '3',
    });
  });
});

describe('An upload session of the Box sandbox', () => {
  const bytes = randomBytes(20_000_001);
  const digestOf = (part: Buffer) => `sha=${createHash('sha1').update(part).digest('base64')}`;

  const create = (size: number) =>
    sendJson('POST', '/api/2.0/files/upload_sessions', { folder_id: '0', file_size: size, file_name: 'big.bin' });

  async function uploadParts(id: string, partSize: number) {
    const parts: unknown[] = [];
    for (let at = 0; at < bytes.length; at += partSize) {
      const part = bytes.subarray(at, at + partSize);
      const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `bytes ${at}-${at + part.length - 1}/${bytes.length}`,
        digest: digestOf(part),
      };
      const answer = await json(send(`/api/2.0/files/upload_sessions/${id}`, { method: 'PUT', body: part, headers }));
      parts.push(answer.part);
    }
    return parts;
  }

  it('takes a file in parts, and may say at the end that it needs a while', async () => {
    const session = await json(create(bytes.length));
    expect(session).toMatchObject({ type: 'upload_session', total_parts: 3, num_parts_processed: 0 });
    const parts = await uploadParts(`${session.id}`, Number(session.part_size));
    expect(parts[0]).toEqual({
      part_id: expect.stringMatching(/^[0-9A-F]{8}$/),
      offset: 0,
      size: 8_388_608,
      sha1: expect.any(String),
    });
    boxSandbox().faults.add({ kind: 'pending', path: 'commit', times: 1 });
    const commit = (digest: string, list = parts) =>
      sendJson('POST', `/api/2.0/files/upload_sessions/${session.id}/commit`, { parts: list }, { digest });
    expect(await json(commit(digestOf(Buffer.from('x'))))).toMatchObject({ status: 400, code: 'digest_mismatch' });
    expect(await json(commit(digestOf(bytes), parts.slice(1)))).toMatchObject({ status: 400, code: 'parts_mismatch' });
    expect((await commit(digestOf(bytes))).status).toBe(202);
    expect(await json(commit(digestOf(bytes)))).toMatchObject({ entries: [{ name: 'big.bin', size: bytes.length }] });
  });

  it.each([
    [{ file_size: 20_000_001, file_name: 'a' }, 'missing_destination'],
    [{ folder_id: 'home', file_size: 20_000_001, file_name: 'a' }, 'invalid_folder_id'],
    [{ folder_id: '0', file_name: 'a' }, 'missing_file_size'],
    [{ folder_id: '0', file_size: -1, file_name: 'a' }, 'invalid_file_size'],
    [{ folder_id: '0', file_size: 'large', file_name: 'a' }, 'invalid_file_size'],
    [{ folder_id: '0', file_size: 20_000_001 }, 'missing_file_name'],
    [{ folder_id: '0', file_size: 20_000_001, file_name: 'a/b' }, 'item_name_invalid'],
  ])('is not opened for %j: %s', async (body, code) => {
    expect(await json(sendJson('POST', '/api/2.0/files/upload_sessions', body))).toMatchObject({ status: 400, code });
  });

  it('is for large files only, and refuses parts that do not fit', async () => {
    expect(await json(create(100))).toMatchObject({ status: 400, code: 'file_size_too_small' });
    const { id } = await json(create(bytes.length));
    const headers = { 'content-type': 'application/octet-stream', 'content-range': 'bytes 1-3/20000001', digest: 'sha=x' };
    expect((await send(`/api/2.0/files/upload_sessions/${id}`, { method: 'PUT', body: 'abc', headers })).status).toBe(416);
  });
});
