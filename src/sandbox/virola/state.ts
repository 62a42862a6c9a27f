import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import {
  type AttachmentState,
  type Message,
  type PermissionName,
  permissionNames,
  type Room,
  type StoredAttachment,
  type User,
} from './model.js';
import { refusals } from './refusals.js';

/** One thing that happened, for those who may see the room. */
export type StateEvent =
  | { readonly type: 'TextMessagesCreated' | 'TextMessagesUpdated'; readonly message: Message }
  | { readonly type: 'TextMessageDeleted'; readonly message: Message };

export interface NewFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Where messages stand one after the other: a room, or the comments of a message. */
export interface Thread {
  readonly roomId: number;
  readonly parentMessageId: number;
}

export interface Excerpt {
  /** The message to begin with; the end of the thread where it is absent. */
  readonly cursor: number | null;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
}

/** A sandbox takes no more. */
const maxStoredBytes = 1024 ** 3;
const maxMessages = 100_000;

/** All that the simulated server knows, and who is told when it changes. */
export class VirolaState {
  readonly users: User[] = [];
  readonly rooms: Room[] = [];
  readonly #messages = new Map<number, Message>();
  readonly #threads = new Map<string, Message[]>();
  readonly #attachments = new Map<number, StoredAttachment>();
  readonly #events = new EventEmitter<{ event: [StateEvent] }>().setMaxListeners(0);
  #storedBytes = 0;
  #lastMessageId = 1_234_000;
  #lastAttachmentId = 3_300;
  #lastTime = 0;

  onEvent(listener: (event: StateEvent) => void): () => void {
    this.#events.on('event', listener);
    return () => this.#events.off('event', listener);
  }

  /** Never the same twice, so that what came later also looks later. */
  now(): number {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    return this.#lastTime;
  }

  nextMessageId(): number {
    this.#lastMessageId += 1;
    return this.#lastMessageId;
  }

  nextAttachmentId(): number {
    this.#lastAttachmentId += 1;
    return this.#lastAttachmentId;
  }

  room(roomId: number, user: User): Room {
    const room = this.rooms.find((known) => known.roomId === roomId);
    if (!room || !canSee(user, room)) throw refusals.notFound('Room');
    return room;
  }

  message(messageId: number, user: User): Message {
    const message = this.#messages.get(messageId);
    if (!message || !this.#isSeen(message.roomId, user)) throw refusals.notFound('Message');
    return message;
  }

  attachment(attachmentId: number, user: User): StoredAttachment {
    const attachment = this.#attachments.get(attachmentId);
    if (!attachment || !this.#isSeen(attachment.roomId, user)) throw refusals.notFound('Attachment');
    return attachment;
  }

  thread(thread: Thread): readonly Message[] {
    return this.#threads.get(keyOf(thread)) ?? [];
  }

  /** In the order of their ids, whatever the direction. */
  excerpt(thread: Thread, { cursor, limit, direction }: Excerpt, includesCursor: boolean): readonly Message[] {
    const isForward = direction === 'forward';
    const isIncluded = ({ messageId }: Message) => {
      if (cursor === null) return true;
      if (messageId === cursor) return includesCursor;
      return isForward ? messageId > cursor : messageId < cursor;
    };
    const found = this.thread(thread).filter(isIncluded);
    return isForward ? found.slice(0, limit) : found.slice(Math.max(0, found.length - limit));
  }

  addMessage(message: Message): Message {
    if (this.#messages.size >= maxMessages) throw refusals.badRequest();
    this.#lastMessageId = Math.max(this.#lastMessageId, message.messageId);
    const key = keyOf(message);
    const thread = this.#threads.get(key) ?? [];
    thread.push(message);
    this.#threads.set(key, thread);
    this.#messages.set(message.messageId, message);
    this.#events.emit('event', { type: 'TextMessagesCreated', message });
    return message;
  }

  /** Its comments and attachments go with it. */
  removeMessage(message: Message): void {
    const { roomId, messageId } = message;
    for (const comment of this.thread({ roomId, parentMessageId: messageId })) this.removeMessage(comment);
    for (const attachment of message.attachments) this.#forget(attachment);
    this.#threads.set(
      keyOf(message),
      this.thread(message).filter((other) => other !== message),
    );
    this.#messages.delete(message.messageId);
    this.#events.emit('event', { type: 'TextMessageDeleted', message });
  }

  /** All of them or none. */
  attach(message: Message, files: readonly NewFile[], state: AttachmentState): void {
    const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
    if (this.#storedBytes + bytes > maxStoredBytes) throw refusals.tooLarge();
    for (const file of files) {
      const at = this.now();
      const checksum = createHash('sha1').update(file.bytes).digest('hex');
      const { messageId, roomId } = message;
      const own = { attachmentId: this.nextAttachmentId(), messageId, roomId, createdUtc: at, lastModifiedUtc: at };
      this.addAttachment(message, { ...file, ...own, checksum, state });
    }
    this.#touch(message);
  }

  addAttachment(message: Message, attachment: StoredAttachment): void {
    this.#lastAttachmentId = Math.max(this.#lastAttachmentId, attachment.attachmentId);
    this.#storedBytes += attachment.bytes.length;
    this.#attachments.set(attachment.attachmentId, attachment);
    message.attachments.push(attachment);
  }

  removeAttachment(attachment: StoredAttachment): void {
    this.#forget(attachment);
    const message = this.#messages.get(attachment.messageId);
    if (!message) return;
    message.attachments.splice(message.attachments.indexOf(attachment), 1);
    this.#touch(message);
  }

  markRead(message: Message, { userId }: User): void {
    message.readBy.set(userId, this.now());
    this.#events.emit('event', { type: 'TextMessagesUpdated', message });
  }

  /** Who administers or moderates may do everything; others only what the room allows, to what is their own. */
  assertPermitted(
    user: User,
    { roomId, parentMessageId }: Thread,
    permissions: readonly ThreadPermission[],
    owner = user.userId,
  ): void {
    const room = this.room(roomId, user);
    if (isPowerful(user, room)) return;
    const place = parentMessageId > 0 ? 'InDiscussion' : 'InMainThread';
    const allowed = permissionsOf(user, room);
    const isPermitted = permissions.every((permission) => allowed[`${permission}${place}`]);
    if (!isPermitted || owner !== user.userId || room.isArchived) throw refusals.denied();
  }

  #isSeen(roomId: number, user: User): boolean {
    return this.rooms.some((room) => room.roomId === roomId && canSee(user, room));
  }

  #forget(attachment: StoredAttachment): void {
    this.#storedBytes -= attachment.bytes.length;
    this.#attachments.delete(attachment.attachmentId);
  }

  #touch(message: Message): void {
    message.lastModifiedUtc = this.now();
    this.#events.emit('event', { type: 'TextMessagesUpdated', message });
  }
}

function keyOf({ roomId, parentMessageId }: Thread): string {
  return `${roomId}/${parentMessageId}`;
}

/** Permissions that exist for the room's own thread and for discussions. */
export type ThreadPermission =
  | 'canAttachOrDeleteFilesInOwnMessages'
  | 'canEditOrDeleteOwnMessages'
  | 'canSendFilesIntoRoom'
  | 'canSendMessages';

export function canSee(user: User, room: Room): boolean {
  return user.isAdmin || room.roomType === 'Public' || room.members.includes(user.userId);
}

export function isPowerful(user: User, room: Room): boolean {
  return user.isAdmin || room.moderators.includes(user.userId);
}

export function permissionsOf(user: User, room: Room): Readonly<Record<PermissionName, boolean>> {
  const isAllowed = (name: PermissionName) => isPowerful(user, room) || !room.forbidden.includes(name);
  return Object.fromEntries(permissionNames.map((name) => [name, isAllowed(name)])) as Record<PermissionName, boolean>;
}
