import type { Attachment, AttachmentState, Container, ContainerRef, ProviderName } from '../attachment.js';
import { toContentKey } from './content-key.js';
import { type AttachmentRecord, type FailedState, type FolderRecord, failedStates } from './metadata/metadata-store.js';

export function toAttachment(provider: ProviderName, record: AttachmentRecord): Attachment {
  const { id, bytes, state } = record;
  return {
    provider,
    id,
    filename: record.filename,
    contentType: record.contentType,
    sizeBytes: bytes?.sizeBytes ?? null,
    digest: bytes && { algorithm: 'sha256', hex: bytes.digest },
    state,
    createdAt: record.createdAt,
    modifiedAt: record.modifiedAt,
    container: toFolderRef(provider, record.folder),
    versionNumber: record.version,
    contentKey: bytes ? toContentKey(bytes.digest) : `none-${id}`,
    permissions: {
      read: true,
      download: bytes !== null,
      replace: state === 'READY',
      delete: bytes !== null || isFailed(state),
      share: false,
    },
  };
}

export function toContainer(provider: ProviderName, { id, name, createdAt, parent }: FolderRecord): Container {
  return { provider, type: 'Folder', id, name, createdAt, parent: parent === null ? null : toFolderRef(provider, parent) };
}

/** Why there are no bytes to read, for a person. */
export function noContentReason({ filename, state }: AttachmentRecord): string {
  return `"${filename}" has no content: ${isFailed(state) ? failureReasons[state] : 'it is still being uploaded'} (${state})`;
}

const failureReasons: Readonly<Record<FailedState, string>> = {
  CHECKSUM_CALCULATION_FAILED: 'its checksum could not be calculated',
  UPLOAD_FAILED: 'its upload failed',
  CHECKSUM_MISMATCH: 'the bytes that arrived were not the ones its sender promised',
  CHECKSUM_VERIFICATION_FAILED: 'its checksum could not be verified',
};

function isFailed(state: AttachmentState): state is FailedState {
  return failedStates.some((failed) => failed === state);
}

function toFolderRef(provider: ProviderName, id: string): ContainerRef {
  return { provider, type: 'Folder', id };
}
