import { matchesType } from '../../../content-type.js';
import { toSortName } from '../../../filename.js';
import type { AttachmentOrder, AttachmentQuery, Page, PageRequest } from '../../../providers/provider.js';
import type { AttachmentRecord, NewAttachment } from '../metadata-store.js';
import { toRecordRow } from './attachment-row.js';
import type { Attachments } from './attachments.js';
import { type Position, parseCursor, toCursor } from './cursors.js';
import { comparePositions, listedPosition, orderSql, toPosition } from './orders.js';
import { toPage } from './page.js';
import { countRows, readTuples } from './reading.js';
import type { Reading } from './reading-in-order.js';
import type { Searching } from './search.js';
import { type SelectionParts, toSelection } from './selection.js';
import { Turns } from './turns.js';
import type { UploadRow, Uploads } from './uploads.js';

export interface ListingParts extends SelectionParts {
  readonly attachments: Attachments;
  readonly uploads: Uploads;
}

interface Entry {
  readonly position: Position;
  readonly record: AttachmentRecord;
}

/** Pages of attachments, and how many there are. Changes may come between the turns of a long search. */
export class Listing {
  readonly #turns = new Turns();

  constructor(private readonly parts: ListingParts) {}

  async page(query: AttachmentQuery, { first, after }: PageRequest, signal?: AbortSignal): Promise<Page<AttachmentRecord>> {
    const order = query.orderBy;
    const from = after === null ? orderSql[order].start : parseCursor(after, order);
    const whole = await this.#whole(query, { order, from, limit: first + 1 }, signal);
    const unfinished = this.#unfinished(query).filter(({ position }) => comparePositions(order, position, from) > 0);
    const entries = unfinished.length === 0 ? whole : merged(order, whole, unfinished);
    return toPage(
      entries,
      first,
      ({ record }) => record,
      ({ position }) => toCursor(order, position),
    );
  }

  async count(query: AttachmentQuery, signal?: AbortSignal): Promise<number | null> {
    const selection = toSelection(query, this.parts);
    const whole = selection ? await countRows(this.#searching(signal), selection) : 0;
    return whole === null ? null : whole + this.#unfinished(query).length;
  }

  async #whole(query: AttachmentQuery, reading: Reading, signal: AbortSignal | undefined): Promise<readonly Entry[]> {
    const selection = toSelection(query, this.parts);
    const tuples = selection ? await readTuples(this.#searching(signal), selection, reading) : [];
    return tuples.map((tuple) => ({
      position: listedPosition(reading.order, tuple),
      record: this.parts.attachments.toRecord(toRecordRow(tuple)),
    }));
  }

  #searching(signal: AbortSignal | undefined): Searching {
    return { db: this.parts.db, turns: this.#turns, signal };
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
