import { createHash, randomBytes } from 'node:crypto';

/** All ids of one instance end alike; those of users in its first 12 characters. */
const instance = 'T0000000000100000001';

export function newId(type: 'file' | 'folder'): string {
  return `${type === 'file' ? 'D' : 'F'}${hex(23)}${instance}`;
}

/** The same for a name each time, so that what a sandbox starts with can be found again. */
export function sampleId(type: 'file' | 'folder', name: string): string {
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 23).toUpperCase();
  return `${type === 'file' ? 'D' : 'F'}${digits}${instance}`;
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
