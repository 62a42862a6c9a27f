import type { ContainerKey, NativeId } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { homeId } from './api.js';
import type { Origin } from './map.js';
import { idForm } from './wire.js';

/** Real ones have 44 characters. What cannot be one never becomes part of a path, where words in lower case are requests of their own. */
export function isId(id: NativeId): boolean {
  return idForm.test(id);
}

export function isFolderId(id: NativeId): boolean {
  return isId(id) || id === homeId;
}

/** Names of renditions that other clients gave may be longer than those that are taken today, and hold more. */
export function isRenditionName(name: string): boolean {
  return name !== '' && name.length <= 255;
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
