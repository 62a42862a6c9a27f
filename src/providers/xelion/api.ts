import contentDisposition from 'content-disposition';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { Rest, RestAnswer } from '../rest.js';
import type { LoginSettings } from './settings.js';
import {
  attachmentAnswer,
  chatAnswer,
  communicationAnswer,
  communicationsAnswer,
  conceptAnswer,
  loginAnswer,
  toWireDate,
  type WireAttachment,
  type WireChat,
  type WireCommunication,
  type WireCommunications,
} from './wire.js';

/** An attachment, and the communication that it is read through; null: by itself, as administrators and old servers can. */
export interface AttachmentKey {
  readonly communication: string | null;
  readonly attachment: string;
}

/** Communications of one request at most; the vendor names no maximum, and public clients use this one. */
export const maxLimit = 100;

export interface CommunicationsRequest {
  readonly limit: number;
  /** Only those older than this one. */
  readonly before: string | null;
  /** Both inclusive. `until` also gives some of the second after it. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

/** Newest first. */
export interface CommunicationsPage {
  readonly communications: readonly WireCommunication[];
  /** Where older ones go on; null: there are none. */
  readonly before: string | null;
}

/** What a login or a renewal gives. */
export interface Session {
  readonly token: string;
  readonly renewalToken: string | null;
  /** null where the system does not say. */
  readonly validUntil: Date | null;
}

const json = { 'content-type': 'application/json' } as const;

/** The calls that we need, one method each. Objects that are not there are null. */
export class XelionApi {
  constructor(private readonly rest: Rest) {}

  /**
   * Everybody's messages and calls with what is attached to them, and with the thumbnails of that:
   * https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_list.html. `chats`: only chat messages.
   */
  async communications(
    request: CommunicationsRequest & { readonly thumbnails: boolean; readonly chats?: boolean },
    call: Call,
  ): Promise<CommunicationsPage> {
    const include = request.thumbnails ? 'attachments,thumbnails' : 'attachments';
    const parameters = toParameters(request, { include, ...(request.chats ? { where: 'obj_type=XCCUserChat' } : {}) });
    return toPage(await this.rest.json(communicationsAnswer, { url: `/communications?${parameters}` }, call), request);
  }

  /** https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_get.html */
  communication(oid: string, call: Call): Promise<WireCommunication | null> {
    return orNull(this.rest.json(communicationAnswer, { url: `/communications/${oid}` }, call).then(({ object }) => object));
  }

  /** Takes an attachment out of a communication: https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_update.html */
  async detach({ communication, attachment }: { communication: string; attachment: string }, call: Call): Promise<boolean> {
    const body = JSON.stringify({ operations: [{ op: 'remove', path: `/attachments/${attachment}` }] });
    const request = { method: 'PATCH', url: `/communications/${communication}`, headers: json, body } as const;
    return (await orNull(this.rest.done(request, call))) !== null;
  }

  /**
   * An attachment with its thumbnail and without its contents:
   * https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_get_attachment.html and, by itself,
   * https://portal.xelion.com/nl/apidocs/user-guide/resources/attachments_thumbnail_get.html
   */
  thumbnail({ communication, attachment }: AttachmentKey, call: Call): Promise<WireAttachment | null> {
    const url =
      communication === null
        ? `/attachments/${attachment}?only_thumbnail`
        : `/communications/${communication}/attachments/${attachment}?only_thumbnail=true`;
    return orNull(this.rest.json(attachmentAnswer, { url }, call).then(({ object }) => object));
  }

  /** The first one, in the same form: https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_get_first_attachment.html */
  firstAttachment(communication: string, call: Call): Promise<WireAttachment | null> {
    const url = `/communications/${communication}/attachment?only_thumbnail=true`;
    return orNull(this.rest.json(attachmentAnswer, { url }, call).then(({ object }) => object));
  }

  /** The bytes of an attachment, by the same routes. */
  open({ communication, attachment }: AttachmentKey, call: Call): Promise<RestAnswer | null> {
    const url =
      communication === null
        ? `/attachments/${attachment}/binary`
        : `/communications/${communication}/attachments/${attachment}?response_type=stream`;
    return orNull(this.rest.send({ url }, call));
  }

  /** https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_get.html */
  chat(oid: string, call: Call): Promise<WireChat | null> {
    return orNull(this.rest.json(chatAnswer, { url: `/chats/${oid}` }, call).then(({ object }) => object));
  }

  /** A chat session's messages, without attachments: https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_messages_get.html */
  async chatMessages(chat: string, request: CommunicationsRequest, call: Call): Promise<CommunicationsPage> {
    const url = `/chats/${chat}/messages?${toParameters(request)}`;
    return toPage(await this.rest.json(communicationsAnswer, { url }, call), request);
  }

  /**
   * A file for the message being written. The server wants to be told its size, so its bytes are all there:
   * https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_concept_upload_attachment.html
   */
  async writeConceptAttachment(
    chat: string,
    file: { readonly filename: string; readonly contentType: string; readonly bytes: Buffer },
    call: Call,
  ): Promise<WireAttachment> {
    const headers = { 'content-type': file.contentType, 'content-disposition': contentDisposition(file.filename) };
    const request = { method: 'POST', url: `/chats/${chat}/concept/attachment`, headers, body: file.bytes } as const;
    return (await this.rest.json(attachmentAnswer, request, call)).object;
  }

  /** https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_concept_get.html */
  async concept(chat: string, call: Call): Promise<{ readonly text: string | null; readonly attachment: WireAttachment | null }> {
    const { object } = await this.rest.json(conceptAnswer, { url: `/chats/${chat}/concept` }, call);
    return { text: object.text, attachment: object.attachment ?? null };
  }

  /** https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_concept_set.html */
  async writeConcept(chat: string, text: string, call: Call): Promise<void> {
    await this.rest.done({ method: 'PUT', url: `/chats/${chat}/concept`, headers: json, body: JSON.stringify({ text }) }, call);
  }

  /** Sends what was uploaded to the concept: https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_messages_send.html */
  async sendAttachment(chat: string, attachment: string, call: Call): Promise<WireCommunication> {
    const body = JSON.stringify({ attachment: { oid: attachment, objectType: 'Attachment' } });
    const request = { method: 'POST', url: `/chats/${chat}/messages`, headers: json, body } as const;
    return (await this.rest.json(communicationAnswer, request, call)).object;
  }

  /** Ends the session of `previous` first: https://portal.xelion.com/nl/apidocs/user-guide/resources/me_login.html */
  async login(account: Omit<LoginSettings, 'mode'>, previous: string | null, call: Call): Promise<Session> {
    const headers = { ...json, ...(previous === null ? {} : toHeaders(previous)) };
    return this.#session({ url: '/me/login', headers, body: JSON.stringify(account) }, call);
  }

  /** https://portal.xelion.com/nl/apidocs/user-guide/resources/me_renew.html */
  async renew({ token, renewalToken }: Session, call: Call): Promise<Session> {
    return this.#session(
      { url: '/me/renew', headers: { ...json, ...toHeaders(token) }, body: JSON.stringify(renewalToken) },
      call,
    );
  }

  /** https://portal.xelion.com/nl/apidocs/user-guide/resources/me_logout.html */
  async logout({ token }: Session, call: Call): Promise<void> {
    await this.rest.done({ method: 'POST', url: '/me/logout', headers: toHeaders(token), anonymous: true }, call);
  }

  async #session(request: { url: string; headers: Record<string, string>; body: string }, call: Call): Promise<Session> {
    const answer = await this.rest.json(loginAnswer, { ...request, method: 'POST', anonymous: true }, call);
    return { token: answer.authentication, renewalToken: answer.renewalToken, validUntil: answer.validUntil };
  }
}

export function toHeaders(token: string): Readonly<Record<string, string>> {
  return { authorization: `xelion ${token}` };
}

/** The server may go by parts of a second that it does not tell. */
const untoldMs = 1_000;

function toParameters({ limit, before, from, until }: CommunicationsRequest, more: Record<string, string> = {}): URLSearchParams {
  // Whether a page holds the one of its cursor is not said: one more serves for both.
  const parameters = new URLSearchParams({ ...more, limit: `${before === null ? limit : Math.min(limit + 1, maxLimit)}` });
  if (before !== null) parameters.set('before', before);
  if (from) parameters.set('from', toWireDate(from));
  // What lies ahead narrows nothing, and may be no date to the server (the year 9999).
  if (until && until.getTime() < Date.now()) parameters.set('until', toWireDate(new Date(until.getTime() + untoldMs)));
  return parameters;
}

/** An empty page is the last one, and so is one that leads to itself. */
function toPage({ data, meta }: WireCommunications, asked: CommunicationsRequest): CommunicationsPage {
  const older = data.map(({ object }) => object).filter(({ oid }) => oid !== asked.before);
  const communications = older.slice(0, asked.limit);
  const last = communications.at(-1)?.oid ?? null;
  if (communications.length < older.length) return { communications, before: last };
  const previousId = meta?.paging?.previousId ?? null;
  return { communications, before: last !== null && previousId !== asked.before ? previousId : null };
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: unknown) => {
    if (error instanceof ContentError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
}
