import type { AttachmentVersion, NativeId } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import type { AttachmentQuery, Page, PageRequest, UploadedRendition } from '../../providers/provider.js';
import type {
  AttachmentRecord,
  FailedState,
  FolderRecord,
  MetadataStore,
  RenditionRecord,
  StoredBytes,
  Transition,
  UploadId,
  UploadTarget,
} from './metadata-store.js';
import type { AttachmentRow } from './sqlite/attachment-row.js';
import { Attachments, assertReady } from './sqlite/attachments.js';
import { ContentTypes } from './sqlite/content-types.js';
import { Database } from './sqlite/database.js';
import { Folders } from './sqlite/folders.js';
import { Garbage } from './sqlite/garbage.js';
import { Listing } from './sqlite/listing.js';
import { NameIndexUpkeep } from './sqlite/name-index-upkeep.js';
import { UploadedRenditions } from './sqlite/renditions.js';
import { Transitions } from './sqlite/transitions.js';
import { isFailed, isNewAttachment, Uploads } from './sqlite/uploads.js';
import { Versions } from './sqlite/versions.js';

/** Opens or makes the file. PROVIDER_UNAVAILABLE where it cannot be used, or a newer program wrote it. */
export function openSqliteMetadataStore(path: string): MetadataStore {
  return new SqliteMetadataStore(new Database(path));
}

/** Each method is one transaction around one step of a part; the parts are a file each. */
class SqliteMetadataStore implements MetadataStore {
  readonly #db: Database;
  readonly #contentTypes: ContentTypes;
  readonly #folders: Folders;
  readonly #transitions: Transitions;
  readonly #garbage: Garbage;
  readonly #attachments: Attachments;
  readonly #versions: Versions;
  readonly #renditions: UploadedRenditions;
  readonly #uploads: Uploads;
  readonly #listing: Listing;
  readonly #upkeep: NameIndexUpkeep;

  constructor(db: Database) {
    this.#db = db;
    this.#contentTypes = new ContentTypes(db);
    this.#folders = new Folders(db);
    this.#transitions = new Transitions(db);
    this.#garbage = new Garbage(db);
    const base = {
      db,
      contentTypes: this.#contentTypes,
      folders: this.#folders,
      transitions: this.#transitions,
      garbage: this.#garbage,
    };
    this.#attachments = new Attachments(base);
    this.#versions = new Versions({ ...base, attachments: this.#attachments });
    this.#renditions = new UploadedRenditions(base);
    const whole = { ...base, attachments: this.#attachments, versions: this.#versions, renditions: this.#renditions };
    this.#uploads = new Uploads(whole);
    this.#listing = new Listing({ ...base, attachments: this.#attachments, uploads: this.#uploads });
    this.#upkeep = new NameIndexUpkeep(db);
  }

  async stat(id: NativeId, version?: number): Promise<AttachmentRecord | null> {
    const row = this.#attachments.row(id);
    if (!row) return version === undefined || version === 1 ? this.#statUpload(id) : null;
    return version === undefined ? this.#attachments.toRecord(row) : this.#versions.stat(row, version);
  }

  async statMany(ids: readonly NativeId[]): Promise<readonly (AttachmentRecord | null)[]> {
    const rows = new Map(this.#attachments.rows(ids).map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = rows.get(id);
      return row ? this.#attachments.toRecord(row) : this.#statUpload(id);
    });
  }

  async list(query: AttachmentQuery, page: PageRequest, signal?: AbortSignal): Promise<Page<AttachmentRecord>> {
    return this.#listing.page(query, page, signal);
  }

  async count(query: AttachmentQuery, signal?: AbortSignal): Promise<number | null> {
    return this.#listing.count(query, signal);
  }

  async rename(id: NativeId, filename: string): Promise<AttachmentRecord | null> {
    return this.#change(id, (row) => this.#attachments.rename(row, filename));
  }

  async trash(id: NativeId): Promise<boolean> {
    return this.#db.transaction(() => {
      const row = this.#attachments.row(id);
      if (!row) return this.#removeUpload(id);
      this.#attachments.trash(row);
      return true;
    });
  }

  async restore(id: NativeId): Promise<AttachmentRecord | null> {
    return this.#change(id, (row) => this.#attachments.restore(row));
  }

  async remove(id: NativeId): Promise<boolean> {
    return this.#db.transaction(() => {
      const row = this.#attachments.row(id);
      if (!row) return this.#removeUpload(id);
      this.#attachments.remove(row);
      return true;
    });
  }

  async listTransitions(id: NativeId): Promise<readonly Transition[]> {
    const attachment = this.#attachments.row(id);
    if (attachment) return this.#transitions.list({ attachment: attachment.key });
    const upload = this.#uploads.row(id);
    return upload ? this.#transitions.list({ upload: upload.key }) : [];
  }

  async listVersions(id: NativeId, page: PageRequest): Promise<Page<AttachmentVersion>> {
    const row = this.#attachments.row(id);
    return row ? this.#versions.list(row, page) : { items: [], hasNextPage: false };
  }

  async restoreVersion(id: NativeId, version: number): Promise<AttachmentRecord | null> {
    return this.#change(id, (row) => this.#versions.restore(row, version));
  }

  async statFolder(id: NativeId): Promise<FolderRecord | null> {
    return this.#folders.stat(id);
  }

  async listFolders(parent: NativeId | null, page: PageRequest): Promise<Page<FolderRecord>> {
    return this.#folders.list(parent, page);
  }

  async createFolder(parent: NativeId, name: string): Promise<FolderRecord | null> {
    return this.#db.transaction(() => this.#folders.create(parent, name));
  }

  async listRenditions(id: NativeId, version?: number): Promise<readonly UploadedRendition[]> {
    const row = this.#attachments.row(id);
    return row ? this.#renditions.list(row, version ?? row.version) : [];
  }

  async statRendition(id: NativeId, name: string, version?: number): Promise<RenditionRecord | null> {
    const row = this.#attachments.row(id);
    return row && this.#renditions.stat(row, version ?? row.version, name);
  }

  async removeRendition(id: NativeId, name: string, version?: number): Promise<boolean> {
    return this.#db.transaction(() => {
      const row = this.#attachments.row(id);
      if (!row) return false;
      assertReady(row);
      return this.#renditions.remove(row, version ?? row.version, name);
    });
  }

  async beginUpload(target: UploadTarget): Promise<UploadId | null> {
    this.#contentTypes.ensure(target.contentType);
    return this.#db.briefTransaction(() => this.#uploads.begin(target));
  }

  async noteDigest(upload: UploadId, bytes: StoredBytes): Promise<void> {
    this.#db.transaction(() => this.#uploads.noteDigest(upload, bytes));
  }

  async publishAttachment(upload: UploadId): Promise<AttachmentRecord | null> {
    return this.#db.transaction(() => this.#uploads.publishAttachment(upload));
  }

  async publishRendition(upload: UploadId): Promise<UploadedRendition | null> {
    return this.#db.transaction(() => this.#uploads.publishRendition(upload));
  }

  async failUpload(upload: UploadId, state: FailedState, reason: string): Promise<void> {
    this.#db.transaction(() => this.#uploads.fail(upload, state, reason));
  }

  async dropUpload(upload: UploadId): Promise<void> {
    this.#db.transaction(() => this.#uploads.drop(upload));
  }

  async dropRunningUploads(): Promise<number> {
    return this.#db.transaction(() => this.#uploads.dropRunning());
  }

  async dropFailedUploads({ before, keep }: { readonly before: Date; readonly keep: number }): Promise<number> {
    return this.#db.transaction(() => this.#uploads.dropFailed(before, keep));
  }

  async listGarbage(limit: number): Promise<readonly string[]> {
    return this.#garbage.list(limit);
  }

  async isGarbage(digest: string): Promise<boolean> {
    return this.#garbage.has(digest);
  }

  async forgetGarbage(digest: string): Promise<void> {
    this.#db.transaction(() => this.#garbage.forget(digest));
  }

  revision(): number {
    return this.#db.revision;
  }

  async check(): Promise<void> {
    this.#db.briefTransaction(() => this.#db.change('UPDATE clock SET at = at'));
  }

  async close(): Promise<void> {
    this.#upkeep.close();
    this.#db.close();
  }

  #change(id: NativeId, change: (row: AttachmentRow) => AttachmentRow | null): AttachmentRecord | null {
    return this.#db.transaction(() => {
      const row = this.#attachments.row(id);
      const changed = row && change(row);
      return changed && this.#attachments.toRecord(changed);
    });
  }

  #statUpload(id: NativeId): AttachmentRecord | null {
    const upload = this.#uploads.row(id);
    return upload && isNewAttachment(upload) ? this.#uploads.toRecord(upload) : null;
  }

  #removeUpload(id: NativeId): boolean {
    const upload = this.#uploads.row(id);
    if (!upload || !isNewAttachment(upload)) return false;
    if (!isFailed(upload)) throw new ContentError('CONFLICT', `"${upload.target.filename}" is still being uploaded`);
    this.#uploads.drop(id);
    return true;
  }
}
