import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attachmentOrders } from '../../../src/providers/provider.js';
import { Database, type Parameters } from '../../../src/vault/metadata/sqlite/database.js';
import { orderSql } from '../../../src/vault/metadata/sqlite/orders.js';
import { countRows, readTuples } from '../../../src/vault/metadata/sqlite/reading.js';
import type { Searching } from '../../../src/vault/metadata/sqlite/search.js';
import type { Selection } from '../../../src/vault/metadata/sqlite/selection.js';
import { toStateCode } from '../../../src/vault/metadata/sqlite/states.js';
import { Turns } from '../../../src/vault/metadata/sqlite/turns.js';
import { addAttachments, type BulkAttachment } from '../../support/bulk-attachments.js';

/** Notes how SQLite goes about each statement that reads rows. */
class ExplainingDatabase extends Database {
  readonly plans: string[] = [];

  override row<Row>(sql: string, parameters: Parameters = {}): Row | undefined {
    this.#explain(sql, parameters);
    return super.row<Row>(sql, parameters);
  }

  override rows<Row>(sql: string, parameters: Parameters = {}): Row[] {
    this.#explain(sql, parameters);
    return super.rows<Row>(sql, parameters);
  }

  override tuples<Tuple>(sql: string, parameters: Parameters = {}): Tuple[] {
    this.#explain(sql, parameters);
    return super.tuples<Tuple>(sql, parameters);
  }

  #explain(sql: string, parameters: Parameters): void {
    this.plans.push(...super.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters).map(({ detail }) => detail));
  }
}

const manyMatches = 5_500;
const attachments = Array.from(
  { length: manyMatches },
  (_, number): BulkAttachment => ({
    id: `id-${number}`,
    folder: number % 2 === 0 ? 'a' : 'b',
    filename: number === 77 ? 'rare.txt' : `common ${number}.txt`,
    state: 'READY',
    contentType: number % 3 === 0 ? 'image/png' : 'image/jpeg',
    sizeBytes: number,
    modifiedAt: new Date(number),
  }),
);

let directory: string;
let db: ExplainingDatabase;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-plans-'));
  db = new ExplainingDatabase(join(directory, 'vault.db'));
  addAttachments(db, attachments);
});
afterAll(async () => {
  db.close();
  await rm(directory, { recursive: true });
});

async function plansOf(read: (searching: Searching) => Promise<unknown>): Promise<readonly string[]> {
  db.plans.length = 0;
  await read({ db, turns: new Turns(), signal: undefined });
  if (db.plans.length === 0) throw new Error('Nothing was read');
  return [...db.plans];
}

const states = [toStateCode('READY')];
const revisions = { above: 0, below: Number.MAX_SAFE_INTEGER };
const whole: Selection = { states, revisions };
const narrowings: readonly Partial<Selection>[] = [
  {},
  { folder: 2 },
  { contentTypes: [1] },
  { contentTypes: [1, 2] },
  { folder: 2, contentTypes: [1, 2] },
  { states: [toStateCode('READY'), toStateCode('TRASHED')] },
  { term: 'common' },
  { term: 'common', folder: 2, contentTypes: [1] },
  { revisions: { above: 10, below: Number.MAX_SAFE_INTEGER } },
];
/** Matches that are few are sorted, for they are bounded. */
const fewMatches: readonly Partial<Selection>[] = [{ term: 'rare' }, { revisions: { above: 10, below: 500 } }];

/** A virtual table is always "scanned"; "INDEX 0:" without a constraint would be all of it. */
const wholeTable = /^SCAN (?!n VIRTUAL TABLE INDEX \d+:\S*M)(?!.*VIRTUAL TABLE INDEX 1:$)(?!\(subquery|CONSTANT)/;

describe.each(attachmentOrders)('A page by %s', (order) => {
  const pages = [
    { from: orderSql[order].start, limit: 101 },
    { from: order === 'NAME_ASC' ? (['common 5', 5] as const) : ([500, 500] as const), limit: 101 },
  ];

  it.each(narrowings)('is read in order, without sorting, where the filter is %j', async (narrowing) => {
    for (const page of pages) {
      const plans = await plansOf((searching) => readTuples(searching, { ...whole, ...narrowing }, { order, ...page }));
      expect(plans.filter((plan) => plan.includes('TEMP B-TREE'))).toEqual([]);
    }
  });

  it.each([...narrowings, ...fewMatches])('never looks through a whole table where the filter is %j', async (narrowing) => {
    for (const page of pages) {
      const plans = await plansOf((searching) => readTuples(searching, { ...whole, ...narrowing }, { order, ...page }));
      expect(plans.filter((plan) => wholeTable.test(plan))).toEqual([]);
    }
  });
});

describe.each([
  ['NAME_ASC', 'attachment_by_name'],
  ['SIZE_DESC', 'attachment_by_size'],
] as const)('A page of everything by %s', (order, index) => {
  it('is read from its index alone', async () => {
    const { start } = orderSql[order];
    const plans = await plansOf((searching) => readTuples(searching, whole, { order, from: start, limit: 101 }));
    expect(plans).toEqual([expect.stringContaining(`USING COVERING INDEX ${index} `)]);
  });
});

describe('A count', () => {
  it.each([...narrowings, ...fewMatches])('never looks through a whole table where the filter is %j', async (narrowing) => {
    const plans = await plansOf((searching) => countRows(searching, { ...whole, ...narrowing }));
    expect(plans.filter((plan) => wholeTable.test(plan))).toEqual([]);
  });
});
