import type { Account } from './account.js';
import {
  currentVersion,
  type File,
  type Folder,
  type Item,
  ownerOf,
  type PublicLink,
  roleOf,
  type User,
  type Version,
} from './model.js';

/** Every scalar is a string on the wire, numbers and flags too. */
export type Json = Readonly<Record<string, unknown>>;

/** UTC, to the second. */
export function toTime(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function toItemJson(item: Item, viewer: User): Json {
  return item.type === 'file' ? toFileJson(item, currentVersion(item), viewer) : toFolderJson(item, viewer);
}

export function toFileJson(file: File, version: Version, viewer: User): Json {
  const isCurrent = version === currentVersion(file);
  return {
    ...described(file, viewer),
    name: isCurrent ? file.name : version.name,
    size: `${version.bytes.length}`,
    version: `${version.number}`,
    mimeType: version.mimeType,
    modifiedBy: toUserJson(isCurrent ? file.modifiedBy : version.createdBy),
    modifiedTime: toTime(isCurrent ? file.modifiedAt : version.createdAt),
  };
}

export function toFolderJson(folder: Folder, viewer: User): Json {
  return {
    ...described(folder, viewer),
    name: folder.name,
    size: `${sizeOf(folder)}`,
    childItemsCount: `${folder.children.size}`,
    modifiedBy: toUserJson(folder.modifiedBy),
    modifiedTime: toTime(folder.modifiedAt),
  };
}

export function toLinkJson(link: PublicLink): Json {
  const { id, displayName } = link.owner;
  return {
    linkID: link.id,
    ...(link.name === null ? {} : { linkName: link.name }),
    assignedUsers: link.assignedUsers,
    role: link.role,
    type: 'publiclink',
    createdTime: toTime(link.createdAt),
    ...(link.expiresAt ? { expirationTime: toTime(link.expiresAt) } : {}),
    lastModifiedTime: toTime(link.modifiedAt),
    ownedBy: { id, displayName, type: 'user' },
  };
}

/** An empty list has no `items` at all. */
export function withItems(items: readonly unknown[]): Json {
  return items.length > 0 ? { items } : {};
}

/** The caller's own items, and folders that others own inside what the caller may not see. */
export function homeItems(account: Account, user: User): readonly Item[] {
  const shared = [...account.items.values()].filter(
    (item) => item.type === 'folder' && item.owner === user && item.parent !== null && roleOf(user, item.parent) === null,
  );
  return [...account.homeOf(user).children, ...shared];
}

function described(item: Item, viewer: User): Json {
  return {
    id: item.id,
    parentID: parentIdOf(item, viewer),
    type: item.type,
    createdTime: toTime(item.createdAt),
    createdBy: toUserJson(item.createdBy),
    ownedBy: toUserJson(ownerOf(item)),
  };
}

/** Homes are "self"; so is what holds a folder that others share. */
function parentIdOf({ parent }: Item, viewer: User): string {
  if (!parent?.parent) return 'self';
  return roleOf(viewer, parent) === null ? 'self' : parent.id;
}

function toUserJson({ displayName, id, loginName }: User): Json {
  return { displayName, id, loginName, type: 'user' };
}

function sizeOf(folder: Folder): number {
  let size = 0;
  for (const child of folder.children) size += child.type === 'file' ? currentVersion(child).bytes.length : sizeOf(child);
  return size;
}
