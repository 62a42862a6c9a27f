import { matchesType } from '../../../content-type.js';
import { toSortName } from '../../../filename.js';
import type { AttachmentOrder, AttachmentQuery, Page, PageRequest } from '../../../providers/provider.js';
import type { AttachmentRecord, NewAttachment } from '../metadata-store.js';
import type { AttachmentRow, Attachments } from './attachments.js';
import { type Position, parseCursor, toCursor } from './cursors.js';
import { comparePositions, orderSql, toPosition } from './orders.js';
import { toPage } from './page.js';
import { countRows, type Reading, readRows } from './reading.js';
import { type SelectionParts, toSelection } from './selection.js';
import type { UploadRow, Uploads } from './uploads.js';

export interface ListingParts extends SelectionParts {
  readonly attachments: Attachments;
  readonly uploads: Uploads;
}

interface Entry {
  readonly position: Position;
  readonly record: AttachmentRecord;
}

/** Pages of attachments, and how many there are. */
export class Listing {
  constructor(private readonly parts: ListingParts) {}

  page(query: AttachmentQuery, { first, after }: PageRequest): Page<AttachmentRecord> {
    const order = query.orderBy;
    const from = after === null ? orderSql[order].start : parseCursor(after, order);
    const whole = this.#whole(query, { order, from, limit: first + 1 });
    const unfinished = this.#unfinished(query).filter(({ position }) => comparePositions(order, position, from) > 0);
    const entries = unfinished.length === 0 ? whole : merged(order, whole, unfinished);
    return toPage(
      entries,
      first,
      ({ record }) => record,
      ({ position }) => toCursor(order, position),
    );
  }

  count(query: AttachmentQuery): number | null {
    const selection = toSelection(query, this.parts);
    const whole = selection ? countRows(this.parts.db, selection) : 0;
    return whole === null ? null : whole + this.#unfinished(query).length;
  }

  #whole(query: AttachmentQuery, reading: Reading): readonly Entry[] {
    const selection = toSelection(query, this.parts);
    const rows = selection ? readRows(this.parts.db, selection, reading) : [];
    return rows.map((row) => ({ position: rowPosition(reading.order, row), record: this.parts.attachments.toRecord(row) }));
  }

  /** Running and failed uploads, where a query asks for their states. They are few, so they are compared one by one. */
  #unfinished(query: AttachmentQuery): readonly Entry[] {
    const states = (query.states ?? []).filter((state) => state !== 'READY' && state !== 'TRASHED');
    if (states.length === 0) return [];
    const matching = this.parts.uploads.attachmentsIn(states).filter((upload) => matches(upload, query));
    return matching.map((upload) => ({
      position: uploadPosition(query.orderBy, upload),
      record: this.parts.uploads.toRecord(upload),
    }));
  }
}

function merged(order: AttachmentOrder, one: readonly Entry[], other: readonly Entry[]): readonly Entry[] {
  return [...one, ...other].sort((a, b) => comparePositions(order, a.position, b.position));
}

function rowPosition(order: AttachmentOrder, row: AttachmentRow): Position {
  return toPosition(order, { sortName: row.sort_name, sizeBytes: row.size_bytes, revision: row.revision });
}

function uploadPosition(order: AttachmentOrder, { target, revision }: UploadRow<NewAttachment>): Position {
  return toPosition(order, { sortName: toSortName(target.filename), sizeBytes: 0, revision });
}

function matches({ target, createdAt }: UploadRow<NewAttachment>, query: AttachmentQuery): boolean {
  const { container, text, contentTypes, modifiedAfter, modifiedBefore } = query;
  return (
    (container === undefined || target.folder === container.id) &&
    (text === undefined || toSortName(target.filename).includes(toSortName(text))) &&
    (contentTypes?.some((pattern) => matchesType(target.contentType, pattern.toLowerCase())) ?? true) &&
    (modifiedAfter === undefined || createdAt > modifiedAfter) &&
    (modifiedBefore === undefined || createdAt < modifiedBefore)
  );
}
