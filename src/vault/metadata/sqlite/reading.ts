import type { AttachmentOrder } from '../../../providers/provider.js';
import { type AttachmentRow, type AttachmentTuple, attachmentColumns, toAttachmentRow } from './attachments.js';
import type { Position } from './cursors.js';
import type { Database, Parameters } from './database.js';
import { type NameSearch, toMatch } from './name-index.js';
import { type OrderSql, orderSql } from './orders.js';
import { isBoundedByTime, type Selection } from './selection.js';
import { toStateCode } from './states.js';

/** What is read of a selection: so many rows of an order after a position. */
export interface Reading {
  readonly order: AttachmentOrder;
  readonly from: Position;
  readonly limit: number;
}

/** So many matches of a text or a time are gathered and sorted; where there are more, reading in order meets enough of them soon. */
const maxGathered = 5_000;
/** Beyond it a count by text or time is not worth its wait. */
const maxCounted = 1_000;
/** One for each state and type; with more of them than this nearly every row is of one of the types. */
const maxStreams = 64;
/** Folders and types with fewer of all attachments than this are looked up together with a text. */
const rareShare = 0.1;

export function readRows(db: Database, selection: Selection, reading: Reading): readonly AttachmentRow[] {
  const narrowed = afterPosition(selection, reading);
  const read = isGathered(db, narrowed, reading.order) ? readGathered : readInOrder;
  return read(db, narrowed, reading).map(toAttachmentRow);
}

/** null where it is more than a moment's work. */
export function countRows(db: Database, selection: Selection): number | null {
  if (selection.term === undefined && !isBoundedByTime(selection)) return readTally(db, selection);
  if (countCandidates(db, selection, maxCounted) > maxCounted) return null;
  const counted = db.row<{ total: number }>(
    `SELECT count(*) AS total FROM ${candidates(selection)}`,
    toParameters(db, selection),
  );
  return counted?.total ?? 0;
}

/** In the orders of revisions a position is one more bound of them. */
function afterPosition(selection: Selection, { order, from: [, unique] }: Reading): Selection {
  const { above, below } = selection.revisions;
  if (order === 'MODIFIED_ASC') return { ...selection, revisions: { above: Math.max(above, unique), below } };
  if (order === 'MODIFIED_DESC') return { ...selection, revisions: { above, below: Math.min(below, unique) } };
  return selection;
}

/** The index of names gives revision order by itself; for another order its matches, or those of a time, must be few. */
function isGathered(db: Database, selection: Selection, order: AttachmentOrder): boolean {
  const byRevision = orderSql[order].index === 'revision';
  if (byRevision) return selection.term !== undefined;
  const narrow = selection.term !== undefined || isBoundedByTime(selection);
  return narrow && countCandidates(db, selection, maxGathered) <= maxGathered;
}

function readGathered(db: Database, selection: Selection, { order, from, limit }: Reading): readonly AttachmentTuple[] {
  const { after, orderBy } = orderSql[order];
  const inNameIndex = orderBy.replace(/^revision/, 'n.rowid');
  const sql = `SELECT ${attachmentColumns} FROM ${candidates(selection)} ${after ? `AND ${after}` : ''}
    ORDER BY ${selection.term === undefined ? orderBy : inNameIndex} LIMIT :limit`;
  return db.tuples<AttachmentTuple>(sql, { ...toParameters(db, selection), value: from[0], unique: from[1], limit });
}

/** Reads the index of each state and type from where the position points, and merges them. */
function readInOrder(db: Database, selection: Selection, { order, from, limit }: Reading): readonly AttachmentTuple[] {
  const { states, contentTypes = [] } = selection;
  const byType = contentTypes.length > 0 && states.length * contentTypes.length <= maxStreams;
  const types = byType ? contentTypes.map((_, index) => `AND a.content_type = :type${index}`) : [ofTypes(selection)];
  const branches = states.flatMap((state) => types.map((type) => stream(selection, orderSql[order], state, type, byType)));
  const sql = `${branches.join(' UNION ALL ')} ORDER BY ${orderSql[order].orderBy} LIMIT :limit`;
  return db.tuples<AttachmentTuple>(sql, { ...toParameters(db, selection), value: from[0], unique: from[1], limit });
}

function stream({ folder, term }: Selection, order: OrderSql, state: number, type: string, byType: boolean): string {
  const index = `attachment_by_${folder === undefined ? '' : 'folder_'}${byType ? 'type_' : ''}${order.index}`;
  return `SELECT ${attachmentColumns} FROM attachment a INDEXED BY ${index}
    WHERE a.state = ${state} ${inFolder(folder)} ${type} ${order.after ? `AND ${order.after}` : ''}
    AND a.revision > :above AND a.revision < :below ${term === undefined ? '' : 'AND instr(a.sort_name, :term) > 0'}`;
}

/** How many there are to look at, counted up to one more than the bound. */
function countCandidates(db: Database, selection: Selection, bound: number): number {
  const source = selection.term === undefined ? revisionRange(selection) : `name_index n WHERE ${foundByName}`;
  const sql = `SELECT count(*) AS total FROM (SELECT 1 FROM ${source} LIMIT :limit)`;
  return db.row<{ total: number }>(sql, { ...toParameters(db, selection), limit: bound + 1 })?.total ?? 0;
}

/** Tables and conditions of everything selected, by its words or by its revisions. */
function candidates(selection: Selection): string {
  const { states, folder, term } = selection;
  if (term === undefined) return `${revisionRange(selection)} ${ofTypes(selection)}`;
  return `name_index n CROSS JOIN attachment a INDEXED BY attachment_by_revision
    ON a.state IN (${states.join(', ')}) AND a.revision = n.rowid
    WHERE ${foundByName} AND instr(a.sort_name, :term) > 0 ${inFolder(folder)} ${ofTypes(selection)}`;
}

const foundByName = 'name_index MATCH :match AND n.rowid > :above AND n.rowid < :below';

function revisionRange({ states, folder }: Selection): string {
  return `attachment a INDEXED BY attachment_by_${folder === undefined ? '' : 'folder_'}revision
    WHERE a.state IN (${states.join(', ')}) ${inFolder(folder)} AND a.revision > :above AND a.revision < :below`;
}

function readTally(db: Database, selection: Selection): number {
  const { states, folder, contentTypes } = selection;
  const sql = `SELECT sum(attachments) AS total FROM tally a
    WHERE a.folder = :folder AND a.state IN (${states.join(', ')}) ${ofTypes(selection)}`;
  const parameters = { folder: folder ?? 0, types: JSON.stringify(contentTypes ?? []) };
  return db.row<{ total: number | null }>(sql, parameters)?.total ?? 0;
}

function inFolder(folder: number | undefined): string {
  return folder === undefined ? '' : 'AND a.folder = :folder';
}

function ofTypes({ contentTypes }: Selection): string {
  return contentTypes ? 'AND a.content_type IN (SELECT value FROM json_each(:types))' : '';
}

function toParameters(db: Database, selection: Selection): Parameters {
  const { folder = null, contentTypes = [], term, revisions } = selection;
  return {
    ...revisions,
    ...Object.fromEntries(contentTypes.map((type, index) => [`type${index}`, type])),
    folder,
    types: JSON.stringify(contentTypes),
    term: term ?? null,
    match: term === undefined ? null : toMatch(toNameSearch(db, selection, term)),
  };
}

function toNameSearch(db: Database, selection: Selection, term: string): NameSearch {
  const { states, revisions, folder, contentTypes } = selection;
  const few = rareShare * readTally(db, { states, revisions });
  const isRare = (part: Partial<Selection>) => readTally(db, { states, revisions, ...part }) < few;
  return {
    term,
    trashed: states.every((state) => state === toStateCode('TRASHED')),
    ...(folder !== undefined && isRare({ folder }) ? { folder } : {}),
    ...(contentTypes && isRare({ contentTypes }) ? { contentTypes } : {}),
  };
}
