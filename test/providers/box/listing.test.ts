import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttachmentQuery, PageRequest } from '../../../src/providers/provider.js';
import { type BoxSandbox, clientCredentials, openBoxSandbox, seedBox } from '../../support/box.js';
import { call } from '../../support/vault.js';

let opened: BoxSandbox;
beforeEach(async () => {
  opened = await openBoxSandbox({ settings: { credentials: clientCredentials } });
});
afterEach(() => opened.close());

const root = { type: 'Folder', id: '0' } as const;
const photos = { type: 'Folder', id: '770056' } as const;

async function names(query: Partial<AttachmentQuery>, page: Partial<PageRequest> = {}): Promise<readonly string[]> {
  const whole = { first: 100, after: null, ...page };
  const { items } = await opened.provider.list({ orderBy: 'NAME_ASC', ...query }, whole, call);
  return items.map(({ item }) => item.filename);
}

function paths(): readonly string[] {
  return opened.sandbox.log.requests(/ \/2\.0\//).map(({ path }) => path.split('?')[0] ?? '');
}

describe('A folder of Box', () => {
  it('of 100 files is one request, with all that is told of them', async () => {
    const made = await opened.provider.createContainer(root, 'hundred', call);
    const files = Array.from({ length: 100 }, (_, number) => ({
      filename: `${number}.txt`,
      contentType: 'text/plain',
      bytes: 'x',
    }));
    await seedBox(opened, files, made.id);
    opened.sandbox.log.clear();
    const query = { container: made, orderBy: 'MODIFIED_DESC' } as const;
    const ahead = { pictures: [{ kind: 'thumbnail', size: 160, format: 'JPEG' }] } as const;
    const { items } = await opened.provider.list(query, { first: 100, after: null, ahead }, call);
    expect(items).toHaveLength(100);
    expect(opened.sandbox.log.requests()).toHaveLength(1);
    expect(items[0]?.item).toMatchObject({
      sizeBytes: 1,
      digest: { algorithm: 'sha1' },
      versionNumber: 1,
      container: { id: made.id },
    });
  });

  it('is listed by name, without what lies in folders below', async () => {
    expect(await names({ container: root })).toEqual(['harbour.jpg', 'invoice.pdf', 'notes.txt']);
  });

  it('is filtered by type, time and part of a name', async () => {
    expect(await names({ container: photos, contentTypes: ['image/jpeg', 'image/webp'] })).toEqual([
      'lighthouse.webp',
      'mountains.jpg',
    ]);
    expect(await names({ container: photos, modifiedAfter: new Date('2026-02-01') })).toEqual(['market.png']);
    expect(await names({ container: photos, text: 'AIN' })).toEqual(['mountains.jpg']);
  });

  it('tells what of it is in the trash', async () => {
    await opened.provider.remove('11111', { permanently: false }, call);
    await opened.provider.remove('12345', { permanently: false }, call);
    expect(await names({ container: photos, states: ['TRASHED'] })).toEqual(['mountains.jpg']);
    expect(await names({ states: ['TRASHED'] })).toEqual(['harbour.jpg', 'mountains.jpg']);
    expect(await names({ container: photos, states: ['READY', 'TRASHED'] })).toHaveLength(4);
  });

  it('that is not there is NOT_FOUND, without a request for what is no id', async () => {
    await expect(names({ container: { type: 'Folder', id: '99' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    opened.sandbox.log.clear();
    await expect(names({ container: { type: 'Room', id: '0' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(opened.sandbox.log.requests()).toHaveLength(0);
  });
});

describe('All files of an account', () => {
  it('are those of all folders, one request each', async () => {
    expect(await names({})).toHaveLength(9);
    expect(paths()).toEqual(['/2.0/folders/0/items', '/2.0/folders/770055/items', '/2.0/folders/770056/items']);
  });

  it('are found by a text with one search', async () => {
    expect(await names({ text: 'PLAN' })).toEqual(['floor-plan.pdf']);
    expect(paths()).toEqual(['/2.0/search']);
  });

  it('are looked through for a text that has no words', async () => {
    expect(await names({ text: '-' })).toEqual(['floor-plan.pdf']);
  });

  it('are listed without those whose folder was deleted meanwhile', async () => {
    opened.sandbox.faults.add({ kind: 'status', status: 404, path: 'folders/770055' });
    expect(await names({})).toHaveLength(7);
  });

  it('fail with the system', async () => {
    opened.sandbox.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 5, path: 'folders/770055' });
    await expect(names({})).rejects.toMatchObject({ code: 'PROVIDER_RATE_LIMITED', details: { retryAfterSeconds: 5 } });
  });
});

interface Entry {
  readonly type: 'file';
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly modified_at: string;
  readonly file_version: { readonly id: string };
}

/** Serves a folder of more files than Box gives at once, in the order that they are given in. */
async function openLargeFolder(entries: readonly Entry[]) {
  const offsets: number[] = [];
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://box').searchParams;
    const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))];
    offsets.push(offset);
    response.end(JSON.stringify({ total_count: entries.length, limit, offset, entries: entries.slice(offset, offset + limit) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await opened.close();
  opened = await openBoxSandbox({ settings: { baseUrl } });
  const { close } = opened;
  opened = {
    ...opened,
    close: async () => {
      await close();
      server.closeAllConnections();
      server.close();
    },
  };
  return offsets;
}

function filesOfSizes(sizes: readonly number[]): readonly Entry[] {
  return sizes.map((size, index) => ({
    type: 'file',
    id: `${100_000 + index}`,
    name: `${index}.txt`,
    size,
    modified_at: '2026-01-01T00:00:00Z',
    file_version: { id: `${900_000 + index}` },
  }));
}

describe('A folder of more files than Box gives at once', () => {
  const falling = Array.from({ length: 7_000 }, (_, index) => 7_000 - index);

  it("is read no further than it must be in Box's own order", async () => {
    const offsets = await openLargeFolder(filesOfSizes(falling));
    expect(await names({ container: root, orderBy: 'SIZE_DESC' }, { first: 2 })).toEqual(['0.txt', '1.txt']);
    expect(offsets).toEqual([0]);
  });

  it('is read on while files of one size may follow', async () => {
    const offsets = await openLargeFolder(filesOfSizes([...Array(1_500).fill(5), 1]));
    const page = await names({ container: root, orderBy: 'SIZE_DESC' }, { first: 1 });
    expect([page, offsets]).toEqual([['1499.txt'], [0, 1_000]]);
  });

  it('is read to its end where the order is not the one that was asked for', async () => {
    const offsets = await openLargeFolder(filesOfSizes([3, 1, 2, ...Array(1_500).fill(0)]));
    expect(await names({ container: root, orderBy: 'SIZE_DESC' }, { first: 3 })).toEqual(['0.txt', '2.txt', '1.txt']);
    expect(offsets).toEqual([0, 1_000]);
  });

  it('cannot be put in order of names, and says what to do', async () => {
    await openLargeFolder(filesOfSizes(falling));
    await expect(names({ container: root })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
      message: expect.stringContaining('5,000'),
    });
  });
});
