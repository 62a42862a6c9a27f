import type {
  Attachment,
  AttachmentState,
  AttachmentVersion,
  Container,
  ContainerKey,
  Digest,
  ProviderName,
} from '../../attachment.js';
import { contentTypeOfName } from '../../content-type-names.js';
import type { BoxFile, BoxFolder, BoxVersion } from './wire.js';

export interface Naming {
  readonly name: ProviderName;
  readonly account: string;
}

export const rootFolder = { type: 'Folder', id: '0' } as const;

/** Box tells no type: the name's extension stands for it. */
export function toAttachment({ name, account }: Naming, file: BoxFile): Attachment {
  return {
    provider: name,
    id: file.id,
    filename: file.name,
    contentType: contentTypeOfName(file.name),
    sizeBytes: file.size ?? null,
    digest: toDigest(file.sha1),
    state: toState(file),
    createdAt: file.created_at,
    modifiedAt: file.modified_at,
    container: file.parent ? { provider: name, type: 'Folder', id: file.parent.id } : null,
    versionNumber: file.version_number ?? null,
    contentKey: `${account}-${file.file_version.id}`,
    permissions: {
      read: true,
      download: file.permissions?.can_download ?? true,
      replace: file.permissions?.can_upload ?? false,
      delete: file.permissions?.can_delete ?? false,
      share: file.permissions?.can_share ?? false,
    },
  };
}

/** A past version of a file that is otherwise as it is now. */
export function toPastAttachment(naming: Naming, file: BoxFile, version: BoxVersion): Attachment {
  const { name, sha1, size, created_at: createdAt, version_number: number, id } = version;
  return toAttachment(naming, {
    ...file,
    name,
    sha1,
    size,
    modified_at: createdAt,
    version_number: number,
    file_version: { id },
  });
}

export function toVersion(version: BoxVersion): AttachmentVersion {
  const { version_number: number, size, sha1, created_at: createdAt } = version;
  return { number, sizeBytes: size ?? null, digest: toDigest(sha1), createdAt, current: false };
}

export function toCurrentVersion(file: BoxFile & { readonly version_number: number }): AttachmentVersion {
  const { version_number: number, size, sha1, modified_at: createdAt } = file;
  return { number, sizeBytes: size ?? null, digest: toDigest(sha1), createdAt, current: true };
}

export function toContainer(provider: ProviderName, { id, name, created_at: createdAt, parent }: BoxFolder): Container {
  return { provider, type: 'Folder', id, name, createdAt, parent: parent ? { provider, type: 'Folder', id: parent.id } : null };
}

/** The file version that an attachment's content key names. */
export function versionIdOf({ account }: Naming, { contentKey }: Attachment): string {
  return contentKey.slice(account.length + 1);
}

/** Ids are digits; everything else is unknown without a request. */
export function isItemId(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}

export function isFolderKey({ type, id }: ContainerKey): boolean {
  return type === 'Folder' && isItemId(id);
}

/** What is deleted for good can no longer be seen, though Box may still tell of it. */
export function isThere({ item_status: status }: BoxFile): boolean {
  return status !== 'deleted';
}

function toState({ item_status: status }: BoxFile): AttachmentState {
  return status === 'trashed' ? 'TRASHED' : 'READY';
}

function toDigest(sha1: string | null | undefined): Digest | null {
  return sha1 ? { algorithm: 'sha1', hex: sha1.toLowerCase() } : null;
}
