import type { Readable } from 'node:stream';
import type { ByteRange } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { AdapterOptions } from '../adapter.js';
import type { Credentials } from '../credentials.js';
import { toMultipart } from '../multipart.js';
import { retryAfterOf } from '../refusal.js';
import { Rest, type RestAnswer, type RestOptions, type RestRequest, type WholeAnswer } from '../rest.js';
import { toCredentials } from './credentials.js';
import { toBoxError, tokenPath } from './errors.js';
import { readJson } from './read-json.js';
import type { BoxSettings, ClientCredentialsSettings } from './settings.js';
import * as wire from './wire.js';

export interface ItemsRequest {
  readonly offset: number;
  readonly limit: number;
  readonly sort?: 'date' | 'size';
  readonly direction?: 'ASC' | 'DESC';
}

export interface SearchRequest {
  readonly query: string;
  readonly trash: 'non_trashed_only' | 'trashed_only' | 'all_items';
  /** "from,to" as times; either may be missing. */
  readonly updatedAt: string | null;
  readonly sort: 'modified_at' | 'relevance';
  readonly direction: 'ASC' | 'DESC';
  readonly offset: number;
}

/** Where bytes go: a new file of a folder, or a new version of a file that nobody has changed since. */
export type UploadTarget =
  | { readonly filename: string; readonly folderId: string }
  | { readonly filename: string; readonly fileId: string; readonly etag: string | null };

export interface SizedContent {
  readonly content: Readable;
  readonly sizeBytes: number;
}

/** As much as a search gives at once. */
const searchLimit = 200;
const versionsLimit = 1_000;

/** The calls of Box's content API, one method each. Ids are checked by the caller. */
export class BoxApi {
  readonly #rest: Rest;
  /** Box takes uploads at an address of their own, with the same credentials. */
  readonly #uploads: Rest;
  readonly #credentials: Credentials;
  readonly #provider: string;

  constructor({ name, settings, ca }: AdapterOptions<BoxSettings>) {
    this.#provider = name;
    this.#credentials = toCredentials(name, settings, (wanted, call) => this.#requestToken(wanted, call));
    const options: Omit<RestOptions, 'baseUrl'> = {
      provider: name,
      credentials: this.#credentials,
      otherHosts: { hosts: settings.downloadHosts, origins: [] },
      connections: settings.connections,
      timeoutMs: settings.timeoutSeconds * 1_000,
      toError: (refusal) => toBoxError(name, refusal),
      ...(ca ? { ca } : {}),
    };
    this.#rest = new Rest({ ...options, baseUrl: settings.baseUrl });
    this.#uploads = new Rest({ ...options, baseUrl: settings.uploadUrl });
  }

  scope: Credentials['scope'] = (viewer) => this.#credentials.scope(viewer);

  /** https://developer.box.com/reference/get-users-me/ */
  async checkToken(call: Call): Promise<void> {
    await this.#rest.done({ url: '/2.0/users/me?fields=id' }, call);
  }

  /** https://developer.box.com/reference/get-files-id/ */
  statFile(id: string, call: Call): Promise<wire.BoxFile> {
    return this.#rest.json(wire.fileSchema, { url: `/2.0/files/${id}?fields=${wire.fileFields}` }, call);
  }

  /** Hints as in "[png?dimensions=1024x1024]". https://developer.box.com/guides/representations/request-a-representation/ */
  listRepresentations(id: string, hints: string, call: Call) {
    const url = `/2.0/files/${id}?fields=file_version,representations`;
    return this.#rest.json(wire.representedFileSchema, { url, headers: { 'x-rep-hints': hints } }, call);
  }

  /** Starts the making of one that is not made yet. */
  statRepresentation({ info }: wire.Representation, call: Call): Promise<wire.Representation> {
    return this.#rest.json(wire.representationSchema, { url: info.url }, call);
  }

  /** 200 or 202. The one call whose answer comes from a download host and wants the token all the same: the host must be an allowed one. */
  async readRepresentation({ content }: wire.Representation, path: string, maxBytes: number, call: Call): Promise<WholeAnswer> {
    const url = content.url_template.replace('{+asset_path}', path);
    return this.#readPicture({ url, headers: await this.#credentials.authorize(call) }, maxBytes, call);
  }

  /** 200, 202 or 302. https://developer.box.com/reference/get-files-id-thumbnail-id/ */
  readThumbnail(
    id: string,
    { extension, size }: { readonly extension: 'jpg' | 'png'; readonly size: number },
    maxBytes: number,
    call: Call,
  ): Promise<WholeAnswer> {
    const bounds = `min_width=${size}&min_height=${size}&max_width=${size}&max_height=${size}`;
    return this.#readPicture({ url: `/2.0/files/${id}/thumbnail.${extension}?${bounds}`, expected: [302] }, maxBytes, call);
  }

  /** Follows the redirect to the download without a credential. https://developer.box.com/reference/get-files-id-content/ */
  async openContent(id: string, versionId: string | null, range: ByteRange | null, call: Call): Promise<RestAnswer> {
    const query = versionId === null ? '' : `?version=${versionId}`;
    const headers = range ? { range: `bytes=${range.start}-${range.end}` } : {};
    const answer = await this.#rest.done({ url: `/2.0/files/${id}/content${query}`, headers, expected: [302] }, call);
    const location = answer.headers.get('location');
    if (answer.status === 202) throw this.#notReady(retryAfterOf(answer.headers));
    if (answer.status !== 302 || location === null || !isWebAddress(location)) throw this.#unexpected(answer.status);
    const content = await this.#rest.send({ url: location, headers, anonymous: true }, call);
    if (content.status !== 202) return content;
    content.body.destroy();
    throw this.#notReady(retryAfterOf(content.headers));
  }

  /** https://developer.box.com/reference/get-folders-id-items/ */
  listItems(folderId: string, { offset, limit, sort, direction = 'ASC' }: ItemsRequest, call: Call): Promise<wire.ItemsPage> {
    const order = sort ? `&sort=${sort}&direction=${direction}` : '';
    const url = `/2.0/folders/${folderId}/items?fields=${wire.fileFields}&limit=${limit}&offset=${offset}${order}`;
    return this.#rest.json(wire.itemsSchema, { url }, call);
  }

  /** The same without what files are. */
  listFolders(folderId: string, { offset, limit }: ItemsRequest, call: Call) {
    const url = `/2.0/folders/${folderId}/items?fields=${wire.folderFields}&limit=${limit}&offset=${offset}`;
    return this.#rest.json(wire.foldersSchema, { url }, call);
  }

  /** https://developer.box.com/reference/get-folders-trash-items/ */
  listTrash({ offset, limit }: ItemsRequest, call: Call): Promise<wire.ItemsPage> {
    const url = `/2.0/folders/trash/items?fields=${wire.fileFields}&limit=${limit}&offset=${offset}`;
    return this.#rest.json(wire.itemsSchema, { url }, call);
  }

  /** Files by words of their names. https://developer.box.com/reference/get-search/ */
  search({ query, trash, updatedAt, sort, direction, offset }: SearchRequest, call: Call): Promise<wire.ItemsPage> {
    const parameters = new URLSearchParams({
      query,
      type: 'file',
      content_types: 'name',
      trash_content: trash,
      ...(updatedAt === null ? {} : { updated_at_range: updatedAt }),
      sort,
      direction,
      limit: `${searchLimit}`,
      offset: `${offset}`,
      fields: wire.fileFields,
    });
    return this.#rest.json(wire.itemsSchema, { url: `/2.0/search?${parameters}` }, call);
  }

  /** https://developer.box.com/reference/get-folders-id/ */
  statFolder(id: string, call: Call): Promise<wire.BoxFolder> {
    return this.#rest.json(wire.folderSchema, { url: `/2.0/folders/${id}?fields=${wire.folderFields}` }, call);
  }

  /** https://developer.box.com/reference/post-folders/ */
  createFolder(parentId: string, name: string, call: Call): Promise<wire.BoxFolder> {
    const url = `/2.0/folders?fields=${wire.folderFields}`;
    return this.#rest.json(wire.folderSchema, { method: 'POST', url, ...jsonBody({ name, parent: { id: parentId } }) }, call);
  }

  /** Past versions, newest first. https://developer.box.com/reference/get-files-id-versions/ */
  listVersions(id: string, offset: number, call: Call) {
    const url = `/2.0/files/${id}/versions?fields=${wire.versionFields}&limit=${versionsLimit}&offset=${offset}`;
    return this.#rest.json(wire.versionsSchema, { url }, call);
  }

  /** https://developer.box.com/reference/post-files-id-versions-current/ */
  async promoteVersion(id: string, versionId: string, call: Call): Promise<void> {
    const body = jsonBody({ type: 'file_version', id: versionId });
    await this.#rest.done({ method: 'POST', url: `/2.0/files/${id}/versions/current`, ...body }, call);
  }

  /** https://developer.box.com/reference/put-files-id/ */
  renameFile(id: string, name: string, call: Call): Promise<wire.BoxFile> {
    const url = `/2.0/files/${id}?fields=${wire.fileFields}`;
    return this.#rest.json(wire.fileSchema, { method: 'PUT', url, ...jsonBody({ name }) }, call);
  }

  /** To the trash. https://developer.box.com/reference/delete-files-id/ */
  async trashFile(id: string, call: Call): Promise<void> {
    await this.#rest.done({ method: 'DELETE', url: `/2.0/files/${id}` }, call);
  }

  /** Out of the trash, for good. https://developer.box.com/reference/delete-files-id-trash/ */
  async purgeFile(id: string, call: Call): Promise<void> {
    await this.#rest.done({ method: 'DELETE', url: `/2.0/files/${id}/trash` }, call);
  }

  /** https://developer.box.com/reference/post-files-id/ */
  restoreFile(id: string, call: Call): Promise<wire.BoxFile> {
    const url = `/2.0/files/${id}?fields=${wire.fileFields}`;
    return this.#rest.json(wire.fileSchema, { method: 'POST', url, ...jsonBody({}) }, call);
  }

  /** What has this name already; null where it is free. https://developer.box.com/reference/options-files-content/ */
  async checkUpload(name: string, folderId: string, call: Call): Promise<wire.NameConflict | null> {
    const request = {
      method: 'OPTIONS',
      url: '/2.0/files/content',
      expected: [409],
      ...jsonBody({ name, parent: { id: folderId } }),
    } as const;
    const { status, headers, body } = await this.#rest.send(request, call);
    const answer: unknown = await readJson(body);
    if (status !== 409) return null;
    const conflict = wire.conflictSchema.safeParse(answer);
    if (conflict.success) return conflict.data;
    throw toBoxError(this.#provider, { request, status, headers, body: answer });
  }

  /** https://developer.box.com/reference/post-files-content/ and …/post-files-id-content/ */
  upload(target: UploadTarget, { content, sizeBytes }: SizedContent, sha1: string, call: Call): Promise<wire.BoxFile> {
    const isNew = 'folderId' in target;
    const attributes = { name: target.filename, ...(isNew ? { parent: { id: target.folderId } } : {}) };
    const form = toMultipart([
      { name: 'attributes', value: JSON.stringify(attributes), contentType: 'application/json' },
      { name: 'file', filename: target.filename, contentType: 'application/octet-stream', content, sizeBytes },
    ]);
    const headers = {
      'content-type': form.contentType,
      ...(form.sizeBytes === null ? {} : { 'content-length': `${form.sizeBytes}` }),
      // Despite its name: the SHA-1 in hex.
      'content-md5': sha1,
      ...ifMatch(target),
    };
    const url = `/2.0/files${isNew ? '' : `/${target.fileId}`}/content?fields=${wire.fileFields}`;
    return this.#uploads.json(wire.uploadedSchema, { method: 'POST', url, headers, body: form.body }, call);
  }

  /** https://developer.box.com/reference/post-files-upload-sessions/ and …/post-files-id-upload-sessions/ */
  createSession(target: UploadTarget, sizeBytes: number, call: Call): Promise<wire.UploadSession> {
    const file = { file_name: target.filename, file_size: sizeBytes };
    const [path, place] = 'folderId' in target ? ['', { folder_id: target.folderId }] : [`/${target.fileId}`, {}];
    const url = `/2.0/files${path}/upload_sessions`;
    return this.#uploads.json(wire.sessionSchema, { method: 'POST', url, ...jsonBody({ ...file, ...place }) }, call);
  }

  /** range: "0-8388607/20971525"; sha1 in base64. https://developer.box.com/reference/put-files-upload-sessions-id/ */
  async uploadPart(id: string, { content, sizeBytes }: SizedContent, range: string, sha1: string, call: Call) {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': `${sizeBytes}`,
      'content-range': `bytes ${range}`,
      digest: `sha=${sha1}`,
    };
    const request = { method: 'PUT', url: `/2.0/files/upload_sessions/${id}`, headers, body: content } as const;
    return (await this.#uploads.json(wire.partSchema, request, call)).part;
  }

  /** The file, or after how many seconds to ask again. https://developer.box.com/reference/post-files-upload-sessions-id-commit/ */
  async commitSession(id: string, target: UploadTarget, parts: readonly wire.UploadedPart[], sha1: string, call: Call) {
    const { headers, body } = jsonBody({ parts });
    const url = `/2.0/files/upload_sessions/${id}/commit?fields=${wire.fileFields}`;
    const all = { ...headers, digest: `sha=${sha1}`, ...ifMatch(target) };
    const answer = await this.#uploads.send({ method: 'POST', url, headers: all, body }, call);
    const committed = wire.uploadedSchema.safeParse(await readJson(answer.body));
    if (committed.success) return committed.data;
    if (answer.status === 202) return { retryAfterSeconds: retryAfterOf(answer.headers) ?? 1 };
    throw this.#unexpected(answer.status);
  }

  /** https://developer.box.com/reference/delete-files-upload-sessions-id/ */
  async abortSession(id: string, call: Call): Promise<void> {
    await this.#uploads.done({ method: 'DELETE', url: `/2.0/files/upload_sessions/${id}` }, call);
  }

  stats(): Readonly<Record<string, number>> {
    const uploads = Object.entries(this.#uploads.stats());
    return { ...this.#rest.stats(), ...Object.fromEntries(uploads.map(([name, count]) => [`upload_${name}`, count])) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#rest.close(), this.#uploads.close()]);
  }

  /** https://developer.box.com/reference/post-oauth2-token/ */
  #requestToken({ clientId, clientSecret, subjectType, subjectId }: ClientCredentialsSettings, call: Call) {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      box_subject_type: subjectType,
      box_subject_id: subjectId,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = { method: 'POST', url: tokenPath, headers, body: `${form}`, anonymous: true } as const;
    return this.#rest.json(wire.tokenSchema, request, call);
  }

  async #readPicture(request: RestRequest, maxBytes: number, call: Call): Promise<WholeAnswer> {
    const answer = await this.#rest.whole(request, maxBytes, call);
    if ([200, 202, 302].includes(answer.status)) return answer;
    throw this.#unexpected(answer.status);
  }

  #notReady(retryAfterSeconds: number | null): ContentError {
    return new ContentError('PROVIDER_UNAVAILABLE', `${this.#provider} does not have the content of this file ready yet`, {
      provider: this.#provider,
      upstreamStatus: 202,
      retryAfterSeconds: retryAfterSeconds ?? 1,
      retryable: true,
    });
  }

  #unexpected(status: number): ContentError {
    const details = { provider: this.#provider, upstreamStatus: status };
    return new ContentError('PROVIDER_ERROR', `${this.#provider} answered in a form that is not its own`, details);
  }
}

function isWebAddress(location: string): boolean {
  return URL.canParse(location) && /^https?:/i.test(location);
}

function jsonBody(value: unknown) {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function ifMatch(target: UploadTarget): Readonly<Record<string, string>> {
  return 'etag' in target && target.etag !== null ? { 'if-match': target.etag } : {};
}
