import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contentsOf } from './contents.js';
import { fullCommunication, sessionObject, singleCommunication } from './objects.js';
import { isObject, parseJson } from './payload.js';
import { Refusal, refusals } from './refusal.js';
import { search } from './search.js';
import { type ChatContents, sendMessage } from './send-message.js';
import { chatOf, ownChat, ownCommunication, selfLinks, type XelionServer } from './server.js';
import type { Account, ChatSession, Communication, XelionState } from './state.js';
import type { Query } from './values.js';

type ById = { Params: { oid: string }; Querystring: Query };

/** Chat sessions and their messages: https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_messages_get.html */
export function registerChats(app: FastifyInstance, server: XelionServer): void {
  const { state, sessions } = server;
  app.get<ById>('/chats/:oid', async (request) => toChatAnswer(server, chatOf(server, request)));
  app.post('/chats/group', async (request) => {
    const { name } = parseJson(request);
    if (typeof name !== 'string' || name === '') throw refusals.invalidPayload();
    return toChatAnswer(server, createGroup(state, sessions.account(request), name));
  });
  app.get<ById>('/chats/:oid/messages', async (request) => messagesOf(server, chatOf(server, request), request));
  app.post<ById>('/chats/:oid/messages', async (request) => sendGiven(server, request, chatOf(server, request)));
  app.post<{ Params: { oid: string; message: string } }>('/chats/:oid/messages/:message/reply', async (request) => {
    sourceOf(state, sessions.account(request), request.params.message);
    return sendGiven(server, request, chatOf(server, request));
  });
  app.post<ById>('/communications/chat/:oid/reply', async (request) =>
    sendGiven(server, request, sourceOf(state, sessions.account(request), request.params.oid).session),
  );
  app.post<ById>('/communications/chat/:oid/forward', async (request) => forward(server, request));
}

export function toChatAnswer(server: XelionServer, chat: ChatSession) {
  return { object: sessionObject(chat), links: selfLinks(server, `/chats/${chat.oid}`) };
}

/** Sends what the request's body holds. */
export async function sendGiven(server: XelionServer, request: FastifyRequest, chat: ChatSession) {
  const account = server.sessions.account(request);
  return send(server, account, chat, await contentsOf(server.state, account, chat, parseJson(request)));
}

function send(server: XelionServer, account: Account, chat: ChatSession, contents: ChatContents) {
  const { state, events } = server;
  const copies = sendMessage(state, account, chat, contents);
  events.announce(copies, account, contents.clientId);
  const own = copies.find(({ owner }) => owner.oid === account.person.oid);
  if (!own) throw refusals.serverError();
  return { object: singleCommunication(state, own), links: selfLinks(server, `/communications/${own.oid}`) };
}

/** https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_chat_forward.html */
function forward(server: XelionServer, request: FastifyRequest<ById>) {
  const { state, sessions } = server;
  const account = sessions.account(request);
  const { text, attachments } = sourceOf(state, account, request.params.oid);
  const { chatSession, clientId } = parseJson(request);
  const target = isObject(chatSession) ? ownChat(state, account, `${chatSession.oid}`) : undefined;
  if (!target) throw refusals.invalidId();
  const more = typeof clientId === 'string' ? { clientId } : {};
  return send(server, account, target, { text, attachment: attachments[0] ?? null, forwarded: true, ...more });
}

/** Neither participants nor attachments are told here. */
function messagesOf(server: XelionServer, chat: ChatSession, request: FastifyRequest<ById>) {
  const { state, sessions } = server;
  const own = state.communicationsOf(sessions.account(request).person).filter(({ session }) => session === chat);
  const { name, before, after, from, until, limit } = request.query;
  const { page, ...paging } = search(own, { name, before, after, from, until, limit });
  const data = page.map((each) => ({
    object: { ...fullCommunication(state, each, { attachments: false, thumbnails: false }), participants: [] },
    links: selfLinks(server, `/communications/${each.oid}`),
  }));
  return { data, meta: { links: selfLinks(server, `/chats/${chat.oid}/messages`), paging } };
}

/** Everybody who can log in is in it. */
function createGroup(state: XelionState, { person }: Account, commonName: string): ChatSession {
  const group = { oid: state.nextOid(), objectType: 'X1Object', commonName } as const;
  const others = state.accounts.map((account) => account.person).filter(({ oid }) => oid !== person.oid);
  const members = [person, ...others];
  const chat = { oid: state.nextOid(), sessionType: 'group', commonName, group, members, disabled: false } as const;
  state.addSession(chat);
  state.addressables.set(group.oid, group);
  return chat;
}

function sourceOf(state: XelionState, account: Account, oid: string): Communication & { readonly session: ChatSession } {
  const source = state.communication(oid) ? ownCommunication(state, account, oid) : undefined;
  if (!source?.session) throw new Refusal(400, 10203, 'The source message was not found');
  return { ...source, session: source.session };
}
