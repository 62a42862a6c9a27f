import { z } from 'zod';
import type { Attachment, Container } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { toSortName } from '../../filename.js';
import type { AttachmentQuery, Listed, Page, PageRequest } from '../provider.js';
import { matchesQuery, toSortedPage } from '../sorted-page.js';
import { maxMessages, type Thread, type VirolaApi } from './api.js';
import { type Account, toAttachments, toMessage, toRoom } from './map.js';
import { newestFirst, type Place } from './newest-first.js';
import type { WireRoom } from './wire.js';

/** Messages that one page may cost: 50 requests. */
const maxGathered = 5_000;
const leastMessages = 50;

/** Rooms by name. Rooms of one name go by id. */
export function toRoomPage(account: Account, rooms: readonly WireRoom[], { first, after }: PageRequest): Page<Container> {
  const start = after === null ? null : parseCursor(roomCursor, after);
  const rest = rooms
    .map((room) => [toSortName(toRoom(account, room).name), room] as const)
    .filter(([name, { roomId }]) => start === null || name > start[0] || (name === start[0] && roomId > start[1]))
    .sort(([one, { roomId }], [other, { roomId: otherId }]) => (one === other ? roomId - otherId : one < other ? -1 : 1));
  const items = rest.slice(0, first).map(([name, room]) => ({
    item: toRoom(account, room),
    cursor: JSON.stringify([name, room.roomId]),
  }));
  return { items, hasNextPage: rest.length > first };
}

/** Lists that are read message by message. */
export class Listing {
  constructor(
    private readonly api: VirolaApi,
    private readonly account: Account,
  ) {}

  /** The messages of a thread, newest first, each with its attachments as a list of them would give them. */
  async messages(thread: Thread, { first, after }: PageRequest, call: Call): Promise<Page<Container>> {
    const newest = after === null ? Number.POSITIVE_INFINITY : parseCursor(messageCursor, after) - 1;
    const items: Listed<Container>[] = [];
    for await (const { message } of this.#newestFirst([{ thread, newest }], first, call)) {
      if (items.length === first) return { items, hasNextPage: true };
      const { items: attachments } = ofOneMessage(toAttachments(this.account, message, thread));
      items.push({ item: toMessage(this.account, message, thread), cursor: `${message.messageId}`, attachments });
    }
    return { items, hasNextPage: false };
  }

  /** The latest messages' attachments first: the system can list by nothing else. */
  async latest(
    places: readonly Place[],
    query: AttachmentQuery,
    { first, after }: PageRequest,
    call: Call,
  ): Promise<Page<Attachment>> {
    const [messageId, attachmentId] = after === null ? endless : parseCursor(attachmentCursor, after);
    const rest = places.map(({ thread, newest }) => ({ thread, newest: Math.min(newest, messageId) }));
    const items: Listed<Attachment>[] = [];
    let messages = 0;
    for await (const { message, thread } of this.#newestFirst(rest, first, call)) {
      if (items.length > first) break;
      messages += 1;
      if (messages > maxGathered) return breakOff(items, this.account);
      for (const item of toAttachments(this.account, message, thread)) {
        const isAfter = message.messageId < messageId || Number(item.id) < attachmentId;
        if (isAfter && matchesQuery(item, query))
          items.push({ item, cursor: JSON.stringify([message.messageId, Number(item.id)]) });
      }
    }
    return { items: items.slice(0, first), hasNextPage: items.length > first };
  }

  /** In an order that needs them all. */
  async sorted(places: readonly Place[], query: AttachmentQuery, page: PageRequest, call: Call): Promise<Page<Attachment>> {
    const gathered: Attachment[] = [];
    let messages = 0;
    for await (const { message, thread } of this.#newestFirst(places, maxMessages, call)) {
      messages += 1;
      if (messages > maxGathered) throw tooMany(this.account);
      gathered.push(...toAttachments(this.account, message, thread));
    }
    return toSortedPage(gathered, query, page);
  }

  /** One more than asked tells whether a page follows; one is the cursor's own. */
  #newestFirst(places: readonly Place[], first: number, call: Call) {
    const limit = Math.min(maxMessages, Math.max(leastMessages, first) + 2);
    return newestFirst(places, (thread, newest, inner) => this.api.messagesUntil(thread, newest, limit, inner), call);
  }
}

/** What a room last said is the greatest id it can have. Older servers do not tell. */
export function toPlace({ roomId, lastMessage }: WireRoom): Place {
  const newest = lastMessage === null ? 0 : (lastMessage?.messageId ?? Number.POSITIVE_INFINITY);
  return { thread: { roomId, parentMessageId: null }, newest };
}

const roomCursor = z.tuple([z.string(), z.int()]);
const messageCursor = z.int().positive();
const attachmentCursor = z.tuple([z.int().positive(), z.int().positive()]);
const endless = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

function parseCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(cursor));
  if (parsed.success) return parsed.data;
  throw new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ofOneMessage(attachments: readonly Attachment[]): Page<Attachment> {
  return toSortedPage(attachments, { orderBy: 'MODIFIED_DESC' }, { first: attachments.length, after: null });
}

/** A page may be shorter than asked; one without any item has no cursor to go on from. */
function breakOff(items: readonly Listed<Attachment>[], account: Account): Page<Attachment> {
  if (items.length === 0) throw tooMany(account);
  return { items, hasNextPage: true };
}

function tooMany({ provider }: Account): ContentError {
  const instead = 'ask for one message, for a room with fewer, or for the latest attachments without filters';
  const message = `${provider} would have to read more than ${maxGathered} messages for this: ${instead}`;
  return new ContentError('QUERY_TOO_COMPLEX', message, { provider });
}
