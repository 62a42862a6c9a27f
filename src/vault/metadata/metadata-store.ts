import type { AttachmentState, AttachmentVersion, Digest, NativeId } from '../../attachment.js';
import type { AttachmentQuery, Collision, Page, PageRequest, UploadedRendition } from '../../providers/provider.js';

/**
 * Everything the vault knows besides the bytes. Each method is one transaction: it happens as a whole or not at all, and what
 * changes something is durable when it resolves (steps of an upload before its digest is noted excepted: nothing is lost with them).
 * Only a list or a count by text or time may see changes that are made meanwhile; it ends with its signal.
 * - What is not there is null or false. Rejects with CONFLICT where a name is taken or the state forbids the change, with
 *   BAD_USER_INPUT for a cursor that is not from here, with PROVIDER_UNAVAILABLE where the database cannot be read or written.
 * - A digest that nothing names any more becomes garbage in the same transaction, and stops being it when something names it again.
 */
export interface MetadataStore {
  /** Another number after every change. Synchronous. */
  revision(): number;
  /** Current version unless told. Attachments in the trash, failed and running uploads are found too. */
  stat(id: NativeId, version?: number): Promise<AttachmentRecord | null>;
  /** In the order of ids. */
  statMany(ids: readonly NativeId[]): Promise<readonly (AttachmentRecord | null)[]>;
  list(query: AttachmentQuery, page: PageRequest, signal?: AbortSignal): Promise<Page<AttachmentRecord>>;
  /** null where counting would take long. */
  count(query: AttachmentQuery, signal?: AbortSignal): Promise<number | null>;
  /** A new name may not be taken in the folder. */
  rename(id: NativeId, filename: string): Promise<AttachmentRecord | null>;
  /** Again is fine. A failed upload has nothing to keep and goes for good. */
  trash(id: NativeId): Promise<boolean>;
  /** Out of the trash, under a numbered name where its own is taken. */
  restore(id: NativeId): Promise<AttachmentRecord | null>;
  /** For good, with its versions and renditions; failed uploads too. */
  remove(id: NativeId): Promise<boolean>;
  /** Every state that an attachment and its versions went through, oldest first. */
  listTransitions(id: NativeId): Promise<readonly Transition[]>;

  listVersions(id: NativeId, page: PageRequest): Promise<Page<AttachmentVersion>>;
  /** A new version with an older one's bytes. null: no such attachment or version. */
  restoreVersion(id: NativeId, version: number): Promise<AttachmentRecord | null>;

  statFolder(id: NativeId): Promise<FolderRecord | null>;
  /** By name; the root where parent is null. */
  listFolders(parent: NativeId | null, page: PageRequest): Promise<Page<FolderRecord>>;
  /** null: no such parent. */
  createFolder(parent: NativeId, name: string): Promise<FolderRecord | null>;

  /** By name, of the current version unless told. */
  listRenditions(id: NativeId, version?: number): Promise<readonly UploadedRendition[]>;
  statRendition(id: NativeId, name: string, version?: number): Promise<RenditionRecord | null>;
  removeRendition(id: NativeId, name: string, version?: number): Promise<boolean>;

  /** Notes a write before its first byte: INITIAL, CHECKSUM_CALCULATION_IN_PROGRESS, UPLOAD_IN_PROGRESS. null: nowhere to write to. */
  beginUpload(target: UploadTarget): Promise<UploadId | null>;
  /** CHECKSUM_VERIFICATION_IN_PROGRESS, with the digest that a crash from here on leaves bytes under. */
  noteDigest(upload: UploadId, bytes: StoredBytes): Promise<void>;
  /** READY. CONFLICT and null as in beginUpload, for what changed meanwhile. The upload's record ends with it. */
  publishAttachment(upload: UploadId): Promise<AttachmentRecord | null>;
  publishRendition(upload: UploadId): Promise<UploadedRendition | null>;
  /** Keeps the record of an upload that failed, and lets go of its digest. */
  failUpload(upload: UploadId, state: FailedState, reason: string): Promise<void>;
  /** Forgets an upload as if it had never begun. */
  dropUpload(upload: UploadId): Promise<void>;
  /** Drops what runs, for the time when nothing can: after a crash. How many. */
  dropRunningUploads(): Promise<number>;
  /** Drops failed uploads from before a time, and the oldest ones beyond a number. How many. */
  dropFailedUploads(bounds: { readonly before: Date; readonly keep: number }): Promise<number>;

  listGarbage(limit: number): Promise<readonly string[]>;
  isGarbage(digest: string): Promise<boolean>;
  forgetGarbage(digest: string): Promise<void>;

  /** Reads and writes something small. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** One version of an attachment. */
export interface AttachmentRecord {
  readonly id: NativeId;
  readonly folder: NativeId;
  readonly filename: string;
  readonly state: AttachmentState;
  readonly version: number;
  /** In lower case, without parameters. */
  readonly contentType: string;
  /** null where there is no content. */
  readonly bytes: StoredBytes | null;
  readonly createdAt: Date;
  /** Never before the time of an earlier change, even when the machine's clock is put back. */
  readonly modifiedAt: Date;
}

export interface StoredBytes {
  /** SHA-256, lower-case hex. */
  readonly digest: string;
  readonly sizeBytes: number;
}

export interface RenditionRecord extends UploadedRendition {
  readonly digest: Digest;
}

export interface FolderRecord {
  readonly id: NativeId;
  readonly parent: NativeId | null;
  readonly name: string;
  readonly createdAt: Date;
}

export interface Transition {
  readonly version: number | null;
  readonly state: AttachmentState;
  readonly at: Date;
  readonly reason: string | null;
}

export const rootFolder: NativeId = 'root';

/** Of a new attachment it becomes the id. */
export type UploadId = NativeId;

export type UploadTarget = NewAttachment | NewVersion | NewRendition;

export interface NewAttachment {
  readonly kind: 'attachment';
  readonly contentType: string;
  readonly folder: NativeId;
  readonly filename: string;
  readonly onCollision: Collision;
}

export interface NewVersion {
  readonly kind: 'version';
  readonly contentType: string;
  readonly attachment: NativeId;
  readonly ifVersion: number | null;
}

export interface NewRendition {
  readonly kind: 'rendition';
  readonly contentType: string;
  readonly attachment: NativeId;
  readonly name: string;
  /** The current one where null. */
  readonly version: number | null;
}

export const failedStates = [
  'CHECKSUM_CALCULATION_FAILED',
  'UPLOAD_FAILED',
  'CHECKSUM_MISMATCH',
  'CHECKSUM_VERIFICATION_FAILED',
] as const satisfies readonly AttachmentState[];
export type FailedState = (typeof failedStates)[number];
