import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AttachmentOrder, type AttachmentQuery, attachmentOrders } from '../../../src/providers/provider.js';
import type { MetadataStore } from '../../../src/vault/metadata/metadata-store.js';
import { Database } from '../../../src/vault/metadata/sqlite/database.js';
import { openSqliteMetadataStore } from '../../../src/vault/metadata/sqlite.js';
import { addAttachments, type BulkAttachment } from '../../support/bulk-attachments.js';

/** More than what is gathered and sorted, so that both ways of reading are met. */
const count = 6_000;
const types = ['image/jpeg', 'image/png', 'application/pdf', 'text/plain'];
const words = ['Invoice', 'Straße', 'IMG_', 'été', '合同', 'a-b.c', 'x'];

const everything = Array.from({ length: count }, (_, number): BulkAttachment => {
  // Primes, so that every property meets every other one.
  const pick = <T>(values: readonly T[], prime: number) => values[Math.floor((number * prime) / 7) % values.length] as T;
  return {
    id: `id-${number}`,
    folder: pick(['big', 'big', 'big', 'small', 'root'], 11),
    filename: `${pick(words, 13)} ${(number * 7919) % count}.dat`,
    state: number % 17 === 0 ? 'TRASHED' : 'READY',
    contentType: number % 997 === 0 ? 'video/mp4' : pick(types, 5),
    sizeBytes: (number * 31) % 500,
    modifiedAt: new Date(1_700_000_000_000 + number * 1_000),
  };
});

let directory: string;
let store: MetadataStore;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-listing-'));
  const path = join(directory, 'vault.db');
  const db = new Database(path);
  addAttachments(db, everything);
  db.close();
  store = openSqliteMetadataStore(path);
});
afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const early = new Date(1_700_000_000_000 + 1_000_000);
const late = new Date(1_700_000_000_000 + 1_700_000);

const big = { type: 'Folder', id: 'big' } as const;
const small = { type: 'Folder', id: 'small' } as const;

const filters: readonly Omit<AttachmentQuery, 'orderBy'>[] = [
  {},
  { container: big },
  { container: small },
  { contentTypes: ['image/*'] },
  { contentTypes: ['application/pdf', 'video/mp4'] },
  { contentTypes: ['video/*'] },
  { contentTypes: ['IMAGE/PNG'] },
  { contentTypes: ['audio/*'] },
  { container: big, contentTypes: ['image/*', 'text/plain'] },
  { states: ['TRASHED'] },
  { states: ['READY', 'TRASHED'], contentTypes: ['image/*'] },
  { states: [] },
  { states: ['UPLOAD_FAILED'] },
  { text: 'invoice' },
  { text: 'STRASSE' },
  { text: 'straße' },
  { text: 'ÉTÉ' },
  { text: '合' },
  { text: '.dat' },
  { text: '-b.c 1' },
  { text: 'x 77' },
  { text: '77' },
  { text: '7' },
  { text: 'nowhere to be found' },
  { text: 'y'.repeat(2_000) },
  { text: '' },
  { text: '"*" OR x' },
  { text: '.dat', container: small, contentTypes: ['image/*'] },
  { text: 'invoice', contentTypes: ['video/mp4'] },
  { text: '合同', states: ['TRASHED'] },
  { text: '合同', states: ['READY', 'TRASHED'] },
  { modifiedAfter: early, modifiedBefore: late },
  { modifiedAfter: early },
  { modifiedBefore: early },
  { modifiedAfter: late, modifiedBefore: early },
  { modifiedAfter: early, modifiedBefore: late, text: 'invoice', container: big, contentTypes: ['image/*'] },
];

describe.each(attachmentOrders)('A list by %s', (orderBy) => {
  it.each(filters)('holds each attachment once, in order, where the filter is %j', async (filter) => {
    const expected = everything.filter((attachment) => matches(attachment, filter)).sort(comparers[orderBy]);
    expect(await idsOfAllPages({ ...filter, orderBy })).toEqual(expected.map(({ id }) => id));
  });
});

describe('A count', () => {
  it.each(filters)('is exact or not told where the filter is %j', async (filter) => {
    const expected = everything.filter((attachment) => matches(attachment, filter)).length;
    expect([expected, null]).toContain(await store.count({ ...filter, orderBy: 'NAME_ASC' }));
  });

  const quick: readonly Omit<AttachmentQuery, 'orderBy'>[] = [
    {},
    { container: big },
    { contentTypes: ['image/*'] },
    { states: ['TRASHED'] },
    { text: 'invoice' },
    { text: 'nowhere to be found' },
    { modifiedAfter: early, modifiedBefore: late },
  ];
  it.each(quick)('is told where the filter is %j', async (filter) => {
    expect(await store.count({ ...filter, orderBy: 'NAME_ASC' })).not.toBeNull();
  });
});

describe('A cursor', () => {
  const cursorOf = async (orderBy: AttachmentOrder) => {
    const page = await store.list({ orderBy }, { first: 1, after: null });
    return page.items[0]?.cursor ?? '';
  };
  const listAfter = (after: string) => store.list({ orderBy: 'NAME_ASC' }, { first: 1, after });

  it.each([
    '',
    'x',
    '*',
    'W10',
    Buffer.from('["NAME_ASC",1]').toString('base64url'),
    Buffer.from('["NAME_ASC",5,1]').toString('base64url'),
    Buffer.from('["NAME_ASC","a",1.5]').toString('base64url'),
    'A'.repeat(5_000),
  ])('that was not given out is refused: %j', async (cursor) => {
    await expect(listAfter(cursor)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'after is not a cursor of this list',
    });
  });

  it('of another order is refused', async () => {
    const message = 'after is a cursor of a list in another order';
    await expect(listAfter(await cursorOf('MODIFIED_DESC'))).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message });
  });

  it('goes on in a list with another filter', async () => {
    const after = await cursorOf('NAME_ASC');
    const page = await store.list({ orderBy: 'NAME_ASC', contentTypes: ['video/mp4'] }, { first: 10, after });
    expect(page.items.length).toBeGreaterThan(0);
  });
});

async function idsOfAllPages(query: AttachmentQuery): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await store.list(query, { first: 700, after });
    ids.push(...page.items.map(({ item }) => item.id));
    after = page.items.at(-1)?.cursor ?? null;
    if (!page.hasNextPage) return ids;
  }
}

/** The meaning of a filter, as plainly as it can be said. */
function matches(attachment: BulkAttachment, filter: Omit<AttachmentQuery, 'orderBy'>): boolean {
  const { container, text = '', contentTypes, states = ['READY'], modifiedAfter, modifiedBefore } = filter;
  const ofType = (pattern: string) =>
    pattern.endsWith('*')
      ? attachment.contentType.startsWith(pattern.slice(0, -1).toLowerCase())
      : attachment.contentType === pattern.toLowerCase();
  return (
    (container === undefined || attachment.folder === container.id) &&
    attachment.filename.toLowerCase().includes(text.toLowerCase()) &&
    (contentTypes?.some(ofType) ?? true) &&
    states.some((state) => state === attachment.state) &&
    (modifiedAfter === undefined || attachment.modifiedAt > modifiedAfter) &&
    (modifiedBefore === undefined || attachment.modifiedAt < modifiedBefore)
  );
}

const byTime = (one: BulkAttachment, other: BulkAttachment) => one.modifiedAt.getTime() - other.modifiedAt.getTime();

const comparers: Record<AttachmentOrder, (one: BulkAttachment, other: BulkAttachment) => number> = {
  MODIFIED_DESC: (one, other) => -byTime(one, other),
  MODIFIED_ASC: byTime,
  NAME_ASC: (one, other) =>
    Buffer.compare(Buffer.from(one.filename.toLowerCase()), Buffer.from(other.filename.toLowerCase())) || byTime(one, other),
  SIZE_DESC: (one, other) => other.sizeBytes - one.sizeBytes || -byTime(one, other),
};
