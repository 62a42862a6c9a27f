import type { Readable } from 'node:stream';

/** The name of a provider in the configuration: "vault", "box-eu". */
export type ProviderName = string;
/** A provider's own id of one of its things, as that provider spells it. */
export type NativeId = string;

export type ProviderKind = 'VAULT' | 'BOX' | 'ORACLE_CONTENT' | 'XELION' | 'VIROLA';

export interface AttachmentRef {
  readonly provider: ProviderName;
  readonly id: NativeId;
}

export type ContainerType = 'Folder' | 'Room' | 'Message';

/** A container inside its provider: ids of two types may be spelled alike. */
export interface ContainerKey {
  readonly type: ContainerType;
  readonly id: NativeId;
}

export interface ContainerRef extends ContainerKey {
  readonly provider: ProviderName;
}

/** The states of an attachment's life in the order they are passed through, and TRASHED. Only READY and TRASHED have content. */
export const attachmentStates = [
  'INITIAL',
  'CHECKSUM_CALCULATION_IN_PROGRESS',
  'CHECKSUM_CALCULATION_FAILED',
  'UPLOAD_IN_PROGRESS',
  'UPLOAD_FAILED',
  'CHECKSUM_VERIFICATION_IN_PROGRESS',
  'CHECKSUM_MISMATCH',
  'CHECKSUM_VERIFICATION_FAILED',
  'READY',
  'TRASHED',
] as const;
export type AttachmentState = (typeof attachmentStates)[number];

export function hasContent(attachment: { readonly state: AttachmentState }): boolean {
  return attachment.state === 'READY' || attachment.state === 'TRASHED';
}

/** algorithm in lower case as the provider names it ("sha256", "sha1"); hex in lower case. */
export interface Digest {
  readonly algorithm: string;
  readonly hex: string;
}

export interface ViewerPermissions {
  readonly read: boolean;
  readonly download: boolean;
  readonly replace: boolean;
  readonly delete: boolean;
  readonly share: boolean;
}

/** One version of a file that a provider holds. null where the provider does not say. */
export interface Attachment {
  readonly provider: ProviderName;
  readonly id: NativeId;
  readonly filename: string;
  /** Media type without parameters, lower case. */
  readonly contentType: string;
  readonly sizeBytes: number | null;
  readonly digest: Digest | null;
  readonly state: AttachmentState;
  readonly createdAt: Date | null;
  readonly modifiedAt: Date | null;
  readonly container: ContainerRef | null;
  readonly versionNumber: number | null;
  /** Names the bytes: the same key always means the same bytes ("sha256-<hex>", "box-<file version id>"). [A-Za-z0-9._-] only. */
  readonly contentKey: string;
  readonly permissions: ViewerPermissions;
  /** The system says that it has a small picture of it. Absent where it does not tell. */
  readonly hasThumbnail?: boolean;
}

export interface AttachmentVersion {
  readonly number: number;
  readonly sizeBytes: number | null;
  readonly digest: Digest | null;
  readonly createdAt: Date | null;
  readonly current: boolean;
}

export interface Container {
  readonly provider: ProviderName;
  readonly type: ContainerType;
  readonly id: NativeId;
  readonly name: string;
  readonly createdAt: Date | null;
  readonly parent: ContainerRef | null;
  /** Only of a Message. */
  readonly message?: MessageFacts;
}

export interface MessageFacts {
  readonly text: string | null;
  /** Whether it came to the account; null where the system does not tell a direction. */
  readonly incoming: boolean | null;
  readonly participants: readonly Participant[];
}

/** role is the system's own word without its prefix, in lower case: "from", "to", "cc". */
export interface Participant {
  readonly name: string;
  readonly role: string;
  readonly address: string | null;
}

/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A path always holds the whole content, and the reader applies the range; a stream holds just the range that was opened. */
export type ContentBody = { readonly path: string } | { readonly stream: Readable };

export interface OpenedContent {
  readonly contentType: string;
  /** Size of the whole content, whatever the range. */
  readonly sizeBytes: number | null;
  /** The range that a stream holds; null for all of it. */
  readonly range: ByteRange | null;
  readonly body: ContentBody;
}
