import { ContentError } from '../../../errors.js';
import type { UploadedRendition } from '../../../providers/provider.js';
import { toContentKey } from '../../content-key.js';
import type { RenditionRecord, StoredBytes } from '../metadata-store.js';
import type { AttachmentRow } from './attachment-row.js';
import { tick } from './clock.js';
import type { ContentTypes } from './content-types.js';
import type { Database } from './database.js';
import type { Garbage } from './garbage.js';

interface RenditionRow {
  readonly version: number;
  readonly name: string;
  readonly content_type: number;
  readonly digest: string;
  readonly size_bytes: number;
  readonly created_at: number;
}

export interface RenditionParts {
  readonly db: Database;
  readonly contentTypes: ContentTypes;
  readonly garbage: Garbage;
}

const maxRenditionsOfVersion = 100;
const columns = 'version, name, content_type, digest, size_bytes, created_at';

/** Renditions that somebody uploaded beside a version. Methods that change something are called inside a transaction. */
export class UploadedRenditions {
  constructor(private readonly parts: RenditionParts) {}

  list(attachment: AttachmentRow, version: number): readonly UploadedRendition[] {
    const sql = `SELECT ${columns} FROM rendition WHERE attachment = :key AND version = :version ORDER BY name`;
    return this.parts.db.rows<RenditionRow>(sql, { key: attachment.key, version }).map((row) => this.#toRendition(row));
  }

  stat(attachment: AttachmentRow, version: number, name: string): RenditionRecord | null {
    const sql = `SELECT ${columns} FROM rendition WHERE attachment = :key AND version = :version AND name = :name`;
    const row = this.parts.db.row<RenditionRow>(sql, { key: attachment.key, version, name });
    return row ? this.#toRendition(row) : null;
  }

  /** CONFLICT where one more would be too many. */
  assertRoom(attachment: AttachmentRow, version: number, name: string): void {
    const others = this.list(attachment, version).filter((rendition) => rendition.name !== name);
    if (others.length < maxRenditionsOfVersion) return;
    const full = `Version ${version} of "${attachment.filename}" has ${maxRenditionsOfVersion} renditions already; delete one first`;
    throw new ContentError('CONFLICT', full);
  }

  put(
    attachment: AttachmentRow,
    version: number,
    name: string,
    contentType: number,
    bytes: StoredBytes,
  ): UploadedRendition | null {
    this.remove(attachment, version, name);
    this.parts.db.change(
      `INSERT INTO rendition (attachment, version, name, content_type, digest, size_bytes, created_at)
      VALUES (:key, :version, :name, :contentType, :digest, :sizeBytes, :at)`,
      { key: attachment.key, version, name, contentType, ...bytes, at: tick(this.parts.db).at },
    );
    return this.stat(attachment, version, name);
  }

  remove(attachment: AttachmentRow, version: number, name: string): boolean {
    const { db, garbage } = this.parts;
    const removed = db.row<{ digest: string }>(
      'DELETE FROM rendition WHERE attachment = :key AND version = :version AND name = :name RETURNING digest',
      { key: attachment.key, version, name },
    );
    if (removed) garbage.release([removed.digest]);
    return removed !== undefined;
  }

  #toRendition(row: RenditionRow): RenditionRecord {
    return {
      name: row.name,
      version: row.version,
      contentType: this.parts.contentTypes.name(row.content_type),
      sizeBytes: row.size_bytes,
      digest: { algorithm: 'sha256', hex: row.digest },
      createdAt: new Date(row.created_at),
      contentKey: toContentKey(row.digest),
    };
  }
}
