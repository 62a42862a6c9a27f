import type { AttachmentOrder } from '../../../providers/provider.js';
import { type ListedTuple, listedTupleSql } from './attachment-row.js';
import type { Position } from './cursors.js';
import { type Database, limited } from './database.js';
import { type OrderSql, orderSql } from './orders.js';
import type { Selection } from './selection.js';
import { holdingTerm, inFolder, ofTypes, toParameters } from './selection-sql.js';

/** What is read of a selection: so many rows of an order after a position. */
export interface Reading {
  readonly order: AttachmentOrder;
  readonly from: Position;
  readonly limit: number;
}

export interface BoundedReading extends Reading {
  /** Where the reading ends, this position included. */
  readonly until?: Position;
}

/** One for each state and type; with more of them than this nearly every row is of one of the types. */
const maxStreams = 64;

/** Reads the index of each state and type from where the position points, and merges them. */
export function readInOrder(db: Database, selection: Selection, reading: BoundedReading): readonly ListedTuple[] {
  const { folder, term, contentTypes } = selection;
  const { order, from, until, limit } = reading;
  const { column, orderBy, until: upToEnd } = orderSql[order];
  const conditions = `AND a.revision > :above AND a.revision < :below ${holdingTerm(term)}
    ${isByType(selection) ? '' : ofTypes(contentTypes)} ${inFolder(folder)} ${until && upToEnd ? `AND ${upToEnd}` : ''}`;
  const sql = `${streams(selection, orderSql[order], `a.${column}, a.revision, ${listedTupleSql(column)}`, conditions)} ORDER BY ${orderBy} ${limited}`;
  return db.tuples<ListedTuple>(sql, {
    ...toParameters(db, selection),
    value: from[0],
    unique: from[1],
    untilValue: until?.[0] ?? null,
    untilUnique: until?.[1] ?? null,
    limit,
  });
}

/** The position that lies so many rows of the indexes after another, whether they match or not; null beyond the last. */
export function positionAfter(db: Database, selection: Selection, { order, from }: Reading, rows: number): Position | null {
  const { column, orderBy } = orderSql[order];
  const sql = `${streams(selection, orderSql[order], `a.${column} AS place, a.revision`, '')} ORDER BY ${orderBy} LIMIT 1 OFFSET CAST(:rows AS INTEGER)`;
  const parameters = { ...toParameters(db, selection), value: from[0], unique: from[1], rows: rows - 1 };
  const row = db.row<{ place: Position[0]; revision: number }>(sql, parameters);
  return row ? [row.place, row.revision] : null;
}

function isByType({ states, contentTypes = [] }: Selection): boolean {
  return contentTypes.length > 0 && states.length * contentTypes.length <= maxStreams;
}

function streams(selection: Selection, order: OrderSql, columns: string, conditions: string): string {
  const { states, folder, contentTypes = [] } = selection;
  const byType = isByType(selection);
  const index = `attachment_by_${folder === undefined ? '' : 'folder_'}${byType ? 'type_' : ''}${order.index}`;
  const types = byType ? contentTypes.map((_, number) => `AND a.content_type = :type${number}`) : [''];
  const branches = states.flatMap((state) =>
    types.map(
      (type) => `SELECT ${columns} FROM attachment a INDEXED BY ${index}
        WHERE a.state = ${state} ${inFolder(folder)} ${type} ${order.after ? `AND ${order.after}` : ''} ${conditions}`,
    ),
  );
  return branches.join(' UNION ALL ');
}
