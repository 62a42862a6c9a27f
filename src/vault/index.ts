import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  Attachment,
  AttachmentVersion,
  Container,
  ContainerKey,
  ContainerType,
  NativeId,
  OpenedContent,
} from '../attachment.js';
import type { Call, Log, Viewer } from '../call.js';
import { ContentError } from '../errors.js';
import { parseFilename } from '../filename.js';
import { KeyedQueue } from '../lib/keyed-queue.js';
import { mapPage } from '../providers/listed.js';
import {
  type AttachmentQuery,
  attachmentOrders,
  type OpenOptions,
  type Page,
  type PageRequest,
  type Provider,
  type ProviderFacts,
  type RenditionUpload,
  type StatOptions,
  type Upload,
  type UploadedRendition,
  type VersionUpload,
} from '../providers/provider.js';
import type { BlobStore } from './blobs/blob-store.js';
import { noContentReason, toAttachment, toContainer } from './map.js';
import { type AttachmentRecord, type MetadataStore, rootFolder } from './metadata/metadata-store.js';
import { openSqliteMetadataStore } from './metadata/sqlite.js';
import type { VaultSettings } from './settings.js';
import { Sweep } from './sweep.js';
import { Uploads } from './uploads.js';

export interface VaultOptions {
  /** Exists; nobody else uses its vault.db while the vault is open. */
  readonly directory: string;
  readonly blobs: BlobStore;
  readonly settings: VaultSettings;
  readonly log: Log;
  /** Told of each attachment that changed or went, after the change. */
  readonly onChange?: (id: NativeId) => void;
}

const databaseName = 'vault.db';

/** Whether a vault was ever opened in the directory. */
export function vaultExists(directory: string): Promise<boolean> {
  return access(join(directory, databaseName)).then(
    () => true,
    () => false,
  );
}

/** The built-in store of attachments. Ready to use when it resolves: what a crash left behind is swept then. */
export async function openVault({ directory, blobs, settings, log, onChange }: VaultOptions): Promise<Provider> {
  const metadata = openSqliteMetadataStore(join(directory, databaseName));
  const digests = new KeyedQueue();
  const sweep = new Sweep({ metadata, blobs, digests, log });
  await sweep.atStart().catch(async (error: unknown) => {
    await metadata.close();
    throw error;
  });
  const uploads = new Uploads({ metadata, blobs, digests, log, sweep, maxBytes: settings.maxUploadBytes });
  return new Vault({ metadata, blobs, uploads, sweep, settings, onChange: onChange ?? (() => {}) });
}

interface VaultParts {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly uploads: Uploads;
  readonly sweep: Sweep;
  readonly settings: VaultSettings;
  readonly onChange: (id: NativeId) => void;
}

const nameOfRendition = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

class Vault implements Provider {
  readonly name = 'vault';
  readonly kind = 'VAULT';
  readonly facts: ProviderFacts;
  readonly #parts: VaultParts;

  constructor(parts: VaultParts) {
    this.#parts = parts;
    this.facts = {
      sandbox: false,
      rootContainer: { type: 'Folder', id: rootFolder },
      openWithRange: true,
      writeMaxBytes: parts.settings.maxUploadBytes,
      listFilters: ['container', 'text', 'contentTypes', 'states', 'modifiedAfter', 'modifiedBefore'],
      listOrders: attachmentOrders,
      pictures: [],
      digests: true,
    };
  }

  scope(viewer: Viewer): string {
    return viewer.scope;
  }

  async stat(id: NativeId, { version }: StatOptions, call: Call): Promise<Attachment | null> {
    call.signal.throwIfAborted();
    return this.#toAttachment(await this.#parts.metadata.stat(id, version));
  }

  /** Always the whole file: the reader applies the range. */
  async open(id: NativeId, { version }: OpenOptions, call: Call): Promise<OpenedContent | null> {
    call.signal.throwIfAborted();
    const record = await this.#parts.metadata.stat(id, version);
    if (!record) return null;
    if (!record.bytes) throw new ContentError('CONFLICT', noContentReason(record));
    return this.#openBlob(record.bytes.digest, record.contentType);
  }

  async check(call: Call): Promise<void> {
    call.signal.throwIfAborted();
    await this.#parts.metadata.check();
  }

  async statMany(ids: readonly NativeId[], call: Call): Promise<readonly (Attachment | null)[]> {
    call.signal.throwIfAborted();
    const records = await this.#parts.metadata.statMany(ids);
    return records.map((record) => this.#toAttachment(record));
  }

  async list(query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>> {
    call.signal.throwIfAborted();
    const found = await this.#parts.metadata.list(query, page, call.signal);
    if (found.items.length === 0 && query.container) await this.#assertFolder(query.container);
    return mapPage(found, (record) => toAttachment(this.name, record));
  }

  async count(query: AttachmentQuery, call: Call): Promise<number | null> {
    call.signal.throwIfAborted();
    return this.#parts.metadata.count(query, call.signal);
  }

  async statContainer(type: ContainerType, id: NativeId, call: Call): Promise<Container | null> {
    call.signal.throwIfAborted();
    const folder = type === 'Folder' ? await this.#parts.metadata.statFolder(id) : null;
    return folder && toContainer(this.name, folder);
  }

  /** At the top stands the root folder alone. */
  async listContainers(parent: ContainerKey | null, page: PageRequest, call: Call): Promise<Page<Container>> {
    call.signal.throwIfAborted();
    const found = await this.#parts.metadata.listFolders(parent?.id ?? null, page);
    if (found.items.length === 0 && parent) await this.#assertFolder(parent);
    return mapPage(found, (folder) => toContainer(this.name, folder));
  }

  async createContainer(parent: ContainerKey, name: string, call: Call): Promise<Container> {
    call.signal.throwIfAborted();
    const folder = await this.#parts.metadata.createFolder(parent.id, parseFilename(name, 'name'));
    if (!folder) throw noSuchFolder();
    return toContainer(this.name, folder);
  }

  async listVersions(id: NativeId, page: PageRequest, call: Call): Promise<Page<AttachmentVersion>> {
    call.signal.throwIfAborted();
    return this.#parts.metadata.listVersions(id, page);
  }

  async restoreVersion(id: NativeId, version: number, call: Call): Promise<Attachment | null> {
    call.signal.throwIfAborted();
    return this.#changed(await this.#parts.metadata.restoreVersion(id, version));
  }

  async listUploadedRenditions(id: NativeId, { version }: StatOptions, call: Call): Promise<readonly UploadedRendition[]> {
    call.signal.throwIfAborted();
    return this.#parts.metadata.listRenditions(id, version);
  }

  async openUploadedRendition(id: NativeId, name: string, { version }: StatOptions, call: Call): Promise<OpenedContent | null> {
    call.signal.throwIfAborted();
    const rendition = await this.#parts.metadata.statRendition(id, name, version);
    return rendition && this.#openBlob(rendition.digest.hex, rendition.contentType);
  }

  async writeRendition(id: NativeId, upload: RenditionUpload, call: Call): Promise<UploadedRendition | null> {
    if (!nameOfRendition.test(upload.name)) throw badRenditionName();
    const { name, version, contentType } = upload;
    const target = { kind: 'rendition', attachment: id, name, version, contentType } as const;
    const rendition = await this.#parts.uploads.storeRendition(target, upload, call);
    if (rendition) await this.#freed(id);
    return rendition;
  }

  async removeRendition(id: NativeId, name: string, { version }: StatOptions, call: Call): Promise<boolean> {
    call.signal.throwIfAborted();
    const removed = await this.#parts.metadata.removeRendition(id, name, version);
    if (removed) await this.#freed(id);
    return removed;
  }

  async write(upload: Upload, call: Call): Promise<Attachment> {
    const { onCollision, contentType } = upload;
    const filename = parseFilename(upload.filename, 'filename');
    const target = { kind: 'attachment', folder: upload.container.id, filename, onCollision, contentType } as const;
    const written = this.#changed(await this.#parts.uploads.storeAttachment(target, upload, call));
    if (!written) throw noSuchFolder();
    return written;
  }

  async writeVersion(id: NativeId, upload: VersionUpload, call: Call): Promise<Attachment | null> {
    const { ifVersion, contentType } = upload;
    const target = { kind: 'version', attachment: id, ifVersion, contentType } as const;
    return this.#changed(await this.#parts.uploads.storeAttachment(target, upload, call));
  }

  async remove(id: NativeId, { permanently }: { readonly permanently: boolean }, call: Call): Promise<boolean> {
    call.signal.throwIfAborted();
    const { metadata } = this.#parts;
    const removed = permanently ? await metadata.remove(id) : await metadata.trash(id);
    if (removed) await this.#freed(id);
    return removed;
  }

  async restore(id: NativeId, call: Call): Promise<Attachment | null> {
    call.signal.throwIfAborted();
    return this.#changed(await this.#parts.metadata.restore(id));
  }

  async rename(id: NativeId, filename: string, call: Call): Promise<Attachment | null> {
    call.signal.throwIfAborted();
    return this.#changed(await this.#parts.metadata.rename(id, parseFilename(filename, 'filename')));
  }

  revision(): number {
    return this.#parts.metadata.revision();
  }

  stats(): Readonly<Record<string, number>> {
    return this.#parts.blobs.stats();
  }

  async close(): Promise<void> {
    await this.#parts.blobs.close();
    await this.#parts.metadata.close();
  }

  async #assertFolder({ type, id }: ContainerKey): Promise<void> {
    if (type !== 'Folder' || !(await this.#parts.metadata.statFolder(id))) throw noSuchFolder();
  }

  async #openBlob(digest: string, contentType: string): Promise<OpenedContent> {
    const blob = await this.#parts.blobs.locate(digest);
    if (!blob) throw new ContentError('PROVIDER_ERROR', 'The vault has lost the bytes of this attachment');
    return { contentType, sizeBytes: blob.sizeBytes, range: null, body: { path: blob.path } };
  }

  #toAttachment(record: AttachmentRecord | null): Attachment | null {
    return record && toAttachment(this.name, record);
  }

  #changed(record: AttachmentRecord | null): Attachment | null {
    if (record) this.#parts.onChange(record.id);
    return this.#toAttachment(record);
  }

  /** After a change that may have left bytes without a name. */
  async #freed(id: NativeId): Promise<void> {
    await this.#parts.sweep.collectGarbage();
    this.#parts.onChange(id);
  }
}

function noSuchFolder(): ContentError {
  return new ContentError('NOT_FOUND', 'There is no such folder in the vault');
}

function badRenditionName(): ContentError {
  return new ContentError('BAD_USER_INPUT', 'name must be 1 to 100 of the characters A-Z, a-z, 0-9, ".", "_" and "-"');
}
