import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/vault/metadata/sqlite/database.js';
import { addToNameIndex } from '../../../src/vault/metadata/sqlite/name-index.js';
import { isScattered, mergeSome } from '../../../src/vault/metadata/sqlite/name-index-upkeep.js';
import { openSqliteMetadataStore } from '../../../src/vault/metadata/sqlite.js';

let directory: string;
let path: string;
let db: Database;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-upkeep-'));
  path = join(directory, 'vault.db');
  db = new Database(path);
});
afterEach(async () => {
  db.close();
  await rm(directory, { recursive: true });
});

/** Every call is one write, and leaves a segment. */
function addNames(firstRevision: number, count: number): void {
  db.transaction(() => {
    for (let revision = firstRevision; revision < firstRevision + count; revision++) {
      addToNameIndex(db, { revision, sortName: `picture ${revision * 7919}.jpg`, trashed: false, folder: 1, contentType: 1 });
    }
  });
}

const segments = () => db.row<{ total: number }>('SELECT count(DISTINCT segid) AS total FROM name_index_idx')?.total;
const isFound = (word: string) =>
  db.rows<{ rowid: number }>('SELECT rowid FROM name_index WHERE name_index MATCH :word', { word: `"${word}"` }).length > 0;

describe('An index of names', () => {
  it('that is small is left alone', () => {
    addNames(1, 10);
    addNames(11, 10);
    expect(isScattered(db)).toBe(false);
  });

  it('is merged into one segment, step by step, and finds the same', () => {
    addNames(1, 4_000);
    addNames(4_001, 2_000);
    expect(isScattered(db)).toBe(true);
    let steps = 1;
    while (mergeSome(db, steps === 1)) steps += 1;
    expect(steps).toBeGreaterThan(2);
    expect(segments()).toBe(1);
    expect(isScattered(db)).toBe(false);
    expect([isFound('7919'.slice(0, 3)), isFound('zzz')]).toEqual([true, false]);
  });

  it('takes names while it is merged', () => {
    addNames(1, 4_000);
    addNames(4_001, 2_000);
    mergeSome(db, true);
    addNames(6_001, 1);
    while (mergeSome(db, false));
    expect(isFound(String(6_001 * 7919).slice(0, 5))).toBe(true);
  });

  it('is merged while its store is open', async () => {
    addNames(1, 4_000);
    addNames(4_001, 2_000);
    const store = openSqliteMetadataStore(path);
    while (segments() !== 1) await sleep(50);
    await store.close();
    expect(isScattered(db)).toBe(false);
  });
});
