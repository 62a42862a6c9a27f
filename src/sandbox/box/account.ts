import { createHash } from 'node:crypto';
import { notFound, Refusal, refusalOf } from './refusals.js';

export interface BoxVersion {
  readonly id: string;
  readonly number: number;
  readonly sha1: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly createdAt: Date;
  /** PNGs of the pages of a document; none of any other file. */
  readonly pages: readonly Buffer[];
  trashedAt: Date | null;
  restoredAt: Date | null;
}

export interface SharedLink {
  readonly url: string;
  readonly access: string;
  readonly password: string | null;
  readonly vanityName: string | null;
  readonly unsharedAt: Date | null;
  readonly canDownload: boolean;
  readonly canEdit: boolean;
}

export interface Lock {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly isDownloadPrevented: boolean;
}

interface BoxEntry {
  readonly id: string;
  readonly createdAt: Date;
  name: string;
  /** null: the root folder. */
  parentId: string | null;
  /** Grows by one with each change. */
  etag: number;
  description: string;
  modifiedAt: Date;
  contentCreatedAt: Date;
  contentModifiedAt: Date;
  trashedAt: Date | null;
  sharedLink: SharedLink | null;
  tags: readonly string[];
}

export interface BoxFile extends BoxEntry {
  readonly type: 'file';
  /** Oldest first, the current one last. */
  readonly versions: BoxVersion[];
  lock: Lock | null;
}

export interface BoxFolder extends BoxEntry {
  readonly type: 'folder';
}

export type BoxItem = BoxFile | BoxFolder;

export interface NewFile {
  readonly name: string;
  readonly parentId: string;
  readonly bytes: Buffer;
  readonly id?: string;
  readonly pages?: readonly Buffer[];
  readonly createdAt?: Date;
  readonly contentCreatedAt?: Date | undefined;
  readonly contentModifiedAt?: Date | undefined;
}

export const rootId = '0';

/** The files and folders of one enterprise, in memory. Every refusal is thrown as Box answers it. */
export class Account {
  readonly #files = new Map<string, BoxFile>();
  readonly #folders = new Map<string, BoxFolder>();
  readonly #maxBytes: number;
  #lastId = 880_012_340_000;
  #bytes = 0;

  /** maxBytes: of all versions together. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#folders.set(rootId, { type: 'folder', id: rootId, name: 'All Files', parentId: null, ...fresh(new Date()) });
  }

  /** Trashed ones too; 405 for what is no id. */
  file(id: string): BoxFile {
    return found(this.#files, id, 'f');
  }

  liveFile(id: string): BoxFile {
    const file = this.file(id);
    if (this.isTrashed(file)) throw new Refusal(404, 'trashed', 'Item is trashed');
    return file;
  }

  /** As file(). */
  anyFolder(id: string): BoxFolder {
    return found(this.#folders, id, 'd');
  }

  folder(id: string): BoxFolder {
    const folder = this.anyFolder(id);
    if (this.isTrashed(folder)) throw new Refusal(404, 'trashed', 'Item is trashed');
    return folder;
  }

  /** By itself or with a folder that it is in. */
  isTrashed(item: BoxItem): boolean {
    return item.trashedAt !== null || this.parents(item).some(({ trashedAt }) => trashedAt !== null);
  }

  /** From the root folder down. */
  parents(item: BoxItem): readonly BoxFolder[] {
    const parent = item.parentId === null ? undefined : this.#folders.get(item.parentId);
    return parent ? [...this.parents(parent), parent] : [];
  }

  items(): readonly BoxItem[] {
    return [...this.#folders.values(), ...this.#files.values()];
  }

  /** What lies directly in a folder. */
  children(folderId: string): readonly BoxItem[] {
    return this.items().filter(({ parentId, trashedAt }) => parentId === folderId && trashedAt === null);
  }

  addFolder(name: string, parentId: string, id = this.#newId(), createdAt = new Date()): BoxFolder {
    this.folder(parentId);
    this.assertFree(name, parentId, { asList: true });
    const folder: BoxFolder = { type: 'folder', id, name, parentId, ...fresh(createdAt) };
    this.#folders.set(id, folder);
    return folder;
  }

  addFile({ name, parentId, bytes, id = this.#newId(), pages = [], createdAt = new Date(), ...times }: NewFile): BoxFile {
    this.folder(parentId);
    this.assertFree(name, parentId);
    this.assertRoom(bytes.length);
    const file: BoxFile = {
      type: 'file',
      id,
      name,
      parentId,
      versions: [],
      lock: null,
      ...fresh(createdAt),
      contentCreatedAt: times.contentCreatedAt ?? createdAt,
      contentModifiedAt: times.contentModifiedAt ?? createdAt,
    };
    this.#push(file, bytes, pages, createdAt);
    this.#files.set(id, file);
    return file;
  }

  addVersion(file: BoxFile, bytes: Buffer, name = file.name, contentModifiedAt = new Date()): void {
    this.assertFree(name, file.parentId ?? rootId, { except: file });
    this.assertRoom(bytes.length);
    file.name = name;
    file.contentModifiedAt = contentModifiedAt;
    this.#push(file, bytes, [], new Date());
    touch(file);
  }

  /** An older version's bytes as a new version. */
  promote(file: BoxFile, version: BoxVersion): BoxVersion {
    this.assertRoom(version.bytes.length);
    file.name = version.name;
    touch(file);
    return this.#push(file, version.bytes, version.pages, new Date());
  }

  /** With all that is in a folder. */
  purge(item: BoxItem): void {
    if (item.type === 'folder') {
      for (const child of this.items().filter(({ parentId }) => parentId === item.id)) this.purge(child);
      this.#folders.delete(item.id);
      return;
    }
    for (const { bytes } of item.versions) this.#bytes -= bytes.length;
    this.#files.delete(item.id);
  }

  /** item_name_in_use, item_name_invalid or item_name_too_long. Folder creation tells conflicts as a list, files as one. */
  assertFree(name: string, parentId: string, { except, asList = false }: { except?: BoxItem; asList?: boolean } = {}): void {
    assertName(name);
    const taken = this.children(parentId).find((child) => child !== except && child.name.toLowerCase() === name.toLowerCase());
    if (!taken) return;
    const conflict = toConflict(taken);
    throw new Refusal(409, 'item_name_in_use', 'Item with the same name already exists', {
      conflicts: asList ? [conflict] : conflict,
    });
  }

  assertRoom(bytes: number): void {
    if (this.#bytes + bytes > this.#maxBytes) {
      throw new Refusal(403, 'storage_limit_exceeded', 'Account storage limit reached');
    }
  }

  #push(file: BoxFile, bytes: Buffer, pages: readonly Buffer[], createdAt: Date): BoxVersion {
    const version: BoxVersion = {
      id: this.#newId(),
      number: (file.versions.at(-1)?.number ?? 0) + 1,
      sha1: createHash('sha1').update(bytes).digest('hex'),
      name: file.name,
      bytes,
      createdAt,
      pages,
      trashedAt: null,
      restoredAt: null,
    };
    this.#bytes += bytes.length;
    file.versions.push(version);
    return version;
  }

  #newId(): string {
    this.#lastId += 1;
    return `${this.#lastId}`;
  }
}

export function currentVersion(file: BoxFile): BoxVersion {
  const current = file.versions.at(-1);
  if (!current) throw refusalOf(500);
  return current;
}

/** Notes that an item was changed. */
export function touch(item: BoxItem): void {
  item.etag += 1;
  item.modifiedAt = new Date();
}

export function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

function found<T extends BoxItem>(items: ReadonlyMap<string, T>, id: string, kind: 'f' | 'd'): T {
  if (!/^\d+$/.test(id)) throw refusalOf(405);
  const item = items.get(id);
  if (!item) throw notFound(kind, id);
  return item;
}

function fresh(createdAt: Date) {
  return {
    createdAt,
    etag: 0,
    description: '',
    modifiedAt: createdAt,
    contentCreatedAt: createdAt,
    contentModifiedAt: createdAt,
    trashedAt: null,
    sharedLink: null,
    tags: [],
  };
}

function assertName(name: string): void {
  if (name.length > 255) throw new Refusal(400, 'item_name_too_long', 'Item name too long');
  const isInvalid = name === '' || name === '.' || name === '..' || /[/\\\p{Cc}]/u.test(name) || name !== name.trim();
  if (isInvalid) throw new Refusal(400, 'item_name_invalid', 'Item name invalid');
}

function toConflict(item: BoxItem): unknown {
  const { type, id, name, etag } = item;
  const common = { type, id, sequence_id: `${etag}`, etag: `${etag}`, name };
  if (item.type === 'folder') return common;
  const version = currentVersion(item);
  return { ...common, sha1: version.sha1, file_version: { type: 'file_version', id: version.id, sha1: version.sha1 } };
}
