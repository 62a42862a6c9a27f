import type { Attachment, Container, ContainerRef, MessageFacts, NativeId, Participant, ProviderName } from '../../attachment.js';
import { contentTypeOfName } from '../../content-type-names.js';
import { cleanFilename } from '../../filename.js';
import type { AttachmentKey } from './api.js';
import { oidPattern } from './settings.js';
import type { WireAddressee, WireAttachment, WireChat, WireCommunication } from './wire.js';

/** What of the account stands in its domain objects. */
export interface Account {
  readonly provider: ProviderName;
  /** As in AdapterOptions. */
  readonly account: string;
}

/** "1899627-1899618": communication and attachment; "1899618" by itself. */
export function toNativeId({ communication, attachment }: AttachmentKey): NativeId {
  return communication === null ? attachment : `${communication}-${attachment}`;
}

/** null for anything else. */
export function parseNativeId(id: NativeId): AttachmentKey | null {
  const [attachment = '', communication = null, ...rest] = id.split('-').reverse();
  const isKey = rest.length === 0 && oidPattern.test(attachment) && (communication === null || oidPattern.test(communication));
  return isKey ? { communication, attachment } : null;
}

/** Type, name and size are the system's word, which is not always right; size 0 often is not. */
export function toAttachment(
  { provider, account }: Account,
  key: AttachmentKey,
  wire: WireAttachment,
  communication: WireCommunication | null,
): Attachment {
  const filename = cleanFilename(wire.originalLocation?.trim() || wire.commonName?.trim() || '');
  const date = communication?.date ?? null;
  return {
    provider,
    id: toNativeId(key),
    filename,
    contentType: toContentType(wire.mimeType, filename),
    sizeBytes: Number.isSafeInteger(wire.size) && Number(wire.size) > 0 ? Number(wire.size) : null,
    digest: null,
    state: 'READY',
    createdAt: date,
    modifiedAt: date,
    container: key.communication === null ? null : { provider, type: 'Message', id: key.communication },
    versionNumber: null,
    contentKey: `${account}-${key.attachment}`,
    permissions: {
      read: true,
      download: true,
      replace: false,
      delete: key.communication !== null && (wire.permissions?.includes('Remove') ?? true),
      share: false,
    },
    ...(wire.hasThumbnail === null ? {} : { hasThumbnail: wire.hasThumbnail }),
  };
}

/** null where the communication does not tell what is attached to it. */
export function toAttachments(account: Account, communication: WireCommunication): readonly Attachment[] | null {
  const { attachments, hasAttachment, oid } = communication;
  if (!attachments) return hasAttachment === false ? [] : null;
  return attachments.map((wire) => toAttachment(account, { communication: oid, attachment: wire.oid }, wire, communication));
}

export function toThumbnail({ thumbnailB64String }: WireAttachment): Buffer | null {
  const bytes = Buffer.from(thumbnailB64String ?? '', 'base64');
  return bytes.length > 0 ? bytes : null;
}

/** `room`: the chat session that it was listed in; a communication by itself does not tell it. */
export function toMessage({ provider }: Account, communication: WireCommunication, room: string | null): Container {
  const { oid, commonName, subject, objectType, date } = communication;
  const name = commonName?.trim() || subject?.trim() || `${objectType ?? 'Communication'} ${oid}`;
  const parent: ContainerRef | null = room === null ? null : { provider, type: 'Room', id: room };
  return { provider, type: 'Message', id: oid, name, createdAt: date, parent, message: toMessageFacts(communication) };
}

export function toRoom({ provider }: Account, { oid, commonName }: WireChat): Container {
  return { provider, type: 'Room', id: oid, name: commonName?.trim() || `Chat ${oid}`, createdAt: null, parent: null };
}

function toMessageFacts({ contents, contentSummary, incoming, participants }: WireCommunication): MessageFacts {
  return { text: contents?.content ?? contentSummary, incoming, participants: (participants ?? []).map(toParticipant) };
}

function toParticipant({ commonName, addressable, address, role }: WireAddressee): Participant {
  const name = commonName || addressable?.commonName || address || '';
  return { name, role: (role ?? '').replace(/^rt/, '').toLowerCase(), address: address || null };
}

/** Spellings that are no registered types. */
const registered: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg' };

function toContentType(mimeType: string | null, filename: string): string {
  const told = mimeType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!/^[a-z]+\/[\w.+-]+$/.test(told) || told === 'application/octet-stream') return contentTypeOfName(filename);
  return registered[told] ?? told;
}
