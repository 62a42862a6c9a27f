import { tmpdir } from 'node:os';
import { LRUCache } from 'lru-cache';
import type {
  Attachment,
  AttachmentVersion,
  Container,
  ContainerKey,
  ContainerType,
  NativeId,
  OpenedContent,
} from '../../attachment.js';
import type { Call, Viewer } from '../../call.js';
import { ContentError } from '../../errors.js';
import { parseFilename } from '../../filename.js';
import type { RenditionSpec } from '../../rendition.js';
import type { AdapterOptions } from '../adapter.js';
import {
  type AttachmentQuery,
  attachmentOrders,
  type OpenOptions,
  type Page,
  type PageRequest,
  type PictureOptions,
  type Provider,
  type ProviderFacts,
  type ProviderPicture,
  type StatOptions,
  type Upload,
  type VersionUpload,
} from '../provider.js';
import { toNamedPage } from '../sorted-page.js';
import { BoxApi } from './api.js';
import { openedOf } from './content.js';
import { gatherFolders, listAttachments, noSuchFolder } from './listing.js';
import {
  isFolderKey,
  isItemId,
  isThere,
  type Naming,
  rootFolder,
  toAttachment,
  toContainer,
  toPastAttachment,
  versionIdOf,
} from './map.js';
import { choosePicture, readRepresentation, readThumbnail } from './pictures.js';
import type { BoxSettings } from './settings.js';
import { chooseTarget, Uploads } from './uploads.js';
import { findVersion, listVersions } from './versions.js';
import type { BoxFile } from './wire.js';

export { type BoxSettings, boxSettings } from './settings.js';

/** One Box account. https://developer.box.com/reference/ */
export function createBox(options: AdapterOptions<BoxSettings>): Provider {
  return new Box(options);
}

interface Seen {
  readonly versionId: string;
  readonly number: number | null;
}

const maxSeen = 20_000;

class Box implements Provider {
  readonly name: string;
  readonly kind = 'BOX';
  readonly facts: ProviderFacts;
  readonly #naming: Naming;
  readonly #api: BoxApi;
  readonly #uploads: Uploads;
  /** The current version of files when they were last told. A version's id names the same bytes for ever: it saves asking for it. */
  readonly #seen = new LRUCache<NativeId, Seen>({ max: maxSeen });

  constructor(options: AdapterOptions<BoxSettings>) {
    const { name, account, sandbox, settings } = options;
    const { maxUploadBytes: maxBytes, spoolDirectory = tmpdir() } = settings;
    this.name = name;
    this.#naming = { name, account };
    this.#api = new BoxApi(options);
    this.#uploads = new Uploads(this.#api, { maxBytes, spoolDirectory });
    this.facts = {
      sandbox,
      rootContainer: rootFolder,
      openWithRange: true,
      writeMaxBytes: maxBytes,
      listFilters: ['container', 'text', 'contentTypes', 'states', 'modifiedAfter', 'modifiedBefore'],
      listOrders: attachmentOrders,
      pictures: ['thumbnail', 'page'],
      digests: true,
    };
  }

  scope(viewer: Viewer): string {
    return this.#api.scope(viewer);
  }

  async stat(id: NativeId, { version }: StatOptions, call: Call): Promise<Attachment | null> {
    const file = await this.#statFile(id, call);
    if (!file) return null;
    if (version === undefined || version === file.version_number) return this.#toAttachment(file);
    const past = await findVersion(this.#api, id, version, call);
    return past && toPastAttachment(this.#naming, file, past);
  }

  async open(id: NativeId, { version, range }: OpenOptions, call: Call): Promise<OpenedContent | null> {
    call.signal.throwIfAborted();
    if (!isItemId(id)) return null;
    const versionId = version === undefined ? null : await this.#versionId(id, version, call);
    if (version !== undefined && versionId === null) return null;
    const answer = await orNull(this.#api.openContent(id, versionId, range ?? null, call));
    return answer && openedOf(answer, range ?? null);
  }

  async check(call: Call): Promise<void> {
    await this.#api.checkToken(call);
  }

  async list(query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>> {
    const toAttachment = (file: BoxFile) => this.#toAttachment(file);
    return listAttachments({ api: this.#api, toAttachment }, query, page, call);
  }

  async statContainer(type: ContainerType, id: NativeId, call: Call): Promise<Container | null> {
    call.signal.throwIfAborted();
    const folder = isFolderKey({ type, id }) ? await orNull(this.#api.statFolder(id, call)) : null;
    return folder && toContainer(this.name, folder);
  }

  /** At the top stands the root folder alone. */
  async listContainers(parent: ContainerKey | null, page: PageRequest, call: Call): Promise<Page<Container>> {
    if (parent && !isFolderKey(parent)) throw noSuchFolder();
    const folders = parent
      ? await gatherFolders({ api: this.#api }, parent.id, call)
      : [await this.#api.statFolder(rootFolder.id, call)];
    return toNamedPage(
      folders.map((folder) => toContainer(this.name, folder)),
      page,
    );
  }

  async createContainer(parent: ContainerKey, name: string, call: Call): Promise<Container> {
    if (!isFolderKey(parent)) throw noSuchFolder();
    return toContainer(this.name, await this.#api.createFolder(parent.id, parseFilename(name, 'name'), call));
  }

  async listVersions(id: NativeId, page: PageRequest, call: Call): Promise<Page<AttachmentVersion>> {
    const file = await this.#statFile(id, call);
    return file ? listVersions(this.#api, file, page, call) : { items: [], hasNextPage: false };
  }

  async restoreVersion(id: NativeId, version: number, call: Call): Promise<Attachment | null> {
    const versionId = isItemId(id) ? await this.#versionId(id, version, call) : null;
    if (versionId === null) return null;
    await this.#api.promoteVersion(id, versionId, call);
    return this.stat(id, {}, call);
  }

  async readRendition(
    attachment: Attachment,
    spec: RenditionSpec,
    { maxBytes }: PictureOptions,
    call: Call,
  ): Promise<ProviderPicture | null> {
    const source = attachment.state === 'READY' ? choosePicture(spec, attachment.contentType) : null;
    if (!source) return null;
    const versionId = versionIdOf(this.#naming, attachment);
    const reading = { api: this.#api, maxBytes, call };
    if (source.kind === 'representation') return readRepresentation(reading, attachment, versionId, source);
    const isCurrent = await this.#isCurrent(attachment.id, versionId, call);
    return isCurrent ? readThumbnail(reading, attachment.id, source) : null;
  }

  async write(upload: Upload, call: Call): Promise<Attachment> {
    const { container, onCollision } = upload;
    const written = await this.#uploads.send(upload, call, async () => {
      if (!isFolderKey(container)) throw noSuchFolder();
      const filename = parseFilename(upload.filename, 'filename');
      return chooseTarget(this.#api, { folderId: container.id, filename, onCollision }, call);
    });
    if (!written) throw noSuchFolder();
    return this.#toAttachment(written);
  }

  async writeVersion(id: NativeId, upload: VersionUpload, call: Call): Promise<Attachment | null> {
    const written = await this.#uploads.send(upload, call, async () => {
      const file = await this.#statFile(id, call);
      if (file && upload.ifVersion !== null && upload.ifVersion !== file.version_number) throw notCurrent(upload.ifVersion);
      return file && { filename: file.name, fileId: id, etag: file.etag ?? null };
    });
    return written && this.#toAttachment(written);
  }

  /** Where the enterprise has no trash, the first request deletes for good. */
  async remove(id: NativeId, { permanently }: { readonly permanently: boolean }, call: Call): Promise<boolean> {
    if (!isItemId(id)) return false;
    const trashed = await isDone(this.#api.trashFile(id, call));
    return (permanently && (await isDone(this.#api.purgeFile(id, call)))) || trashed;
  }

  async restore(id: NativeId, call: Call): Promise<Attachment | null> {
    const file = isItemId(id) ? await orNull(this.#api.restoreFile(id, call)) : null;
    return file && this.#toAttachment(file);
  }

  async rename(id: NativeId, filename: string, call: Call): Promise<Attachment | null> {
    const name = parseFilename(filename, 'filename');
    const file = isItemId(id) ? await orNull(this.#api.renameFile(id, name, call)) : null;
    return file && this.#toAttachment(file);
  }

  stats(): Readonly<Record<string, number>> {
    return { ...this.#api.stats(), versionsKnown: this.#seen.size };
  }

  async close(): Promise<void> {
    await this.#api.close();
  }

  async #statFile(id: NativeId, call: Call): Promise<BoxFile | null> {
    call.signal.throwIfAborted();
    const file = isItemId(id) ? await orNull(this.#api.statFile(id, call)) : null;
    if (!file || !isThere(file)) return null;
    this.#note(file);
    return file;
  }

  /** Another version than the one last seen here may have come meanwhile, told by somebody else. */
  async #isCurrent(id: NativeId, versionId: string, call: Call): Promise<boolean> {
    if (this.#seen.get(id)?.versionId === versionId) return true;
    return (await this.#statFile(id, call))?.file_version.id === versionId;
  }

  async #versionId(id: NativeId, number: number, call: Call): Promise<string | null> {
    const seen = this.#seen.get(id);
    if (seen?.number === number) return seen.versionId;
    const file = await this.#statFile(id, call);
    if (!file) return null;
    if (file.version_number === number) return file.file_version.id;
    return (await findVersion(this.#api, id, number, call))?.id ?? null;
  }

  #toAttachment(file: BoxFile): Attachment {
    this.#note(file);
    return toAttachment(this.#naming, file);
  }

  #note({ id, file_version: { id: versionId }, version_number: number }: BoxFile): void {
    this.#seen.set(id, { versionId, number: number ?? null });
  }
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof ContentError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
}

async function isDone(work: Promise<void>): Promise<boolean> {
  return (await orNull(work.then(() => true))) ?? false;
}

function notCurrent(version: number): ContentError {
  return new ContentError('CONFLICT', `Version ${version} is not the current one`);
}
