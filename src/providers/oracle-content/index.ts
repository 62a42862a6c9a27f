import type {
  Attachment,
  AttachmentVersion,
  Container,
  ContainerKey,
  ContainerType,
  NativeId,
  OpenedContent,
  ProviderName,
} from '../../attachment.js';
import type { Call, Viewer } from '../../call.js';
import { ContentError } from '../../errors.js';
import { parseFilename } from '../../filename.js';
import type { RenditionSpec } from '../../rendition.js';
import type { AdapterOptions } from '../adapter.js';
import type { Credentials } from '../credentials.js';
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
  type RenditionUpload,
  type StatOptions,
  type Upload,
  type UploadedRendition,
  type VersionUpload,
} from '../provider.js';
import { Rest } from '../rest.js';
import { matchesQuery, toSortedPage } from '../sorted-page.js';
import { homeId, maxListed, OracleContentApi } from './api.js';
import { createCredentials } from './credentials.js';
import { toRefusalError, unless } from './errors.js';
import { folderIdOf, isFolderId, isId, isRenditionName, isVersion } from './ids.js';
import { listFolder, readAccount, readFolder } from './listing.js';
import { homeOf, type Origin, toAttachment, toContainer, toOpenedContent, toUploadedRendition } from './map.js';
import { Pictures } from './pictures.js';
import type { OracleContentSettings } from './settings.js';
import { Uploads } from './uploads.js';
import { toVersionPage } from './versions.js';
import type { WireItem } from './wire.js';

/** Oracle Content Management, by its REST API for Documents 1.2. */
export function createOracleContent(options: AdapterOptions<OracleContentSettings>): Provider {
  return new OracleContent(options);
}

class OracleContent implements Provider {
  readonly name: ProviderName;
  readonly kind = 'ORACLE_CONTENT';
  readonly facts: ProviderFacts;
  readonly #credentials: Credentials;
  readonly #rest: Rest;
  readonly #api: OracleContentApi;
  readonly #pictures: Pictures;
  readonly #uploads: Uploads;
  readonly #origin: Origin;

  constructor({ name, account, sandbox, settings, ca }: AdapterOptions<OracleContentSettings>) {
    this.name = name;
    this.facts = {
      sandbox,
      rootContainer: { type: 'Folder', id: homeId },
      openWithRange: true,
      writeMaxBytes: null,
      listFilters: ['container', 'text', 'contentTypes', 'states', 'modifiedAfter', 'modifiedBefore'],
      listOrders: attachmentOrders,
      pictures: ['thumbnail', 'page'],
      digests: false,
    };
    const { baseUrl, credentials, connections, timeoutSeconds } = settings;
    this.#origin = { provider: name, account };
    this.#credentials = createCredentials(name, credentials, () => this.#rest);
    this.#rest = new Rest({
      provider: name,
      baseUrl,
      credentials: this.#credentials,
      otherHosts: { hosts: [], origins: credentials.mode === 'clientCredentials' ? [new URL(credentials.tokenUrl).origin] : [] },
      connections,
      timeoutMs: timeoutSeconds * 1000,
      toError: (refusal) => toRefusalError(name, refusal),
      ...(ca === undefined ? {} : { ca }),
    });
    this.#api = new OracleContentApi(this.#rest);
    this.#pictures = new Pictures(this.#api);
    this.#uploads = new Uploads(this.#api, this.#origin);
  }

  scope(viewer: Viewer): string {
    return this.#credentials.scope(viewer);
  }

  async stat(id: NativeId, { version }: StatOptions, call: Call): Promise<Attachment | null> {
    if (!isId(id) || !isVersion(version)) return null;
    const file = await unless(['NOT_FOUND'], this.#api.statFile(id, version, call));
    return file && toAttachment(file, this.#origin);
  }

  async open(id: NativeId, { version, range }: OpenOptions, call: Call): Promise<OpenedContent | null> {
    if (!isId(id) || !isVersion(version)) return null;
    const answer = await unless(['NOT_FOUND'], this.#api.openContent(id, version, range, call));
    return answer && toOpenedContent(answer, this.#origin, range);
  }

  async check(call: Call): Promise<void> {
    await this.#api.listItems(homeId, { limit: 1, offset: 0, orderby: 'name:asc' }, call);
  }

  async statMany(ids: readonly NativeId[], call: Call): Promise<readonly (Attachment | null | ContentError)[]> {
    const wanted = [...new Set(ids)].filter(isId);
    const chunks = Array.from({ length: Math.ceil(wanted.length / maxListed) }, (_, chunk) =>
      wanted.slice(chunk * maxListed, (chunk + 1) * maxListed),
    );
    const found = new Map((await Promise.all(chunks.map((chunk) => this.#statChunk(chunk, call)))).flat());
    return ids.map((id) => found.get(id) ?? null);
  }

  /** In one folder as the system orders it, where it can; else what is there is gathered and ordered here. */
  async list(query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>> {
    const { container, orderBy } = query;
    if (!container) return this.#sorted(await readAccount(this.#api, call), query, page);
    const folder = folderIdOf(container, this.#origin);
    if (orderBy === 'SIZE_DESC') return this.#sorted((await readFolder(this.#api, folder, call)).items, query, page);
    const choose = (item: WireItem) => this.#chosen(item, query);
    return listFolder(this.#api, { folder, orderBy, choose }, page, call);
  }

  async statContainer(type: ContainerType, id: NativeId, call: Call): Promise<Container | null> {
    if (type !== 'Folder' || !isFolderId(id)) return null;
    if (id === homeId) return homeOf(this.#origin);
    const folder = await unless(['NOT_FOUND'], this.#api.statFolder(id, call));
    return folder && toContainer(folder, this.#origin);
  }

  /** At the top stands the home folder alone, with what is shared with the account in it. */
  async listContainers(parent: ContainerKey | null, page: PageRequest, call: Call): Promise<Page<Container>> {
    if (!parent) return this.#top(page);
    const choose = (item: WireItem) => (item.type === 'folder' ? toContainer(item, this.#origin) : null);
    return listFolder(this.#api, { folder: folderIdOf(parent, this.#origin), orderBy: 'NAME_ASC', choose }, page, call);
  }

  async createContainer(parent: ContainerKey, name: string, call: Call): Promise<Container> {
    return toContainer(
      await this.#api.createFolder(folderIdOf(parent, this.#origin), parseFilename(name, 'name'), call),
      this.#origin,
    );
  }

  async listVersions(id: NativeId, page: PageRequest, call: Call): Promise<Page<AttachmentVersion>> {
    const files = isId(id) ? await unless(['NOT_FOUND'], this.#api.listVersions(id, call)) : null;
    return toVersionPage(files ?? [], page);
  }

  async restoreVersion(id: NativeId, version: number, call: Call): Promise<Attachment | null> {
    return isId(id) && isVersion(version) ? this.#uploads.restoreVersion(id, version, call) : null;
  }

  async readRendition(
    attachment: Attachment,
    spec: RenditionSpec,
    options: PictureOptions,
    call: Call,
  ): Promise<ProviderPicture | null> {
    return this.#pictures.read(attachment, spec, options, call);
  }

  async listUploadedRenditions(id: NativeId, options: StatOptions, call: Call): Promise<readonly UploadedRendition[]> {
    if (!isId(id) || !isVersion(options.version)) return [];
    const version = options.version ?? (await this.stat(id, {}, call))?.versionNumber ?? null;
    if (version === null) return [];
    const listed = await unless(['NOT_FOUND'], this.#api.listUploadedRenditions(id, version, call));
    const renditions = (listed ?? []).map((rendition) => toUploadedRendition(id, version, rendition, this.#origin));
    return renditions.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async openUploadedRendition(id: NativeId, name: string, { version }: StatOptions, call: Call): Promise<OpenedContent | null> {
    if (!isId(id) || !isVersion(version) || !isRenditionName(name)) return null;
    const answer = await unless(['NOT_FOUND'], this.#api.openUploadedRendition(id, name, version, call));
    return answer && toOpenedContent(answer, this.#origin);
  }

  async writeRendition(id: NativeId, upload: RenditionUpload, call: Call): Promise<UploadedRendition | null> {
    return this.#uploads.writeRendition(id, upload, call);
  }

  async removeRendition(id: NativeId, name: string, { version }: StatOptions, call: Call): Promise<boolean> {
    if (!isId(id) || !isVersion(version) || !isRenditionName(name)) return false;
    return isThere(this.#api.removeRendition(id, name, version, call));
  }

  async write(upload: Upload, call: Call): Promise<Attachment> {
    return this.#uploads.write(upload, call);
  }

  async writeVersion(id: NativeId, upload: VersionUpload, call: Call): Promise<Attachment | null> {
    return this.#uploads.writeVersion(id, upload, call);
  }

  /** To the trash only: it is emptied there, by people. */
  async remove(id: NativeId, { permanently }: { readonly permanently: boolean }, call: Call): Promise<boolean> {
    if (!isId(id)) return false;
    if (!permanently) return isThere(this.#api.trash(id, call));
    if (!(await this.stat(id, {}, call))) return false;
    const message = `${this.name} can only move files to its trash, where they can be deleted for good`;
    throw new ContentError('NOT_SUPPORTED_BY_PROVIDER', message, { provider: this.name });
  }

  async rename(id: NativeId, filename: string, call: Call): Promise<Attachment | null> {
    if (!isId(id)) return null;
    const file = await unless(['NOT_FOUND'], this.#api.rename(id, parseFilename(filename, 'filename'), call));
    return file && toAttachment(file, this.#origin);
  }

  stats(): Readonly<Record<string, number>> {
    return { ...this.#rest.stats(), documentsMakingPages: this.#pictures.making };
  }

  async close(): Promise<void> {
    await this.#rest.close();
  }

  /** Ids that the list leaves out are asked for one by one: that tells what is not there from what is not this account's. */
  async #statChunk(
    ids: readonly NativeId[],
    call: Call,
  ): Promise<readonly (readonly [NativeId, Attachment | null | ContentError])[]> {
    const refusedForOne = ['NOT_FOUND', 'FORBIDDEN'] as const;
    const listed = ids.length > 1 ? await unless(refusedForOne, this.#api.listFiles(ids, call)) : null;
    const found = new Map((listed ?? []).map((file) => [file.id, toAttachment(file, this.#origin)]));
    return Promise.all(ids.map(async (id) => [id, found.get(id) ?? (await this.#statOne(id, call))] as const));
  }

  async #statOne(id: NativeId, call: Call): Promise<Attachment | null | ContentError> {
    return this.stat(id, {}, call).catch((error: unknown) => {
      if (error instanceof ContentError) return error;
      throw error;
    });
  }

  #chosen(item: WireItem, query: AttachmentQuery): Attachment | null {
    const attachment = item.type === 'file' ? toAttachment(item, this.#origin) : null;
    return attachment && matchesQuery(attachment, query) ? attachment : null;
  }

  #sorted(items: readonly WireItem[], query: AttachmentQuery, page: PageRequest): Page<Attachment> {
    const attachments = items.flatMap((item) => this.#chosen(item, query) ?? []);
    return toSortedPage(attachments, query, page);
  }

  #top({ after }: PageRequest): Page<Container> {
    if (after !== null && after !== homeId) throw new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
    return { items: after === null ? [{ item: homeOf(this.#origin), cursor: homeId }] : [], hasNextPage: false };
  }
}

async function isThere(removing: Promise<void>): Promise<boolean> {
  return (
    (await unless(
      ['NOT_FOUND'],
      removing.then(() => true),
    )) ?? false
  );
}
