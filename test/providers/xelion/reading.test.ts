import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Attachment, OpenedContent } from '../../../src/attachment.js';
import type { Provider } from '../../../src/providers/provider.js';
import { pictureOptions } from '../../conformance/provider.js';
import { callWith } from '../../support/vault.js';
import { openXelionSandbox, type XelionSandbox } from '../../support/xelion.js';

let xelion: XelionSandbox;
let provider: Required<Provider>;
beforeEach(async () => {
  xelion = await openXelionSandbox();
  provider = xelion.provider as Required<Provider>;
});
afterEach(() => xelion.close());

const call = callWith();
const spec = { kind: 'thumbnail', size: 160, format: 'JPEG' } as const;
const video = '1899627-1899618';
const sampleDigest = 'd58d7610029708abd2623fe01cf195368f4a431c7959640d5d8c3b0c1591d376';

async function bytesOf(opened: OpenedContent | null | undefined): Promise<Buffer> {
  if (!opened || !('stream' in opened.body)) throw new Error('There is nothing to read');
  return buffer(opened.body.stream);
}

async function stat(id: string): Promise<Attachment> {
  const attachment = await provider.stat(id, {}, call);
  if (!attachment) throw new Error(`There is no ${id}`);
  return attachment;
}

async function pictureDigest(attachment: Attachment): Promise<string | null> {
  const picture = await provider.readRendition(attachment, spec, pictureOptions, call);
  if (picture?.state !== 'READY') return null;
  return createHash('sha256').update(picture.bytes).digest('hex');
}

const requests = () => xelion.sandbox.log.requests().map(({ method, path }) => `${method} ${path.replace('/api/v1/master', '')}`);

describe('An attachment', () => {
  it('is told with the date of its message', async () => {
    expect(await stat(video)).toEqual({
      provider: 'xelion',
      id: video,
      filename: 'Coffee Moves.mp4',
      contentType: 'video/mp4',
      sizeBytes: 2_197,
      digest: null,
      state: 'READY',
      createdAt: new Date('2020-05-19T12:45:49Z'),
      modifiedAt: new Date('2020-05-19T12:45:49Z'),
      container: { provider: 'xelion', type: 'Message', id: '1899627' },
      versionNumber: null,
      contentKey: 'xelion-test-1899618',
      permissions: { read: true, download: true, replace: false, delete: true, share: false },
      hasThumbnail: true,
    });
    expect(requests()).toEqual(['GET /communications/1899627']);
  });

  it('whose size is told as 0 has an unknown one', async () => {
    expect(await stat('1856742')).toMatchObject({ contentType: 'audio/wav', sizeBytes: null, container: null, modifiedAt: null });
    expect((await bytesOf(await provider.open('1856742', {}, call))).length).toBeGreaterThan(0);
  });

  it('of several in one message costs one request with them', async () => {
    const { items } = await provider.list(
      { orderBy: 'NAME_ASC', text: 'f', contentTypes: ['application/pdf'] },
      { first: 9, after: null },
      call,
    );
    const ids = items.map(({ item }) => item.id);
    xelion.sandbox.log.clear();
    const found = await provider.statMany([...ids, video, '1-2', 'nonsense'], call);
    expect(found.map((each) => (each instanceof Error ? each.message : (each?.filename ?? null)))).toEqual([
      'floor-plan.pdf',
      'invoice.pdf',
      'Coffee Moves.mp4',
      null,
      null,
    ]);
    expect(xelion.sandbox.log.requests()).toHaveLength(3);
  });

  it('of a type that is misspelt has the right one', async () => {
    const { items } = await provider.list({ orderBy: 'NAME_ASC', text: 'harbour' }, { first: 1, after: null }, call);
    expect(items[0]?.item).toMatchObject({ filename: 'harbour.jpg', contentType: 'image/jpeg' });
  });

  it('fails as a stream that ends early, never as a short file', async () => {
    xelion.sandbox.faults.add({ kind: 'truncate', afterBytes: 100, path: 'response_type' });
    const opened = await provider.open(video, {}, call);
    expect(opened?.sizeBytes).toBe(2_197);
    await expect(bytesOf(opened)).rejects.toThrow();
  });

  it('that was removed meanwhile is not there', async () => {
    await provider.remove(video, { permanently: false }, call);
    expect([await provider.stat(video, {}, call), await provider.open(video, {}, call)]).toEqual([null, null]);
    expect(await provider.statContainer('Message', '1899627', call)).toMatchObject({ id: '1899627' });
  });

  it('that somebody else removes in the same moment is not there to remove', async () => {
    xelion.sandbox.faults.add({ kind: 'status', status: 404, method: 'PATCH' });
    expect(await provider.remove(video, { permanently: true }, call)).toBe(false);
  });

  it('by itself cannot be removed', async () => {
    await expect(provider.remove('1899618', { permanently: true }, call)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
    });
  });
});

describe('A picture of the system', () => {
  it.each([video, '1899618', '1856742'])('of %s is the one of the vendor’s example', async (id) => {
    expect(await pictureDigest(await stat(id))).toBe(sampleDigest);
  });

  it('is not asked for where the system said that there is none', async () => {
    const { items } = await provider.list({ orderBy: 'NAME_ASC', text: 'logo' }, { first: 1, after: null }, call);
    const [logo] = items;
    if (!logo) throw new Error('There is no logo');
    xelion.sandbox.log.clear();
    expect([logo.item.hasThumbnail, await provider.readRendition(logo.item, spec, pictureOptions, call)]).toEqual([false, null]);
    expect(requests()).toEqual([]);
  });

  it('is asked for where the system did not say', async () => {
    const { hasThumbnail: _, ...attachment } = await stat(video);
    expect(await pictureDigest(attachment)).toBe(sampleDigest);
  });

  it('is never one of a page', async () => {
    const page = { kind: 'page', page: 1, width: 1024, format: 'PNG' } as const;
    expect(await provider.readRendition(await stat(video), page, pictureOptions, call)).toBeNull();
  });

  it('of an attachment that went is none', async () => {
    const attachment = await stat(video);
    await provider.remove(video, { permanently: true }, call);
    expect(await provider.readRendition(attachment, spec, pictureOptions, call)).toBeNull();
  });
});

describe('A message', () => {
  it('tells its text, its direction and who took part', async () => {
    expect(await provider.statContainer('Message', '1899627', call)).toEqual({
      provider: 'xelion',
      type: 'Message',
      id: '1899627',
      name: 'Coffee Moves.mp4',
      createdAt: new Date('2020-05-19T12:45:49Z'),
      parent: null,
      message: {
        text: 'Coffee Moves.mp4',
        incoming: true,
        participants: [
          { name: 'Wesley', role: 'from', address: null },
          { name: 'Arno', role: 'to', address: null },
        ],
      },
    });
  });

  it('is no room, and a room is no message', async () => {
    expect(await provider.statContainer('Room', '1899627', call)).toBeNull();
    expect(await provider.statContainer('Message', '1899001', call)).toBeNull();
    expect(await provider.statContainer('Room', '1899001', call)).toMatchObject({ name: 'Wesley, Arno', parent: null });
  });
});

describe('An answer that is not what it should be', () => {
  it.each(['<html>', '{"object":{}}', '[]'])('is PROVIDER_ERROR: %s', async (body) => {
    xelion.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body });
    await expect(provider.stat(video, {}, call)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });

  it('leads nowhere by an oid that is none', async () => {
    const body = JSON.stringify({ object: { oid: '1/../../../me/logout', hasAttachment: true } });
    xelion.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body });
    const container = { type: 'Message', id: '1899627' } as const;
    const listing = provider.list({ orderBy: 'NAME_ASC', container }, { first: 9, after: null }, call);
    await expect(listing).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(requests()).toEqual(['GET /communications/1899627']);
  });

  it('that does not tell what is attached is filled by another request', async () => {
    const body = JSON.stringify({ object: { oid: 1899627, date: '2025-07-30T21:54:44.000Z', hasAttachment: true } });
    xelion.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body, path: 'communications/1899627$' });
    expect(await stat(video)).toMatchObject({ filename: 'Coffee Moves.mp4', modifiedAt: new Date('2025-07-30T21:54:44Z') });
    const container = { type: 'Message', id: '1899627' } as const;
    const { items } = await provider.list({ orderBy: 'NAME_ASC', container }, { first: 9, after: null }, call);
    expect(items.map(({ item }) => item.id)).toEqual([video]);
  });
});
