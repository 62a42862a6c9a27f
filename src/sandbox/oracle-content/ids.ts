import { randomBytes } from 'node:crypto';

/** All ids of one instance end alike; those of users in its first 12 characters. */
const instance = 'T0000000000100000001';

export function newId(type: 'file' | 'folder'): string {
  return `${type === 'file' ? 'D' : 'F'}${hex(23)}${instance}`;
}

export function newPublicLinkId(type: 'file' | 'folder'): string {
  return `L${type === 'file' ? 'D' : 'F'}${hex(22)}${instance}`;
}

export function newAppLinkId(type: 'file' | 'folder'): string {
  return `L${type === 'file' ? 'D' : 'F'}${randomBytes(112).toString('base64url')}==`;
}

export function newToken(): string {
  return randomBytes(48).toString('base64url');
}

function hex(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length).toUpperCase();
}
