import { v7 as uuidv7 } from 'uuid';
import type { AttachmentState } from '../../../attachment.js';
import { ContentError } from '../../../errors.js';
import type { UploadedRendition } from '../../../providers/provider.js';
import type {
  AttachmentRecord,
  FailedState,
  NewAttachment,
  NewRendition,
  NewVersion,
  StoredBytes,
  UploadId,
  UploadTarget,
} from '../metadata-store.js';
import { failedStates } from '../metadata-store.js';
import type { AttachmentRow } from './attachment-row.js';
import { type Attachments, assertReady, nameTaken } from './attachments.js';
import { tick } from './clock.js';
import type { ContentTypes } from './content-types.js';
import type { Database } from './database.js';
import type { Folders } from './folders.js';
import type { Garbage } from './garbage.js';
import type { UploadedRenditions } from './renditions.js';
import { toState, toStateCode } from './states.js';
import type { Transitions } from './transitions.js';
import type { Versions } from './versions.js';

/** A write that is not published: it runs, or it failed. */
export interface UploadRow<Target extends UploadTarget = UploadTarget> {
  readonly key: number;
  readonly id: UploadId;
  readonly target: Target;
  readonly state: AttachmentState;
  readonly bytes: StoredBytes | null;
  readonly createdAt: Date;
  readonly revision: number;
}

interface StoredRow {
  readonly key: number;
  readonly id: string;
  readonly target: string;
  readonly state: number;
  readonly digest: string | null;
  readonly size_bytes: number | null;
  readonly created_at: number;
  readonly revision: number;
}

export interface UploadParts {
  readonly db: Database;
  readonly folders: Folders;
  readonly contentTypes: ContentTypes;
  readonly attachments: Attachments;
  readonly versions: Versions;
  readonly renditions: UploadedRenditions;
  readonly transitions: Transitions;
  readonly garbage: Garbage;
}

const columns = 'key, id, target, state, digest, size_bytes, created_at, revision';
const failedCodes = failedStates.map(toStateCode).join(', ');
const firstStates = ['INITIAL', 'CHECKSUM_CALCULATION_IN_PROGRESS', 'UPLOAD_IN_PROGRESS'] as const;

/** Writes on their way. Methods that change something are called inside a transaction. */
export class Uploads {
  constructor(private readonly parts: UploadParts) {}

  row(id: UploadId): UploadRow | null {
    const row = this.parts.db.row<StoredRow>(`SELECT ${columns} FROM upload WHERE id = :id`, { id });
    return row ? toUploadRow(row) : null;
  }

  /** New attachments in these states, which are few: failed ones are bounded, running ones are as many as run. */
  attachmentsIn(states: readonly AttachmentState[]): readonly UploadRow<NewAttachment>[] {
    const codes = JSON.stringify(states.map(toStateCode));
    const sql = `SELECT ${columns} FROM upload WHERE state IN (SELECT value FROM json_each(:codes))`;
    return this.parts.db.rows<StoredRow>(sql, { codes }).map(toUploadRow).filter(isNewAttachment);
  }

  /** null: nowhere to write to. CONFLICT: what can be told before the bytes come. */
  begin(target: UploadTarget): UploadId | null {
    if (!this.#mayWrite(target)) return null;
    const { db, transitions } = this.parts;
    const id = uuidv7();
    const { at, revision } = tick(db);
    const key = db.insert(
      'INSERT INTO upload (id, target, state, created_at, revision) VALUES (:id, :target, :state, :at, :revision)',
      { id, target: JSON.stringify(target), state: toStateCode('UPLOAD_IN_PROGRESS'), at, revision },
    );
    for (const state of firstStates) transitions.note({ upload: key }, { state, at });
    return id;
  }

  noteDigest(id: UploadId, { digest, sizeBytes }: StoredBytes): void {
    const { key } = this.#existing(id);
    this.#setState(key, 'CHECKSUM_VERIFICATION_IN_PROGRESS');
    this.parts.db.change('UPDATE upload SET digest = :digest, size_bytes = :sizeBytes WHERE key = :key', {
      key,
      digest,
      sizeBytes,
    });
  }

  publishAttachment(id: UploadId): AttachmentRecord | null {
    const upload = this.#existing(id);
    const { target } = upload;
    if (target.kind === 'rendition' || !this.#mayWrite(target)) return null;
    const bytes = noted(upload);
    const row = target.kind === 'attachment' ? this.#addAttachment(id, target, bytes) : this.#addVersion(target, bytes);
    if (!row) return null;
    this.parts.transitions.note({ upload: upload.key }, { state: 'READY', at: row.modified_at });
    this.parts.transitions.adopt(upload.key, row.key, row.version);
    this.#end(upload.key, bytes);
    return this.parts.attachments.toRecord(row);
  }

  publishRendition(id: UploadId): UploadedRendition | null {
    const upload = this.#existing(id);
    const { target } = upload;
    if (target.kind !== 'rendition' || !this.#mayWrite(target)) return null;
    const attachment = this.parts.attachments.row(target.attachment);
    if (!attachment) return null;
    const bytes = noted(upload);
    const contentType = this.parts.contentTypes.ensure(target.contentType);
    const { name, version } = target;
    const rendition = this.parts.renditions.put(attachment, version ?? attachment.version, name, contentType, bytes);
    this.#end(upload.key, bytes);
    return rendition;
  }

  fail(id: UploadId, state: FailedState, reason: string): void {
    const { key, bytes } = this.#existing(id);
    this.#setState(key, state, reason);
    this.parts.db.change('UPDATE upload SET digest = NULL, size_bytes = NULL WHERE key = :key', { key });
    if (bytes) this.parts.garbage.release([bytes.digest]);
  }

  drop(id: UploadId): void {
    const upload = this.row(id);
    if (upload) this.#dropAll([upload]);
  }

  dropRunning(): number {
    const running = this.parts.db.rows<StoredRow>(`SELECT ${columns} FROM upload WHERE state NOT IN (${failedCodes})`);
    return this.#dropAll(running.map(toUploadRow));
  }

  dropFailed(before: Date, keep: number): number {
    const outdated = this.parts.db.rows<StoredRow>(
      `SELECT ${columns} FROM (
        SELECT *, row_number() OVER (ORDER BY revision DESC) AS place FROM upload WHERE state IN (${failedCodes}))
      WHERE place > :keep OR created_at < :before`,
      { keep, before: before.getTime() },
    );
    return this.#dropAll(outdated.map(toUploadRow));
  }

  toRecord(upload: UploadRow<NewAttachment>): AttachmentRecord {
    return {
      id: upload.id,
      folder: upload.target.folder,
      filename: upload.target.filename,
      state: upload.state,
      version: 1,
      contentType: upload.target.contentType,
      bytes: null,
      createdAt: upload.createdAt,
      modifiedAt: upload.createdAt,
    };
  }

  /** false: what it writes to is not there. */
  #mayWrite(target: UploadTarget): boolean {
    switch (target.kind) {
      case 'attachment':
        return this.#mayAdd(target);
      case 'version':
        return this.#mayAddVersion(target);
      case 'rendition':
        return this.#mayPutRendition(target);
    }
  }

  #mayAdd({ folder, filename, onCollision }: NewAttachment): boolean {
    const key = this.parts.folders.key(folder);
    if (key === null) return false;
    if (onCollision === 'FAIL' && this.parts.attachments.rowByName(key, filename)) throw nameTaken(filename);
    return true;
  }

  #mayAddVersion({ attachment, ifVersion }: NewVersion): boolean {
    const row = this.parts.attachments.row(attachment);
    if (!row) return false;
    assertReady(row);
    if (ifVersion === null || ifVersion === row.version) return true;
    throw new ContentError('CONFLICT', `The current version is ${row.version}, not ${ifVersion}`);
  }

  #mayPutRendition({ attachment, name, version }: NewRendition): boolean {
    const row = this.parts.attachments.row(attachment);
    if (!row || (version !== null && !this.parts.versions.has(row, version))) return false;
    assertReady(row);
    this.parts.renditions.assertRoom(row, version ?? row.version, name);
    return true;
  }

  #addAttachment(
    id: UploadId,
    { folder, filename, onCollision, contentType }: NewAttachment,
    bytes: StoredBytes,
  ): AttachmentRow | null {
    const { attachments, folders, contentTypes, versions } = this.parts;
    const folderKey = folders.key(folder);
    if (folderKey === null) return null;
    const type = contentTypes.ensure(contentType);
    const present = onCollision === 'NEW_VERSION' ? attachments.rowByName(folderKey, filename) : null;
    if (present) return versions.addNext(present, type, bytes);
    const freeName = onCollision === 'RENAME' ? attachments.freeName(folderKey, filename) : filename;
    const row = attachments.add({ id, folder: folderKey, filename: freeName, contentType: type, bytes });
    versions.addFirst(row);
    return row;
  }

  #addVersion({ attachment, contentType }: NewVersion, bytes: StoredBytes): AttachmentRow | null {
    const row = this.parts.attachments.row(attachment);
    return row && this.parts.versions.addNext(row, this.parts.contentTypes.ensure(contentType), bytes);
  }

  #end(key: number, { digest }: StoredBytes): void {
    this.parts.db.change('DELETE FROM upload WHERE key = :key', { key });
    this.parts.garbage.forget(digest);
  }

  #dropAll(uploads: readonly UploadRow[]): number {
    for (const { key } of uploads) this.parts.db.change('DELETE FROM upload WHERE key = :key', { key });
    this.parts.garbage.release(uploads.flatMap(({ bytes }) => (bytes ? [bytes.digest] : [])));
    return uploads.length;
  }

  #setState(key: number, state: AttachmentState, reason?: string): void {
    this.parts.db.change('UPDATE upload SET state = :state WHERE key = :key', { key, state: toStateCode(state) });
    this.parts.transitions.note({ upload: key }, { state, at: Date.now(), ...(reason === undefined ? {} : { reason }) });
  }

  #existing(id: UploadId): UploadRow {
    const upload = this.row(id);
    if (!upload) throw new Error(`Upload ${id} has ended already`);
    return upload;
  }
}

export function isNewAttachment(upload: UploadRow): upload is UploadRow<NewAttachment> {
  return upload.target.kind === 'attachment';
}

export function isFailed(upload: UploadRow): boolean {
  return failedStates.some((state) => state === upload.state);
}

function toUploadRow(row: StoredRow): UploadRow {
  return {
    key: row.key,
    id: row.id,
    target: JSON.parse(row.target) as UploadTarget,
    state: toState(row.state),
    bytes: row.digest === null || row.size_bytes === null ? null : { digest: row.digest, sizeBytes: row.size_bytes },
    createdAt: new Date(row.created_at),
    revision: row.revision,
  };
}

function noted({ id, bytes }: UploadRow): StoredBytes {
  if (!bytes) throw new Error(`Upload ${id} is published before its digest was noted`);
  return bytes;
}
