import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { UploadedRendition } from '../../../src/providers/provider.js';
import { attachmentOf, callOf, messageOf, type Script, unavailable } from '../../support/scripted-provider.js';
import { policed } from './harness.js';

type Policed = Awaited<ReturnType<typeof policed>>['provider'];

const upload = { content: Readable.from([]), contentType: 'text/plain', digest: null };
const folder = { type: 'Folder', id: '0' } as const;
const rendition: UploadedRendition = {
  name: 'web',
  version: 1,
  contentType: 'image/png',
  sizeBytes: 1,
  digest: { algorithm: 'sha256', hex: '' },
  createdAt: new Date(0),
  contentKey: 'x',
};

const writable: Script = {
  write: async () => attachmentOf('2'),
  writeVersion: async () => attachmentOf('1'),
  rename: async () => attachmentOf('1'),
  remove: async () => true,
  restore: async () => attachmentOf('1'),
  restoreVersion: async () => attachmentOf('1'),
  listVersions: async () => ({ items: [], hasNextPage: false }),
  writeRendition: async () => rendition,
  removeRendition: async () => true,
  createContainer: async () => messageOf('m'),
};

const changes: Readonly<Record<string, (provider: Policed) => unknown>> = {
  write: ({ write }) => write?.({ ...upload, container: folder, filename: 'a', onCollision: 'FAIL' }, callOf()),
  writeVersion: ({ writeVersion }) => writeVersion?.('1', { ...upload, ifVersion: null }, callOf()),
  rename: ({ rename }) => rename?.('1', 'a', callOf()),
  remove: ({ remove }) => remove?.('1', { permanently: true }, callOf()),
  restore: ({ restore }) => restore?.('1', callOf()),
  restoreVersion: ({ restoreVersion }) => restoreVersion?.('1', 1, callOf()),
  writeRendition: ({ writeRendition }) => writeRendition?.('1', { ...upload, name: 'web', version: null }, callOf()),
  removeRendition: ({ removeRendition }) => removeRendition?.('1', 'web', {}, callOf()),
  createContainer: ({ createContainer }) => createContainer?.(folder, 'a', callOf()),
};

describe.each(Object.entries(changes))('%s', (method, change) => {
  it('drops what is kept of its provider, for every scope', async () => {
    const { provider, calls } = await policed(writable);
    const readAll = () => Promise.all(['ann', 'ben'].map((scope) => provider.stat('1', {}, callOf({ scope }))));
    await readAll();
    await change(provider);
    await readAll();
    expect(calls.stat).toBe(4);
  });

  it('drops it also when it fails: nobody knows how far it came', async () => {
    const { provider, calls } = await policed({ ...writable, [method]: () => Promise.reject(unavailable) });
    await provider.stat('1', {}, callOf());
    await expect(change(provider)).rejects.toBe(unavailable);
    await provider.stat('1', {}, callOf());
    expect(calls.stat).toBe(2);
  });

  it('is never tried twice', async () => {
    const { provider, calls } = await policed({ ...writable, [method]: () => Promise.reject(unavailable) });
    await expect(change(provider)).rejects.toBe(unavailable);
    expect(calls[method]).toBe(1);
  });

  it('leaves what is kept of other providers', async () => {
    const { provider, cache, clock } = await policed(writable);
    const other = await policed({ name: 'oracle' }, { clock, parts: { cache } });
    await other.provider.stat('1', {}, callOf());
    await change(provider);
    await other.provider.stat('1', {}, callOf());
    expect(other.calls.stat).toBe(1);
  });
});
