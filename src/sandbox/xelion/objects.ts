import type { Addressable, ChatSession, Communication, Participant, StoredAttachment, XelionState } from './state.js';
import { toWireDate } from './values.js';

/** What a list is asked to tell besides: https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_list.html */
export interface Included {
  readonly attachments: boolean;
  readonly thumbnails: boolean;
}

export function toIncluded(include = ''): Included | null {
  const named = include.split(',').map((name) => name.trim());
  if (named.every((name) => name === '')) return null;
  const attachments = named.includes('attachments') || named.includes('all');
  return { attachments, thumbnails: attachments && named.includes('thumbnails') };
}

/** https://portal.xelion.com/nl/apidocs/user-guide/model/Attachment.html */
export function attachmentObject(attachment: StoredAttachment, more: 'contents' | 'thumbnail' | null = null) {
  const { name, mimeType, thumbnail, content, size, oid } = attachment;
  return {
    originalLocation: name,
    mimeType,
    hasThumbnail: thumbnail !== null,
    ...(more === 'contents' ? { contentsB64String: content.toString('base64') } : {}),
    ...(more === 'thumbnail' && thumbnail ? { thumbnailB64String: thumbnail.toString('base64') } : {}),
    size,
    commonName: name,
    oid,
    objectType: 'Attachment',
  };
}

export function addressableObject({ commonName, oid, objectType }: Addressable) {
  return { commonName, oid, objectType };
}

/** What a list tells where nothing is included. */
export function plainCommunication({ subject, date, commonName, oid, objectType }: Communication) {
  return { subject, date: toWireDate(date), commonName, oid, objectType };
}

export function fullCommunication(state: XelionState, communication: Communication, included: Included) {
  const { subject, date, incoming, forwarded, flags, voicemail, session, callId, commonName, oid, objectType } = communication;
  const attachments = state.attachmentsOf(communication);
  const told = attachments.map((each) => attachmentObject(each, included.thumbnails ? 'thumbnail' : null));
  return {
    subject,
    date: toWireDate(date),
    durationSec: 0,
    incoming,
    retrieved: flags.retrieved,
    displayed: flags.displayed,
    flagged: flags.flagged,
    forwarded,
    hasAttachment: attachments.length > 0,
    hasInlineAttachment: communication.inlineAttachment,
    contentSummary: communication.text ?? subject,
    contentSummaryIsComplete: true,
    participants: communication.participants.map(addresseeObject),
    ...(included.attachments ? { attachments: told } : {}),
    voicemail,
    ...(session ? { chatSessionType: session.sessionType } : {}),
    ...(callId === null ? {} : { callId }),
    commonName,
    oid,
    objectType,
  };
}

/** One by itself: all but the bytes of its attachments. */
export function singleCommunication(state: XelionState, communication: Communication) {
  const { text, oid } = communication;
  return {
    ...fullCommunication(state, communication, { attachments: true, thumbnails: false }),
    processed: communication.flags.processed,
    ...(text === null
      ? {}
      : { contents: { content: text, contentType: 'text/plain', oid: `${oid}1`, objectType: 'Comment' as const } }),
  };
}

function addresseeObject({ oid, role, addressable }: Participant) {
  const { commonName } = addressable;
  return {
    commonName,
    role,
    addressable: addressableObject(addressable),
    addresseeLabel: commonName,
    oid,
    objectType: 'Addressee',
  };
}

/** https://portal.xelion.com/nl/apidocs/user-guide/model/XCCChatSession.html */
export function sessionObject({ oid, sessionType, commonName, members, disabled }: ChatSession) {
  const participants = members.map(addressableObject);
  return { participants, sessionType, disabled, commonName, oid, objectType: 'XCCChatSession' };
}
