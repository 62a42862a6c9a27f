import type { Readable } from 'node:stream';
import type {
  Attachment,
  AttachmentState,
  AttachmentVersion,
  ByteRange,
  Container,
  ContainerKey,
  ContainerType,
  Digest,
  NativeId,
  OpenedContent,
  ProviderKind,
  ProviderName,
} from '../attachment.js';
import type { Call, Viewer } from '../call.js';
import type { ContentError } from '../errors.js';
import type { RenditionSpec } from '../rendition.js';

/**
 * A system that holds attachments. Bytes and metadata stay there; we ask.
 *
 * Three methods are required; each optional one is a thing the system can do, and leaving it out says that it cannot.
 * - A thing that is not there, or that this viewer may not know of, is null (or false), never an error.
 * - Every failure is a ContentError. Anything else that escapes is a bug and reaches the client masked.
 * - Ids are the system's own. An id that cannot be one of its ids is treated like an unknown one.
 * - `call.signal` ends the work: the promise then rejects with the signal's reason and nothing half-done stays.
 * - No retry, cache, deadline or batching in here: the catalog does these for all providers.
 */
export interface Provider {
  readonly name: ProviderName;
  readonly kind: ProviderKind;
  readonly facts: ProviderFacts;

  /** Viewers of one scope get the same answers, so they may share what is kept. No secret can be read from it. */
  scope(viewer: Viewer): string;
  /** One version's metadata, the current one unless told. TRASHED attachments are found too. */
  stat(id: NativeId, options: StatOptions, call: Call): Promise<Attachment | null>;
  /** The file's bytes. A range is given only if facts.openWithRange, and then lies within the content. */
  open(id: NativeId, options: OpenOptions, call: Call): Promise<OpenedContent | null>;
  /** Whether the system answers. Rejects with the error that a request would meet. */
  check(call: Call): Promise<void>;

  /** Current versions in the order of ids, one result each: a ContentError for an id that failed by itself. */
  statMany?(ids: readonly NativeId[], call: Call): Promise<readonly (Attachment | null | ContentError)[]>;
  /** A page of attachments in query.orderBy. Given only filters and orders that facts name. NOT_FOUND: no such container. */
  list?(query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>>;
  /** How many attachments list would give in all; null where that is not cheap to tell. */
  count?(query: AttachmentQuery, call: Call): Promise<number | null>;

  statContainer?(type: ContainerType, id: NativeId, call: Call): Promise<Container | null>;
  /** The containers inside one, by name (messages: newest first); at the top level where parent is null. */
  listContainers?(parent: ContainerKey | null, page: PageRequest, call: Call): Promise<Page<Container>>;
  createContainer?(parent: ContainerKey, name: string, call: Call): Promise<Container>;

  /** Newest first. */
  listVersions?(id: NativeId, page: PageRequest, call: Call): Promise<Page<AttachmentVersion>>;
  /** Makes an older version's bytes the current version, as a new version. */
  restoreVersion?(id: NativeId, version: number, call: Call): Promise<Attachment | null>;

  /**
   * The system's own picture of this version: the smallest one that is large enough for the spec, or else its largest, in the
   * spec's format where it has that. It is not trusted: the reader looks at the bytes, and turns a larger one or one of another
   * format into what was asked. null, without a request where it is known: there is none. PROVIDER_ERROR for one that breaks off or
   * has more bytes than options.maxBytes.
   */
  readRendition?(
    attachment: Attachment,
    spec: RenditionSpec,
    options: PictureOptions,
    call: Call,
  ): Promise<ProviderPicture | null>;
  /** Renditions that somebody uploaded, by name. */
  listUploadedRenditions?(id: NativeId, options: StatOptions, call: Call): Promise<readonly UploadedRendition[]>;
  openUploadedRendition?(id: NativeId, name: string, options: StatOptions, call: Call): Promise<OpenedContent | null>;
  /** Replaces a rendition of the same name. null: no such attachment or version. */
  writeRendition?(id: NativeId, rendition: RenditionUpload, call: Call): Promise<UploadedRendition | null>;
  removeRendition?(id: NativeId, name: string, options: StatOptions, call: Call): Promise<boolean>;

  /** Resolves when the attachment is whole, durable and READY. Rejects with DIGEST_MISMATCH, CONFLICT, NOT_FOUND (container) …; then nothing is visible. */
  write?(upload: Upload, call: Call): Promise<Attachment>;
  /** Adds a version. CONFLICT where ifVersion is not the current one. */
  writeVersion?(id: NativeId, upload: VersionUpload, call: Call): Promise<Attachment | null>;
  /** To the trash, or for good: NOT_SUPPORTED_BY_PROVIDER where there is only a trash. */
  remove?(id: NativeId, options: { readonly permanently: boolean }, call: Call): Promise<boolean>;
  restore?(id: NativeId, call: Call): Promise<Attachment | null>;
  rename?(id: NativeId, filename: string, call: Call): Promise<Attachment | null>;

  /** Another number after every change of what it answers. Only where nobody else can change that. Synchronous. */
  revision?(): number;
  /** Counters of what it runs and holds here. */
  stats?(): Readonly<Record<string, number>>;
  close?(): Promise<void>;
}

/** What the methods alone do not tell. */
export interface ProviderFacts {
  readonly sandbox: boolean;
  /** The id of the container that uploads go to by default; null where there is none. */
  readonly rootContainer: { readonly type: ContainerType; readonly id: NativeId } | null;
  readonly openWithRange: boolean;
  readonly writeMaxBytes: number | null;
  readonly listFilters: readonly ListFilter[];
  readonly listOrders: readonly AttachmentOrder[];
  /** The kinds of picture that readRendition may give. */
  readonly pictures: readonly RenditionSpec['kind'][];
  readonly digests: boolean;
}

export type ProviderPicture =
  | ReadyPicture
  | { readonly state: 'PENDING'; readonly retryAfterSeconds: number }
  /** The system says that it will never have more than an icon for this file. */
  | { readonly state: 'PLACEHOLDER' };

export interface ReadyPicture {
  readonly state: 'READY';
  readonly bytes: Buffer;
  /** px that the system bounds the longest edge to (the width of a page): a picture below it shows all there is. null: unknown. */
  readonly sizeCap: number | null;
}

export type ListFilter = 'container' | 'text' | 'contentTypes' | 'states' | 'modifiedAfter' | 'modifiedBefore';

export const attachmentOrders = ['MODIFIED_DESC', 'MODIFIED_ASC', 'NAME_ASC', 'SIZE_DESC'] as const;
export type AttachmentOrder = (typeof attachmentOrders)[number];

/** Attachments that match all that is given. */
export interface AttachmentQuery {
  /** Directly in this container; anywhere where it is absent. */
  readonly container?: ContainerKey;
  /** Filename contains this, whatever the case. */
  readonly text?: string;
  /** "image/png", or "image/*" for a family; any of them. */
  readonly contentTypes?: readonly string[];
  /** READY where absent. */
  readonly states?: readonly AttachmentState[];
  /** Both exclusive. */
  readonly modifiedAfter?: Date;
  readonly modifiedBefore?: Date;
  readonly orderBy: AttachmentOrder;
}

/** `after` is a cursor that this provider gave out; an unreadable one is BAD_USER_INPUT. */
export interface PageRequest {
  readonly first: number;
  readonly after: string | null;
  /** What will be asked of the items next. A hint: a system that can tell it in the same request does. */
  readonly ahead?: Ahead;
}

export interface Ahead {
  /** Pictures of each attachment, with their bytes or sizes. */
  readonly pictures?: readonly RenditionSpec[];
  /** The attachments directly in each container. */
  readonly attachments?: boolean;
}

/** Cursors are keysets: a page that follows one neither repeats nor misses items that stay, whatever is added meanwhile. */
export interface Page<T> {
  readonly items: readonly Listed<T>[];
  readonly hasNextPage: boolean;
}

export interface Listed<T> {
  readonly item: T;
  readonly cursor: string;
  /** Told along: the system's own small picture of an attachment, as in ReadyPicture; `only` where it has no other. */
  readonly picture?: { readonly bytes: Buffer; readonly sizeCap: number | null; readonly only?: boolean };
  /** Told along: all attachments directly in a container. */
  readonly attachments?: readonly Listed<Attachment>[];
}

export interface StatOptions {
  /** The current one where absent. */
  readonly version?: number;
}

export interface PictureOptions {
  readonly maxBytes: number;
}

export interface OpenOptions extends StatOptions {
  readonly range?: ByteRange;
}

/** Bytes on their way in. The content is read once, to its end or until it is destroyed. */
export interface IncomingContent {
  readonly content: Readable;
  /** From the bytes, not from the client's word. */
  readonly contentType: string;
  /** What the client says the bytes hash to. */
  readonly digest: Digest | null;
}

export type Collision = 'FAIL' | 'RENAME' | 'NEW_VERSION';

export interface Upload extends IncomingContent {
  readonly container: ContainerKey;
  /** A single path segment, at most 255 bytes. */
  readonly filename: string;
  readonly onCollision: Collision;
}

export interface VersionUpload extends IncomingContent {
  readonly ifVersion: number | null;
}

export interface RenditionUpload extends IncomingContent {
  readonly name: string;
  readonly version: number | null;
}

/** null where the provider does not say. */
export interface UploadedRendition {
  readonly name: string;
  readonly version: number;
  readonly contentType: string;
  readonly sizeBytes: number | null;
  readonly digest: Digest | null;
  readonly createdAt: Date | null;
  /** As in Attachment. */
  readonly contentKey: string;
}
