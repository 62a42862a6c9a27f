export interface User {
  readonly id: string;
  readonly displayName: string;
  readonly loginName: string;
  /** How some refusals name the user: "<identity domain>.<login>". */
  readonly principal: string;
}

/** Each may do what those before it may. */
export const roles = ['viewer', 'downloader', 'contributor', 'manager'] as const;
export type Role = (typeof roles)[number];

export function isAtLeast(role: Role | null, least: Role): boolean {
  return role !== null && roles.indexOf(role) >= roles.indexOf(least);
}

interface Described {
  readonly id: string;
  name: string;
  readonly createdBy: User;
  readonly createdAt: Date;
  modifiedBy: User;
  modifiedAt: Date;
}

export interface Folder extends Described {
  readonly type: 'folder';
  /** null: somebody's home, which its owner knows as "self". */
  readonly parent: Folder | null;
  readonly owner: User;
  readonly children: Set<Item>;
}

export interface File extends Described {
  readonly type: 'file';
  parent: Folder;
  /** By number. */
  readonly versions: Map<number, Version>;
  /** Numbers are not given twice, even when a version was deleted. */
  lastNumber: number;
}

export type Item = File | Folder;

export interface Version {
  readonly number: number;
  readonly name: string;
  readonly bytes: Buffer;
  readonly mimeType: string;
  readonly createdBy: User;
  readonly createdAt: Date;
  /** Uploaded renditions by their names in lower case. */
  readonly renditions: Map<string, UploadedRendition>;
  pages: Pages | null;
  /** Responsive images that were asked for, by kind and format. */
  readonly images: Map<string, Promise<Buffer>>;
}

export interface UploadedRendition {
  readonly name: string;
  readonly description: string;
  /** The name of the file that was uploaded. */
  readonly path: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
}

export interface Pages {
  readonly count: number;
  /** As Date.now() tells it. */
  readonly readyAt: number;
  /** A PNG, from page 1. */
  picture(page: number): Promise<Buffer>;
}

export interface PublicLink {
  readonly id: string;
  readonly item: Item;
  readonly name: string | null;
  readonly owner: User;
  readonly createdAt: Date;
  modifiedAt: Date;
  /** "@everybody", "@serviceinstance", or users divided by commas. */
  assignedUsers: string;
  role: Role;
  /** The access code. */
  password: string | null;
  expiresAt: Date | null;
}

export interface AppLink {
  readonly id: string;
  readonly item: Item;
  readonly role: Role;
  readonly refreshToken: string;
  /** As Date.now() tells them. */
  readonly refreshEndsAt: number;
  accessToken: string;
  accessEndsAt: number;
}

export function currentVersion(file: File): Version {
  const version = [...file.versions.values()].at(-1);
  if (!version) throw new Error(`The file ${file.id} has no version`);
  return version;
}

/** The item itself and the folders that it is in, from the inside out. */
export function* lineage(item: Item): Generator<Item> {
  for (let at: Item | null = item; at !== null; at = at.parent) yield at;
}

/** Who owns a folder owns all that is in it, so several people may own an item. */
export function roleOf(user: User, item: Item): Role | null {
  for (const at of lineage(item)) if (at.type === 'folder' && at.owner === user) return 'manager';
  return null;
}

export function ownerOf(item: Item): User {
  return item.type === 'folder' ? item.owner : item.parent.owner;
}
