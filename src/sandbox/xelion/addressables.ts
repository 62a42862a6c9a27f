import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendGiven, toChatAnswer } from './chats.js';
import { addressableObject } from './objects.js';
import { parseJson } from './payload.js';
import { Refusal, refusals } from './refusal.js';
import { selfLinks, type XelionServer } from './server.js';
import type { ChatSession } from './state.js';
import { parseLimit, type Query } from './values.js';

type ById = { Params: { oid: string } };

/** Persons and groups: https://portal.xelion.com/nl/apidocs/user-guide/resources/addressables_get.html */
export function registerAddressables(app: FastifyInstance, server: XelionServer): void {
  const { state } = server;
  app.get<{ Querystring: Query }>('/addressables', async ({ query }) => {
    const named = [...state.addressables.values()]
      .filter(({ commonName }) => commonName.toLowerCase().includes((query.name ?? '').toLowerCase()))
      .filter(({ oid }) => query.after === undefined || Number(oid) > Number(query.after))
      .sort((one, other) => Number(one.oid) - Number(other.oid));
    const page = named.slice(0, parseLimit(query));
    const nextId = named.length > page.length ? page.at(-1)?.oid : undefined;
    const data = page.map((each) => ({ object: addressableObject(each), links: selfLinks(server, `/addressables/${each.oid}`) }));
    return { data, meta: { links: selfLinks(server, '/addressables'), paging: nextId === undefined ? {} : { nextId } } };
  });
  app.get<ById>('/addressables/:oid', async ({ params: { oid } }) => {
    const addressable = state.addressables.get(oid);
    if (!addressable) throw refusals.notFound();
    return { object: addressableObject(addressable), links: selfLinks(server, `/addressables/${oid}`) };
  });
  app.get<ById>('/addressables/:oid/chat', async (request) => toChatAnswer(server, chatWith(server, request)));
  app.post<ById>('/addressables/:oid/chat', async (request) => {
    const { text, attachment } = parseJson(request);
    if (!text && !attachment) throw new Refusal(400, 10204, 'Empty chat message');
    return sendGiven(server, request, chatWith(server, request));
  });
}

/** The chat session with a contact. */
function chatWith({ state, sessions }: XelionServer, request: FastifyRequest<ById>): ChatSession {
  const { person } = sessions.account(request);
  const { oid } = request.params;
  const isWith = ({ group, members }: ChatSession) =>
    group ? group.oid === oid : oid !== person.oid && members.some((member) => member.oid === oid);
  const own = [...state.sessions.values()].filter(({ members }) => members.some((member) => member.oid === person.oid));
  const found = own.find(isWith);
  if (!found) throw refusals.notFound();
  return found;
}
