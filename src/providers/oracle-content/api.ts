import type { Readable } from 'node:stream';
import type { ByteRange, NativeId } from '../../attachment.js';
import type { Call } from '../../call.js';
import { type Part, toMultipart } from '../multipart.js';
import type { Rest, RestAnswer } from '../rest.js';
import {
  fileSchema,
  filesSchema,
  folderSchema,
  itemsSchema,
  pagesSchema,
  renditionsSchema,
  successSchema,
  type WireFile,
  type WireFolder,
  type WireItems,
  type WireRendition,
} from './wire.js';

/** The folder that the account's own things are in. */
export const homeId = 'self';

export type ImageKind = 'thumbnailImage' | 'smallImage' | 'mediumImage' | 'largeImage';

export interface ItemsRequest {
  readonly limit: number;
  readonly offset: number;
  readonly orderby: `${'name' | 'modifiedTime'}:${'asc' | 'desc'}`;
  /** Only what has this very name, whatever the case. */
  readonly filterName?: string;
}

/** A file on its way in. */
export interface Sent {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Readable;
}

export interface PageOptions {
  /** A picture that has more is refused. */
  readonly maxBytes: number;
  /** The current one where absent. */
  readonly version?: number;
}

export interface ImageOptions extends PageOptions {
  readonly format: 'jpeg' | 'webp';
}

/** Most ids that files/lists takes. */
export const maxListed = 100;

/**
 * The calls of the REST API for Documents 1.2 that the adapter makes. Ids are checked by the caller.
 * @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/
 */
export class OracleContentApi {
  constructor(private readonly rest: Rest) {}

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-get.html */
  statFile(id: NativeId, version: number | undefined, call: Call): Promise<WireFile> {
    return this.rest.json(fileSchema, { url: `${fileUrl(id)}${query({ version })}` }, call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-lists-get.html */
  async listFiles(ids: readonly NativeId[], call: Call): Promise<readonly WireFile[]> {
    return (await this.rest.json(filesSchema, { url: `${base}/files/lists?idList=${ids.join(',')}` }, call)).items;
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-versions-get.html */
  async listVersions(id: NativeId, call: Call): Promise<readonly WireFile[]> {
    return (await this.rest.json(filesSchema, { url: `${fileUrl(id)}/versions` }, call)).items;
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-data-get.html */
  openContent(id: NativeId, version: number | undefined, range: ByteRange | undefined, call: Call): Promise<RestAnswer> {
    const headers = range ? { range: `bytes=${range.start}-${range.end}` } : {};
    return this.rest.send({ url: `${fileUrl(id)}/data${query({ version })}`, headers }, call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-data-post.html */
  upload(parentID: NativeId, sent: Sent, keepsBoth: boolean, call: Call): Promise<WireFile> {
    const parameters = { parentID, ...(keepsBoth ? { duplicateResolution: 'TimeStampSuffix' } : {}) };
    return this.rest.json(fileSchema, form(`${base}/files/data`, [json(parameters), file('primaryFile', sent)]), call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-data-post.html */
  uploadVersion(id: NativeId, sent: Sent, call: Call): Promise<WireFile> {
    return this.rest.json(fileSchema, form(`${fileUrl(id)}/data`, [file('primaryFile', sent)]), call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-put.html */
  rename(id: NativeId, name: string, call: Call): Promise<WireFile> {
    return this.rest.json(fileSchema, { method: 'PUT', url: fileUrl(id), ...jsonBody({ name }) }, call);
  }

  /**
   * To the trash, with all versions.
   * @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-delete.html
   */
  async trash(id: NativeId, call: Call): Promise<void> {
    await this.rest.json(successSchema, { method: 'DELETE', url: fileUrl(id) }, call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-folders-folderid-items-get.html */
  listItems(id: NativeId, request: ItemsRequest, call: Call): Promise<WireItems> {
    // The home folder has a list of its own, which knows no filterName.
    const folder = id === homeId && request.filterName === undefined ? `${base}/folders` : folderUrl(id);
    return this.rest.json(itemsSchema, { url: `${folder}/items${query({ ...request })}` }, call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-folders-folderid-get.html */
  statFolder(id: NativeId, call: Call): Promise<WireFolder> {
    return this.rest.json(folderSchema, { url: folderUrl(id) }, call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-folders-folderid-post.html */
  createFolder(parent: NativeId, name: string, call: Call): Promise<WireFolder> {
    return this.rest.json(folderSchema, { method: 'POST', url: folderUrl(parent), ...jsonBody({ name }) }, call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-data-smallimage-get.html */
  async readImage(id: NativeId, kind: ImageKind, { maxBytes, ...options }: ImageOptions, call: Call): Promise<Buffer> {
    return (await this.rest.whole({ url: `${fileUrl(id)}/data/${kind}${query(options)}` }, maxBytes, call)).bytes();
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-data-rendition-get.html */
  async readPage(id: NativeId, page: number, { maxBytes, version }: PageOptions, call: Call): Promise<Buffer> {
    const parameters = { rendition: `page${page}`, renditionType: 'system', version };
    return (await this.rest.whole({ url: `${fileUrl(id)}/data/rendition${query(parameters)}` }, maxBytes, call)).bytes();
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-data-rendition-get.html */
  openUploadedRendition(id: NativeId, rendition: string, version: number | undefined, call: Call): Promise<RestAnswer> {
    const parameters = { rendition, renditionType: 'uploaded', version };
    return this.rest.send({ url: `${fileUrl(id)}/data/rendition${query(parameters)}` }, call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-data-renditions-get.html */
  async listUploadedRenditions(id: NativeId, version: number | undefined, call: Call): Promise<readonly WireRendition[]> {
    const url = `${fileUrl(id)}/data/renditions${query({ renditionType: 'uploaded', version })}`;
    return (await this.rest.json(renditionsSchema, { url }, call)).items;
  }

  /**
   * Of the current version only; a name that is taken is refused.
   * @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-data-rendition-post.html
   */
  async uploadRendition(id: NativeId, name: string, sent: Sent, call: Call): Promise<void> {
    const parts = [json({ name, description: '' }), file('file', sent)];
    await this.rest.json(successSchema, form(`${fileUrl(id)}/data/rendition`, parts), call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-data-rendition-delete.html */
  async removeRendition(id: NativeId, rendition: string, version: number | undefined, call: Call): Promise<void> {
    const url = `${fileUrl(id)}/data/rendition${query({ rendition, version })}`;
    await this.rest.json(successSchema, { method: 'DELETE', url }, call);
  }

  /** @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-pages-get.html */
  async countPages(id: NativeId, version: number | undefined, call: Call): Promise<number> {
    return (await this.rest.json(pagesSchema, { url: `${fileUrl(id)}/pages${query({ version })}` }, call)).pages;
  }

  /**
   * Pages are made meanwhile: an answer does not say that they are there.
   * @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/op-documents-api-1.2-files-fileid-pages-post.html
   */
  async makePages(id: NativeId, version: number | undefined, call: Call): Promise<void> {
    await this.rest.json(successSchema, { method: 'POST', url: `${fileUrl(id)}/pages${query({ version })}` }, call);
  }
}

const base = '/documents/api/1.2';

function fileUrl(id: NativeId): string {
  return `${base}/files/${id}`;
}

function folderUrl(id: NativeId): string {
  return `${base}/folders/${id}`;
}

function query(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.set(name, `${value}`);
  return given.size > 0 ? `?${given}` : '';
}

function jsonBody(value: object) {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** It must stand before the file. */
function json(parameters: object): Part {
  return { name: 'jsonInputParameters', value: JSON.stringify(parameters) };
}

function file(name: string, { filename, contentType, content }: Sent): Part {
  return { name, filename, contentType, content };
}

function form(url: string, parts: readonly Part[]) {
  const { contentType, body } = toMultipart(parts);
  return { method: 'POST', url, headers: { 'content-type': contentType }, body } as const;
}
