import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { toMultipart } from '../multipart.js';
import type { Refusal, Rest, RestAnswer, RestRequest } from '../rest.js';
import { sessionCookie } from './credentials.js';
import type { LoginSettings } from './settings.js';
import {
  attachmentAnswer,
  doneAnswer,
  messagesAnswer,
  roomsAnswer,
  statedStatus,
  type WireAttachment,
  type WireMessage,
  type WireRoom,
} from './wire.js';

/** Where messages stand one after the other: a room, or the comments of one message. */
export interface Thread {
  readonly roomId: number;
  /** null: the room itself. */
  readonly parentMessageId: number | null;
}

export interface MessageRef extends Thread {
  readonly messageId: number;
}

export interface FilePart {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Readable;
}

/** How many messages one request asks for at most, as the vendor's own client does: more may be more than a server gives. */
export const maxMessages = 100;

/** The calls of the Web API that are used, one method each. */
export class VirolaApi {
  constructor(
    private readonly rest: Rest,
    private readonly toError: (refusal: Refusal) => ContentError,
  ) {}

  /** The new session's id: https://virola.io/web-api/docs/login */
  async login({ userName, password }: LoginSettings, call: Call): Promise<string> {
    const request: RestRequest = { method: 'POST', url: '/api/v1/login', anonymous: true, ...jsonBody({ userName, password }) };
    const { headers, cookies } = await this.rest.done(request, call);
    const ids = cookies.map((cookie) => new RegExp(`^${sessionCookie}=([^;]+)`).exec(cookie)?.[1]);
    const sessionId = ids.find((id) => id !== undefined);
    if (sessionId === undefined) throw this.toError({ request, status: 401, headers, body: null });
    return sessionId;
  }

  /** https://virola.io/web-api/docs/rooms */
  async rooms(call: Call): Promise<readonly WireRoom[]> {
    return (await this.#json(roomsAnswer, { url: '/api/v1/rooms' }, call)).rooms;
  }

  /**
   * The newest messages whose id is at most `newest`, in the order of ids; all that are left where they are fewer than `limit`, which is at
   * least 2. https://virola.io/web-api/docs/messages
   */
  async messagesUntil(thread: Thread, newest: number, limit: number, call: Call): Promise<MessagesBefore> {
    // Whether a list holds its cursor's own message is not said: one id further serves for both.
    const cursor = newest === Number.POSITIVE_INFINITY ? '' : `cursor=${newest + 1}&`;
    const found = await this.#messages(thread, `${cursor}limit=${limit}&direction=backward`, call);
    return { messages: found.filter(({ messageId }) => messageId <= newest), isLast: found.length < limit };
  }

  /** The oldest messages whose id is greater than `newest`. https://virola.io/web-api/docs/messages */
  async messagesAfter(thread: Thread, newest: number, call: Call): Promise<readonly WireMessage[]> {
    const found = await this.#messages(thread, `cursor=${newest}&limit=${maxMessages}&direction=forward`, call);
    return found.filter(({ messageId }) => messageId > newest);
  }

  /** There is no call for one message. null: not there. https://virola.io/web-api/docs/messages, …/comments */
  async message(ref: MessageRef, call: Call): Promise<WireMessage | null> {
    const query = `cursor=${ref.messageId - 1}&limit=2&direction=forward`;
    const found = await this.#messages(ref, query, call).catch(nullIfNotFound);
    return found?.find(({ messageId, roomId }) => messageId === ref.messageId && roomId === ref.roomId) ?? null;
  }

  /** The answer does not tell the new message's id. https://virola.io/web-api/docs/messages */
  async postMessage(roomId: number, content: string, call: Call): Promise<void> {
    await this.#json(doneAnswer, { method: 'POST', url: `/api/v1/rooms/${roomId}/messages`, ...jsonBody({ content }) }, call);
  }

  /** https://virola.io/web-api/docs/messages */
  async deleteMessage(messageId: number, call: Call): Promise<boolean> {
    const request: RestRequest = { method: 'DELETE', url: `/api/v1/messages/${messageId}` };
    return (await this.#json(doneAnswer, request, call).catch(nullIfNotFound)) !== null;
  }

  /** https://virola.io/web-api/docs/attachments */
  async attachment(attachmentId: number, call: Call): Promise<WireAttachment | null> {
    return this.#json(attachmentAnswer, { url: `/api/v1/attachments/${attachmentId}` }, call).catch(nullIfNotFound);
  }

  /** By the name that the attachment has now; to "", "." and ".." no URL leads. https://virola.io/web-api/docs/attachments */
  async download({ attachmentId, fileName }: WireAttachment, call: Call): Promise<RestAnswer | null> {
    if (/^\.{0,2}$/.test(fileName)) return null;
    const url = `/api/v1/attachments/${attachmentId}/${encodeURIComponent(fileName)}`;
    return this.rest.send({ url }, call).catch(nullIfNotFound);
  }

  /** The answer does not tell the new attachment's id. https://virola.io/web-api/docs/attachments */
  async upload(messageId: number, file: FilePart, call: Call): Promise<void> {
    const { contentType, body } = toMultipart([{ name: 'files', ...file }]);
    const url = `/api/v1/messages/${messageId}/attachments`;
    await this.#json(doneAnswer, { method: 'POST', url, headers: { 'content-type': contentType }, body }, call);
  }

  /** https://virola.io/web-api/docs/attachments */
  async deleteAttachment(attachmentId: number, call: Call): Promise<boolean> {
    const request: RestRequest = { method: 'DELETE', url: `/api/v1/attachments/${attachmentId}` };
    return (await this.#json(doneAnswer, request, call).catch(nullIfNotFound)) !== null;
  }

  async #messages({ roomId, parentMessageId }: Thread, query: string, call: Call): Promise<readonly WireMessage[]> {
    const path = parentMessageId === null ? `/rooms/${roomId}/messages` : `/messages/${parentMessageId}/comments`;
    return (await this.#json(messagesAnswer, { url: `/api/v1${path}?${query}` }, call)).messages;
  }

  /** What HTTP and the body both call a success. */
  async #json<Schema extends z.ZodType>(schema: Schema, request: RestRequest, call: Call): Promise<z.output<Schema>> {
    const answer = z.union([
      statedStatus.transform(({ httpStatusCode }) => ({ refusedWith: httpStatusCode })),
      schema.transform((accepted) => ({ accepted })),
    ]);
    const told = await this.rest.json(answer, request, call);
    if ('accepted' in told) return told.accepted;
    throw this.toError({ request, status: told.refusedWith, headers: { get: () => null }, body: null });
  }
}

export interface MessagesBefore {
  readonly messages: readonly WireMessage[];
  /** There are none before these. */
  readonly isLast: boolean;
}

function jsonBody(content: object): Pick<RestRequest, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}

function nullIfNotFound(error: unknown): null {
  if (error instanceof ContentError && error.code === 'NOT_FOUND') return null;
  throw error;
}
