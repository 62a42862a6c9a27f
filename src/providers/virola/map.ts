import type { Attachment, AttachmentState, Container, ContainerRef, Digest, NativeId, ProviderName } from '../../attachment.js';
import { contentTypeOfName } from '../../content-type-names.js';
import { cleanFilename } from '../../filename.js';
import type { MessageRef, Thread } from './api.js';
import type { WireAttachment, WireMessage, WireRoom } from './wire.js';

/** Whose things these are. */
export interface Account {
  readonly provider: ProviderName;
  /** As in AdapterOptions. */
  readonly account: string;
}

const states: Readonly<Record<string, AttachmentState>> = {
  Initial: 'INITIAL',
  ChecksumCalculationOnClientSideInProgress: 'CHECKSUM_CALCULATION_IN_PROGRESS',
  ChecksumCalculationOnClientSideFailed: 'CHECKSUM_CALCULATION_FAILED',
  UploadFromClientToServerInProgress: 'UPLOAD_IN_PROGRESS',
  UploadFromClientToServerFailed: 'UPLOAD_FAILED',
  ChecksumVerificationOnServerSideInProgress: 'CHECKSUM_VERIFICATION_IN_PROGRESS',
  ChecksumVerificationOnServerSideMismatch: 'CHECKSUM_MISMATCH',
  ChecksumVerificationOnServerSideFailed: 'CHECKSUM_VERIFICATION_FAILED',
  ReadyForDownloadFromServerToClient: 'READY',
};

/** A state that this does not know yet is one on the way to READY. */
export function toState(state: string): AttachmentState {
  return states[state] ?? 'INITIAL';
}

/** `thread`: where the message was read; the attachment itself does not tell whether its message is a comment. */
export function toAttachment({ provider, account }: Account, wire: WireAttachment, thread: Thread | null = null): Attachment {
  const { attachmentId, fileName, fileSize, fileChecksum, hasThumbnail, roomId, textMessageId } = wire;
  const message = { roomId, parentMessageId: thread?.parentMessageId ?? null, messageId: textMessageId };
  const state = toState(wire.attachmentState);
  const filename = cleanFilename(fileName);
  return {
    provider,
    id: `${attachmentId}`,
    filename,
    contentType: contentTypeOfName(filename),
    sizeBytes: fileSize ?? null,
    digest: toDigest(fileChecksum ?? ''),
    state,
    createdAt: toDate(wire.createdUtc),
    modifiedAt: toDate(wire.lastModifiedUtc),
    container: { provider, type: 'Message', id: toMessageId(message) },
    versionNumber: null,
    contentKey: [account, attachmentId, (fileChecksum ?? '').replace(/[^A-Za-z0-9]/g, '')].join('-'),
    permissions: { read: true, download: true, replace: false, delete: true, share: false },
    ...(hasThumbnail == null ? {} : { hasThumbnail }),
  };
}

/** The attachments of a message, latest first. */
export function toAttachments(account: Account, message: WireMessage, thread: Thread): readonly Attachment[] {
  const latestFirst = [...(message.attachments ?? [])].sort((one, other) => other.attachmentId - one.attachmentId);
  return latestFirst.map((wire) => toAttachment(account, wire, thread));
}

export function toRoom({ provider }: Account, { roomId, displayName, name, createdUtc }: WireRoom): Container {
  const id = `${roomId}`;
  return { provider, type: 'Room', id, name: displayName ?? name ?? id, createdAt: toDate(createdUtc), parent: null };
}

/** A comment is a message inside the one it comments on. Who wrote it is told by number only. */
export function toMessage({ provider }: Account, message: WireMessage, thread: Thread): Container {
  const { messageId, createdUtc, userId } = message;
  const text = message.text ?? '';
  return {
    provider,
    type: 'Message',
    id: toMessageId({ ...thread, messageId }),
    name: firstWords(text) || `Message ${messageId}`,
    createdAt: toDate(createdUtc),
    parent: parentOf(provider, thread),
    message: { text, incoming: null, participants: [{ name: `User ${userId}`, role: 'from', address: null }] },
  };
}

export function parseId(id: NativeId): number | null {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : null;
}

/** A message can only be read through its room or, a comment, through the message it comments on: the id names them all. */
export function toMessageId({ roomId, parentMessageId, messageId }: MessageRef): NativeId {
  return [roomId, ...(parentMessageId === null ? [] : [parentMessageId]), messageId].join('-');
}

export function parseMessageId(id: NativeId): MessageRef | null {
  const numbers = /^\d+-\d+(?:-\d+)?$/.test(id) ? id.split('-').map(parseId) : [];
  const [roomId = null, second = null, third = null] = numbers;
  if (roomId === null || second === null || numbers.includes(null)) return null;
  return third === null
    ? { roomId, parentMessageId: null, messageId: second }
    : { roomId, parentMessageId: second, messageId: third };
}

function parentOf(provider: ProviderName, { roomId, parentMessageId }: Thread): ContainerRef {
  if (parentMessageId === null) return { provider, type: 'Room', id: `${roomId}` };
  return { provider, type: 'Message', id: toMessageId({ roomId, parentMessageId: null, messageId: parentMessageId }) };
}

/** The algorithm is not named; 40 digits are SHA-1's. Anything else is no digest that somebody could check. */
function toDigest(checksum: string): Digest | null {
  return /^[0-9a-f]{40}$/i.test(checksum) ? { algorithm: 'sha1', hex: checksum.toLowerCase() } : null;
}

function toDate(milliseconds: number | null | undefined): Date | null {
  return milliseconds == null ? null : new Date(milliseconds);
}

const maxNameLength = 80;

function firstWords(text: string): string {
  const line = text.trim().split(/\s*[\r\n]/, 1)[0] ?? '';
  const letters = [...line];
  return letters.length > maxNameLength ? `${letters.slice(0, maxNameLength - 1).join('')}…` : line;
}
