import { inVerification, type Message, type Room, type StoredAttachment, type User } from './model.js';
import { isPowerful, type StateEvent, type VirolaState } from './state.js';

/** Answers as the server spells them: https://virola.io/web-api/docs/messages, …/rooms, …/attachments, …/events */

/** `isPending`: told as if its checksum were still being verified. */
export function toWireAttachment(attachment: StoredAttachment, isPending = false) {
  const { attachmentId, state, createdUtc, checksum, fileName, bytes, contentType, lastModifiedUtc, roomId, messageId } =
    attachment;
  return {
    attachmentId,
    attachmentState: isPending ? inVerification : state,
    createdUtc,
    fileChecksum: checksum,
    fileName,
    fileSize: bytes.length,
    hasThumbnail: /^image\/(?:png|jpeg|gif|webp|bmp)$/.test(contentType),
    lastModifiedUtc,
    roomId,
    textMessageId: messageId,
  };
}

export function toWireMessage(state: VirolaState, message: Message, isPending = false) {
  const { messageId, parentMessageId, roomId, userId, text, markupType, kind, createdUtc, lastModifiedUtc, attachments } =
    message;
  return {
    attachments: attachments.map((attachment) => toWireAttachment(attachment, isPending)),
    commentCount: state.thread({ roomId, parentMessageId: messageId }).length,
    createdUtc,
    ...kind,
    lastEditedUtc: 0,
    lastModifiedUtc,
    markupType,
    messageId,
    parentMessageId,
    priority: 'Normal',
    readTimestamps: [...message.readBy].map(([reader, readUtc]) => ({ userId: reader, readUtc })),
    roomId,
    text,
    userId,
  };
}

export function toWireRoom(state: VirolaState, room: Room, user: User) {
  const { roomId, displayName, roomType, createdUtc, isArchived, isPinned } = room;
  const messages = state.thread({ roomId, parentMessageId: 0 });
  const last = messages.at(-1);
  return {
    createdUtc,
    displayName,
    isArchived,
    isModerator: isPowerful(user, room),
    isPinned,
    lastMessage: last ? { createdUtc: last.createdUtc, messageId: last.messageId } : null,
    lastModifiedUtc: last?.createdUtc ?? createdUtc,
    roomId,
    roomType,
    unreadMessageCount: messages.filter((message) => message.userId !== user.userId && !message.readBy.has(user.userId)).length,
  };
}

export function toWireUser({ userId, userName, displayName, isAdmin, status, createdUtc }: User) {
  return { createdUtc, displayName, isAdmin, lastModifiedUtc: createdUtc, status, userId, userName };
}

export function toWireEvent(state: VirolaState, event: StateEvent) {
  const { type, message } = event;
  if (type !== 'TextMessageDeleted') return { type, data: { messages: [toWireMessage(state, message)] } };
  const { parentMessageId, roomId, messageId } = message;
  return { type, data: { parentMessageId, roomId, messageId } };
}
