import type { NativeId } from '../../../attachment.js';
import { ContentError } from '../../../errors.js';
import { numberedFilename, toSortName } from '../../../filename.js';
import type { AttachmentRecord, StoredBytes } from '../metadata-store.js';
import {
  type AttachmentRow,
  type AttachmentTuple,
  attachmentColumns,
  attachmentTupleSql,
  type RecordRow,
  toAttachmentRow,
} from './attachment-row.js';
import { type Tick, tick } from './clock.js';
import type { ContentTypes } from './content-types.js';
import type { Database } from './database.js';
import type { Folders } from './folders.js';
import type { Garbage } from './garbage.js';
import { addToNameIndex, dropFromNameIndex } from './name-index.js';
import { toState, toStateCode } from './states.js';
import type { Transitions } from './transitions.js';

export interface AttachmentParts {
  readonly db: Database;
  readonly folders: Folders;
  readonly contentTypes: ContentTypes;
  readonly transitions: Transitions;
  readonly garbage: Garbage;
}

export interface NewAttachmentRow {
  readonly id: NativeId;
  readonly folder: number;
  readonly filename: string;
  readonly contentType: number;
  readonly bytes: StoredBytes;
}

const ready = toStateCode('READY');
const trashed = toStateCode('TRASHED');

/** Attachments that are whole: READY or TRASHED. Methods that change something are called inside a transaction. */
export class Attachments {
  constructor(private readonly parts: AttachmentParts) {}

  row(id: NativeId): AttachmentRow | null {
    return this.parts.db.row<AttachmentRow>(`SELECT ${attachmentColumns} FROM attachment a WHERE a.id = :id`, { id }) ?? null;
  }

  /** In any order, without those that are not there. */
  rows(ids: readonly NativeId[]): readonly AttachmentRow[] {
    const sql = `SELECT ${attachmentTupleSql} FROM json_each(:ids) asked CROSS JOIN attachment a ON a.id = asked.value`;
    return this.parts.db.tuples<AttachmentTuple>(sql, { ids: JSON.stringify(ids) }).map(toAttachmentRow);
  }

  /** READY ones only: a name in the trash is free. */
  rowByName(folder: number, filename: string): AttachmentRow | null {
    const sql = `SELECT ${attachmentColumns} FROM attachment a WHERE a.folder = :folder AND a.filename = :filename AND a.state = ${ready}`;
    return this.parts.db.row<AttachmentRow>(sql, { folder, filename }) ?? null;
  }

  add(added: NewAttachmentRow): AttachmentRow {
    const { db } = this.parts;
    const { at, revision } = tick(db);
    db.change(
      `INSERT INTO attachment
        (id, folder, filename, sort_name, state, version, content_type, digest, size_bytes, created_at, modified_at, revision)
      VALUES (:id, :folder, :filename, :sortName, ${ready}, 1, :contentType, :digest, :sizeBytes, :at, :at, :revision)`,
      {
        id: added.id,
        folder: added.folder,
        filename: added.filename,
        sortName: toSortName(added.filename),
        contentType: added.contentType,
        ...added.bytes,
        at,
        revision,
      },
    );
    return this.#indexed(added.id);
  }

  /** The current version from now on, as the next number; its row in `version` is the caller's. */
  setVersion(row: AttachmentRow, contentType: number, bytes: StoredBytes): AttachmentRow {
    return this.#modify(row, {
      version: row.version + 1,
      content_type: contentType,
      digest: bytes.digest,
      size_bytes: bytes.sizeBytes,
    });
  }

  rename(row: AttachmentRow, filename: string): AttachmentRow {
    assertReady(row);
    if (filename === row.filename) return row;
    if (this.rowByName(row.folder, filename)) throw nameTaken(filename);
    return this.#modify(row, { filename });
  }

  trash(row: AttachmentRow): AttachmentRow {
    if (row.state === trashed) return row;
    const { revision, modified_at } = row;
    return this.#write(row, { state: trashed }, { revision, at: modified_at }, tick(this.parts.db).at);
  }

  restore(row: AttachmentRow): AttachmentRow {
    if (row.state === ready) return row;
    return this.#modify(row, { state: ready, filename: this.freeName(row.folder, row.filename) });
  }

  /** With its versions, renditions and transitions; bytes that nothing else names become garbage. */
  remove(row: AttachmentRow): void {
    const { db, garbage } = this.parts;
    const digests = db.rows<{ digest: string }>(
      'SELECT digest FROM version WHERE attachment = :key UNION SELECT digest FROM rendition WHERE attachment = :key',
      { key: row.key },
    );
    dropFromNameIndex(db, row.revision);
    db.change('DELETE FROM attachment WHERE key = :key', { key: row.key });
    garbage.release(digests.map(({ digest }) => digest));
  }

  /** The name itself, or "name (2).ext" and so on. Doubles its steps, so that thousands of equal names cost a few look-ups each. */
  freeName(folder: number, filename: string): string {
    const isFree = (number: number) => !this.rowByName(folder, number === 1 ? filename : numberedFilename(filename, number));
    if (isFree(1)) return filename;
    let taken = 1;
    let free = 2;
    while (!isFree(free)) {
      taken = free;
      free *= 2;
    }
    while (free - taken > 1) {
      const middle = Math.floor((taken + free) / 2);
      if (isFree(middle)) free = middle;
      else taken = middle;
    }
    return numberedFilename(filename, free);
  }

  toRecord(row: RecordRow): AttachmentRecord {
    // One Date for both times of what was never modified: Dates are half of a record's cost.
    const createdAt = new Date(row.created_at);
    return {
      id: row.id,
      folder: this.parts.folders.id(row.folder),
      filename: row.filename,
      state: toState(row.state),
      version: row.version,
      contentType: this.parts.contentTypes.name(row.content_type),
      bytes: { digest: row.digest, sizeBytes: row.size_bytes },
      createdAt,
      modifiedAt: row.modified_at === row.created_at ? createdAt : new Date(row.modified_at),
    };
  }

  #modify(row: AttachmentRow, changes: Partial<AttachmentRow>): AttachmentRow {
    const next = tick(this.parts.db);
    return this.#write(row, changes, next, next.at);
  }

  #write(row: AttachmentRow, changes: Partial<AttachmentRow>, modified: Tick, at: number): AttachmentRow {
    const { db, transitions } = this.parts;
    const changed = { ...row, ...changes };
    dropFromNameIndex(db, row.revision);
    db.change(
      `UPDATE attachment SET filename = :filename, sort_name = :sortName, state = :state, version = :version,
        content_type = :contentType, digest = :digest, size_bytes = :sizeBytes, modified_at = :modifiedAt, revision = :revision
      WHERE key = :key`,
      {
        key: row.key,
        filename: changed.filename,
        sortName: toSortName(changed.filename),
        state: changed.state,
        version: changed.version,
        contentType: changed.content_type,
        digest: changed.digest,
        sizeBytes: changed.size_bytes,
        modifiedAt: modified.at,
        revision: modified.revision,
      },
    );
    if (changed.state !== row.state) {
      transitions.note({ attachment: row.key }, { state: toState(changed.state), at, version: changed.version });
    }
    return this.#indexed(row.id);
  }

  #indexed(id: NativeId): AttachmentRow {
    const row = this.row(id);
    if (!row) throw new Error(`Attachment ${id} is gone within its own transaction`);
    const { revision, sort_name: sortName, folder, content_type: contentType } = row;
    addToNameIndex(this.parts.db, { revision, sortName, trashed: row.state === trashed, folder, contentType });
    return row;
  }
}

export function nameTaken(filename: string): ContentError {
  return new ContentError('CONFLICT', `There is already an attachment named "${filename}" here`);
}

/** CONFLICT for what lies in the trash: it is restored first. */
export function assertReady(row: AttachmentRow): void {
  if (row.state !== ready) throw new ContentError('CONFLICT', `"${row.filename}" is in the trash; restore it first`);
}
