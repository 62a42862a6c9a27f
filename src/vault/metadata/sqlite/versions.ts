import type { AttachmentVersion } from '../../../attachment.js';
import type { Page, PageRequest } from '../../../providers/provider.js';
import type { AttachmentRecord, StoredBytes } from '../metadata-store.js';
import type { AttachmentRow } from './attachment-row.js';
import { type Attachments, assertReady } from './attachments.js';
import type { ContentTypes } from './content-types.js';
import { parseCursor, toCursor } from './cursors.js';
import { type Database, limited } from './database.js';
import { toPage } from './page.js';
import type { Transitions } from './transitions.js';

interface VersionRow {
  readonly number: number;
  readonly content_type: number;
  readonly digest: string;
  readonly size_bytes: number;
  readonly created_at: number;
}

export interface VersionParts {
  readonly db: Database;
  readonly attachments: Attachments;
  readonly contentTypes: ContentTypes;
  readonly transitions: Transitions;
}

const columns = 'number, content_type, digest, size_bytes, created_at';

/** Every version an attachment had. Methods that change something are called inside a transaction. */
export class Versions {
  constructor(private readonly parts: VersionParts) {}

  /** The attachment as that version of it was; null where there is no such version. */
  stat(row: AttachmentRow, number: number): AttachmentRecord | null {
    const record = this.parts.attachments.toRecord(row);
    if (number === row.version) return record;
    const version = this.#row(row.key, number);
    if (!version) return null;
    return {
      ...record,
      version: number,
      contentType: this.parts.contentTypes.name(version.content_type),
      bytes: { digest: version.digest, sizeBytes: version.size_bytes },
      modifiedAt: new Date(version.created_at),
    };
  }

  has(attachment: AttachmentRow, number: number): boolean {
    return this.#row(attachment.key, number) !== undefined;
  }

  /** Newest first. */
  list(attachment: AttachmentRow, page: PageRequest): Page<AttachmentVersion> {
    const before = page.after === null ? attachment.version + 1 : parseCursor(page.after, 'VERSIONS')[1];
    const rows = this.parts.db.rows<VersionRow>(
      `SELECT ${columns} FROM version WHERE attachment = :key AND number < :before ORDER BY number DESC ${limited}`,
      { key: attachment.key, before, limit: page.first + 1 },
    );
    const toItem = (row: VersionRow) => toVersion(row, attachment.version);
    return toPage(rows, page.first, toItem, (row) => toCursor('VERSIONS', [row.number, row.number]));
  }

  /** Version 1 of an attachment that was just added. */
  addFirst(row: AttachmentRow): void {
    this.#add(row);
  }

  addNext(row: AttachmentRow, contentType: number, bytes: StoredBytes): AttachmentRow {
    const changed = this.parts.attachments.setVersion(row, contentType, bytes);
    this.#add(changed);
    return changed;
  }

  restore(row: AttachmentRow, number: number): AttachmentRow | null {
    const version = this.#row(row.key, number);
    if (!version) return null;
    assertReady(row);
    const bytes = { digest: version.digest, sizeBytes: version.size_bytes };
    const changed = this.addNext(row, version.content_type, bytes);
    this.parts.transitions.note(
      { attachment: row.key },
      { state: 'READY', at: changed.modified_at, version: changed.version, reason: `version ${number} restored` },
    );
    return changed;
  }

  #row(attachment: number, number: number): VersionRow | undefined {
    const sql = `SELECT ${columns} FROM version WHERE attachment = :attachment AND number = :number`;
    return this.parts.db.row<VersionRow>(sql, { attachment, number });
  }

  #add(row: AttachmentRow): void {
    this.parts.db.change(
      `INSERT INTO version (attachment, number, content_type, digest, size_bytes, created_at)
      VALUES (:attachment, :number, :contentType, :digest, :sizeBytes, :createdAt)`,
      {
        attachment: row.key,
        number: row.version,
        contentType: row.content_type,
        digest: row.digest,
        sizeBytes: row.size_bytes,
        createdAt: row.modified_at,
      },
    );
  }
}

function toVersion(row: VersionRow, current: number): AttachmentVersion {
  return {
    number: row.number,
    sizeBytes: row.size_bytes,
    digest: { algorithm: 'sha256', hex: row.digest },
    createdAt: new Date(row.created_at),
    current: row.number === current,
  };
}
