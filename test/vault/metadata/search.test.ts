import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AttachmentOrder } from '../../../src/providers/provider.js';
import type { MetadataStore } from '../../../src/vault/metadata/metadata-store.js';
import { Database } from '../../../src/vault/metadata/sqlite/database.js';
import { openSqliteMetadataStore } from '../../../src/vault/metadata/sqlite.js';
import { addAttachments, type BulkAttachment } from '../../support/bulk-attachments.js';

/** More than an order of sizes is read in the hope of matches, and then more matches than are gathered without that hope. */
const others = 21_000;
const notes = 5_500;

/** One note stands before everything else by name and by size, all others behind everything else. */
const everything = Array.from({ length: others + notes }, (_, number): BulkAttachment => {
  const isNote = number % 5 === 0 && number / 5 < notes;
  const isFirst = number === 100;
  const place = String(number).padStart(6, '0');
  return {
    id: `id-${number}`,
    folder: 'root',
    filename: isFirst ? 'a first note' : isNote ? `z note ${place}` : `picture ${place}`,
    state: 'READY',
    contentType: 'text/plain',
    sizeBytes: isFirst ? 1_000_000 : isNote ? number : 100_000 + number,
    modifiedAt: new Date(number),
  };
});
const allNotes = everything.filter(({ filename }) => filename.includes('note'));

let directory: string;
let store: MetadataStore;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-search-'));
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

const listNotes = (orderBy: AttachmentOrder, signal?: AbortSignal) =>
  store.list({ orderBy, text: 'note' }, { first: 10, after: null }, signal);

describe('A search whose matches come late', () => {
  it.each([
    ['NAME_ASC', (one: BulkAttachment, other: BulkAttachment) => (one.filename < other.filename ? -1 : 1)],
    ['SIZE_DESC', (one: BulkAttachment, other: BulkAttachment) => other.sizeBytes - one.sizeBytes],
  ] as const)('finds them all the same by %s', async (orderBy, compare) => {
    const { items, hasNextPage } = await listNotes(orderBy);
    const expected = allNotes.toSorted(compare).slice(0, 10);
    expect(items.map(({ item }) => item.id)).toEqual(expected.map(({ id }) => id));
    expect(hasNextPage).toBe(true);
  });

  it.each(['NAME_ASC', 'SIZE_DESC'] as const)('lets others have their turn meanwhile, by %s', async (orderBy) => {
    let rounds = 0;
    let isDone = false;
    const count = () => {
      rounds += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await listNotes(orderBy);
    isDone = true;
    expect(rounds).toBeGreaterThan(2);
  });

  it('ends when nobody waits for it any more', async () => {
    const abort = new AbortController();
    const listed = listNotes('NAME_ASC', abort.signal);
    abort.abort(new Error('The client left'));
    await expect(listed).rejects.toThrow('The client left');
  });

  it('tells an attachment once that is moved on between two turns', async () => {
    const listed = listNotes('NAME_ASC');
    // The first turn is over: it has met the first note.
    await store.rename('id-100', 'z note');
    const { items, hasNextPage } = await listed;
    await store.rename('id-100', 'a first note');
    const ids = items.map(({ item }) => item.id);
    expect(ids[0]).toBe('id-100');
    expect(new Set(ids).size).toBe(10);
    expect(hasNextPage).toBe(true);
  });
});
