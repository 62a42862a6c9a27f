import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { attachmentObject } from './objects.js';
import { parseJson } from './payload.js';
import { refusals } from './refusal.js';
import { chatOf, ownCommunication, type XelionServer } from './server.js';
import { parseVersion } from './sessions.js';
import type { Communication, StoredAttachment, XelionState } from './state.js';
import { isFlagged, parseDate, type Query, toWireDate } from './values.js';

interface Route {
  Params: { oid: string; attachment: string };
  Querystring: Query;
}

interface ChatRoute {
  Params: { oid: string; message: string };
  Querystring: Query;
}

/**
 * Attachments by themselves (https://portal.xelion.com/nl/apidocs/user-guide/resources/attachments_get.html) and in what holds them
 * (https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_get_attachment.html).
 */
export function registerAttachments(app: FastifyInstance, server: XelionServer): void {
  const { state, sessions } = server;
  const bare = (request: FastifyRequest<Route>): StoredAttachment => {
    if (isForAdministrators(server.serverVersion)) sessions.administrator(request);
    return state.attachments.get(request.params.oid) ?? notFound();
  };
  app.get<Route>('/attachments/:oid', async (request) => {
    const attachment = bare(request);
    if (!isFlagged(request.query, 'only_thumbnail')) return { object: attachmentObject(attachment, 'contents') };
    return { object: attachmentObject(state.attachments.get(attachment.thumbnailOf ?? '') ?? attachment, 'thumbnail') };
  });
  app.get<Route>('/attachments/:oid/binary', async (request, reply) => sendBytes(reply, bare(request), request.query));
  app.post('/attachments/remove', async (request) => {
    sessions.administrator(request);
    return removeMany(state, parseJson(request));
  });

  const inCommunication = (request: FastifyRequest<Route>): readonly StoredAttachment[] =>
    state.attachmentsOf(ownCommunication(state, sessions.account(request), request.params.oid));
  app.get<Route>('/communications/:oid/attachments/:attachment', async (request, reply) => {
    const found = inCommunication(request).find(({ oid }) => oid === request.params.attachment);
    return sendAttachment(reply, found, request.query);
  });
  app.get<Route>('/communications/:oid/attachment', async (request, reply) =>
    sendAttachment(reply, inCommunication(request)[0], request.query),
  );
}

/** Routes of a chat session: its messages' attachments and the one of the account's concept. */
export function registerChatAttachments(app: FastifyInstance, server: XelionServer): void {
  const { state, sessions } = server;
  app.get<ChatRoute>('/chats/:oid/messages/:message/attachment', async (request, reply) => {
    const communication = ownCommunication(state, sessions.account(request), request.params.message);
    if (communication.session !== chatOf(server, request)) throw refusals.notFound();
    return sendAttachment(reply, state.attachmentsOf(communication)[0], request.query);
  });
  app.get<ChatRoute>('/chats/:oid/concept/attachment', async (request, reply) => {
    const { attachment } = state.concept(sessions.account(request), chatOf(server, request));
    return sendAttachment(reply, state.attachments.get(attachment ?? ''), request.query);
  });
}

/** From 8u4 on. */
function isForAdministrators(serverVersion: string): boolean {
  const [major, update] = parseVersion(serverVersion);
  return major > 8 || (major === 8 && update >= 4);
}

function sendAttachment(reply: FastifyReply, attachment: StoredAttachment | undefined, query: Query) {
  const found = attachment ?? notFound();
  if (query.response_type === 'stream') return sendBytes(reply, found, query);
  return { object: attachmentObject(found, isFlagged(query, 'only_thumbnail') ? 'thumbnail' : 'contents') };
}

/** Headers are those of the file itself, for its thumbnail too. */
function sendBytes(reply: FastifyReply, { name, mimeType, content, thumbnail }: StoredAttachment, query: Query): FastifyReply {
  const bytes = isFlagged(query, 'only_thumbnail') ? (thumbnail ?? notFound()) : content;
  const filename = Buffer.from(name)
    .toString('latin1')
    .replaceAll(/[\r\n]/g, '');
  return reply
    .header('content-type', mimeType)
    .header('content-length', bytes.length)
    .header('content-disposition', `attachment; filename=${filename}`)
    .send(bytes);
}

function notFound(): never {
  throw refusals.notFound();
}

const kindsOf: Readonly<Record<string, (communication: Communication) => boolean>> = {
  callRecordings: ({ objectType, voicemail }) => objectType === 'CallLog' && !voicemail,
  voicemails: ({ objectType, voicemail }) => objectType === 'CallLog' && voicemail,
  chatAttachments: ({ objectType }) => objectType === 'XCCUserChat',
  emailAttachments: ({ objectType }) => objectType === 'XCCMessage',
};

/** https://portal.xelion.com/nl/apidocs/user-guide/resources/attachments_remove.html */
function removeMany(state: XelionState, asked: Readonly<Record<string, unknown>>) {
  const [from, until] = [parseDate(`${asked.fromDate}`), parseDate(`${asked.untilDate}`)];
  const kinds = Object.entries(kindsOf).flatMap(([name, isKind]) => (asked[name] === true ? [isKind] : []));
  const chosen = [...state.allCommunications()].filter(
    (each) => each.date >= from && each.date <= until && kinds.some((isKind) => isKind(each)),
  );
  const removed = chosen.flatMap((each) => each.attachments.map((oid) => [each, oid] as const));
  for (const [communication, oid] of removed) state.detach(communication, oid);
  const at = toWireDate(state.now());
  const content = `${removed.length} attachments removed`;
  return {
    object: {
      ...{ timeStamp: at, timeStampEnd: at, file: '', status: 'SUCCESS', action: 'delete' },
      log: { content, oid: state.nextOid(), objectType: 'Comment' },
      ...{ permissions: 'ReadWriteRemove', commonName: 'delete', oid: state.nextOid(), objectType: 'XCCAttachmentLog' },
    },
    links: [],
  };
}
