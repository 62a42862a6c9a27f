import type { ListedTuple } from './attachment-row.js';
import { orderSql } from './orders.js';
import { type Reading, readInOrder } from './reading-in-order.js';
import { countCandidates, countMatches, gather, readByRevision, type Searching, walk } from './search.js';
import { isBoundedByTime, type Selection } from './selection.js';
import { readTally } from './selection-sql.js';

/** So many matches of a text or a time are gathered and sorted; where there are more, reading in order meets enough of them soon. */
const maxGathered = 5_000;
/** Beyond it a count by text or time is not worth its wait. */
const maxCounted = 1_000;

/** An index gives what has no text in order; the index of names gives what has one in the order of revisions. */
export async function readTuples(searching: Searching, selection: Selection, reading: Reading): Promise<readonly ListedTuple[]> {
  const narrowed = afterPosition(selection, reading);
  if (orderSql[reading.order].index === 'revision') {
    const isSearch = selection.term !== undefined;
    return isSearch ? readByRevision(searching, narrowed, reading) : readInOrder(searching.db, narrowed, reading);
  }
  const isPlain = selection.term === undefined && !isBoundedByTime(selection);
  if (isPlain) return readInOrder(searching.db, selection, reading);
  const few = countCandidates(searching.db, selection, maxGathered) <= maxGathered;
  const walked = few ? null : await walk(searching, selection, reading);
  return walked ?? gather(searching, selection, reading);
}

/** null where it is more than a moment's work. */
export async function countRows(searching: Searching, selection: Selection): Promise<number | null> {
  if (selection.term === undefined && !isBoundedByTime(selection)) return readTally(searching.db, selection);
  return countMatches(searching, selection, maxCounted);
}

/** In the orders of revisions a position is one more bound of them. */
function afterPosition(selection: Selection, { order, from: [, unique] }: Reading): Selection {
  const { above, below } = selection.revisions;
  if (order === 'MODIFIED_ASC') return { ...selection, revisions: { above: Math.max(above, unique), below } };
  if (order === 'MODIFIED_DESC') return { ...selection, revisions: { above, below: Math.min(below, unique) } };
  return selection;
}
