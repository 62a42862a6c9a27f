import type { AttachmentOrder } from '../../../providers/provider.js';
import { type ListedTuple, listedTupleSql } from './attachment-row.js';
import type { Position } from './cursors.js';
import { type Database, limited, type Parameters } from './database.js';
import { comparePositions, listedPosition, orderSql } from './orders.js';
import { positionAfter, type Reading, readInOrder } from './reading-in-order.js';
import type { Selection } from './selection.js';
import { revisionsSql, selectedSql, toParameters } from './selection-sql.js';
import { Pace, type Turns } from './turns.js';

/** What a search works with: it reads in turns, and ends when nobody waits for it any more. */
export interface Searching {
  readonly db: Database;
  readonly turns: Turns;
  readonly signal: AbortSignal | undefined;
}

/** Rows read in the first turn; from then on it is time that counts. */
const firstRows = 500;
/**
 * An order of sizes is read so far in the hope of meeting enough that matches. Each row of it lies elsewhere in the file, and what
 * has one word is often of one size: then the last rows would be the first to match.
 */
const maxWalkedBySize = 20_000;

/** In an order of revisions: that is how matches are found. */
export async function readByRevision(searching: Searching, selection: Selection, reading: Reading) {
  const found = new FoundRows(reading.limit);
  const ascending = reading.order === 'MODIFIED_ASC';
  const sql = `SELECT ${listedTupleSql('revision')} ${selectedSql(selection)} ${limited}`;
  const select = (revisions: string, parameters: Parameters) =>
    searching.db.tuples<ListedTuple>(sql, { ...parameters, revisions, limit: reading.limit });
  for await (const tuples of eachTurn(searching, selection, { ascending, firstRows: reading.limit }, select)) {
    if (found.add(tuples)) break;
  }
  return found.tuples;
}

/** Reads the order from the position on until enough was met that matches; null where that takes too long. */
export async function walk({ db, turns, signal }: Searching, selection: Selection, reading: Reading) {
  const found = new FoundRows(reading.limit);
  const pace = new Pace(firstRows);
  const furthest = orderSql[reading.order].index === 'size' ? maxWalkedBySize : Number.POSITIVE_INFINITY;
  for (let from: Position = reading.from, walked = 0; walked < furthest; await turns.next(signal)) {
    const until = pace.turn((rows) => {
      walked += rows;
      const end = positionAfter(db, selection, { ...reading, from }, rows);
      return { end, isEnough: found.add(readInOrder(db, selection, { ...reading, from, ...(end ? { until: end } : {}) })) };
    });
    if (until.isEnough || until.end === null) return found.tuples;
    from = until.end;
  }
  return null;
}

/** Looks at all that match and keeps the first ones of the order. */
export async function gather(searching: Searching, selection: Selection, reading: Reading): Promise<readonly ListedTuple[]> {
  const { order, from, limit } = reading;
  const { column, after, orderBy } = orderSql[order];
  const sql = `SELECT ${listedTupleSql(column)} ${selectedSql(selection)} ${after ? `AND ${after}` : ''} ORDER BY ${orderBy} ${limited}`;
  const select = (revisions: string, parameters: Parameters) =>
    searching.db.tuples<ListedTuple>(sql, { ...parameters, revisions, value: from[0], unique: from[1], limit });
  let first: readonly ListedTuple[] = [];
  for await (const tuples of eachTurn(searching, selection, { ascending: false, firstRows }, select)) {
    first = first.length === 0 ? tuples : firstOf(order, [...first, ...tuples], limit);
  }
  return first;
}

/** null where there are more to look at than a bound. */
export async function countMatches(searching: Searching, selection: Selection, bound: number): Promise<number | null> {
  if (countCandidates(searching.db, selection, bound) > bound) return null;
  const sql = `SELECT count(*) AS total ${selectedSql(selection)}`;
  const count = (revisions: string, parameters: Parameters) =>
    searching.db.row<{ total: number }>(sql, { ...parameters, revisions })?.total ?? 0;
  let total = 0;
  for await (const some of eachTurn(searching, selection, { ascending: false, firstRows }, count)) total += some;
  return total;
}

/** How many there are to look at, counted up to one more than the bound. */
export function countCandidates(db: Database, selection: Selection, bound: number): number {
  const sql = `SELECT count(*) AS total FROM (${revisionsSql(selection)} ${limited})`;
  return db.row<{ total: number }>(sql, { ...toParameters(db, selection), limit: bound + 1 })?.total ?? 0;
}

interface Turn {
  readonly revisions: string;
  readonly last: number | null;
  readonly total: number;
}

interface Course {
  readonly ascending: boolean;
  readonly firstRows: number;
}

/** Gives what `look` makes of the revisions that may be selected (as a JSON list), some in each turn. */
async function* eachTurn<T>(
  { db, turns, signal }: Searching,
  selection: Selection,
  course: Course,
  look: (revisions: string, parameters: Parameters) => T,
): AsyncGenerator<T> {
  const inTurn = `${revisionsSql(selection)} ORDER BY 1 ${course.ascending ? '' : 'DESC'} ${limited}`;
  const sql = `SELECT json_group_array(revision) AS revisions, ${course.ascending ? 'max' : 'min'}(revision) AS last, count(*) AS total
    FROM (${inTurn})`;
  const pace = new Pace(course.firstRows);
  let parameters = toParameters(db, selection);
  for (; ; await turns.next(signal)) {
    const turn = pace.turn((limit) => {
      const { revisions, last, total } = db.row<Turn>(sql, { ...parameters, limit }) as Turn;
      return { last: total < limit ? null : last, looked: look(revisions, parameters) };
    });
    yield turn.looked;
    if (turn.last === null) return;
    parameters = { ...parameters, ...(course.ascending ? { above: turn.last } : { below: turn.last }) };
  }
}

/** Rows in the order in which they were met. One that changes between two turns may be met twice, and counts once. */
class FoundRows {
  #tuples: readonly ListedTuple[] = [];

  constructor(private readonly limit: number) {}

  /** What one turn met. True when there are enough. */
  add(met: readonly ListedTuple[]): boolean {
    const all = this.#tuples.length === 0 ? met : [...this.#tuples, ...this.#unknown(met)];
    this.#tuples = all.slice(0, this.limit);
    return this.#tuples.length >= this.limit;
  }

  get tuples(): readonly ListedTuple[] {
    return this.#tuples;
  }

  #unknown(met: readonly ListedTuple[]): readonly ListedTuple[] {
    const known = new Set(this.#tuples.map(([, id]) => id));
    return met.filter(([, id]) => !known.has(id));
  }
}

function firstOf(order: AttachmentOrder, tuples: readonly ListedTuple[], limit: number): readonly ListedTuple[] {
  return tuples
    .toSorted((one, other) => comparePositions(order, listedPosition(order, one), listedPosition(order, other)))
    .slice(0, limit);
}
