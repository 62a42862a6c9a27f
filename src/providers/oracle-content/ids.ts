import type { ContainerKey, NativeId } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { homeId } from './api.js';
import type { Origin } from './map.js';

/** Real ones have 44 characters; what cannot be one never becomes part of a path. */
export function isId(id: NativeId): boolean {
  return /^[A-Za-z0-9]{1,64}$/.test(id) && id !== homeId;
}

export function isFolderId(id: NativeId): boolean {
  return isId(id) || id === homeId;
}

/** Versions are counted from 1; absent is the current one. */
export function isVersion(version: number | undefined): boolean {
  return version === undefined || (Number.isSafeInteger(version) && version >= 1);
}

/** NOT_FOUND for what cannot be one of its folders. */
export function folderIdOf({ type, id }: ContainerKey, { provider }: Origin): NativeId {
  if (type === 'Folder' && isFolderId(id)) return id;
  throw new ContentError('NOT_FOUND', `${provider} has no such folder`, { provider });
}
