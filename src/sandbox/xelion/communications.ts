import type { FastifyInstance } from 'fastify';
import {
  addressableObject,
  fullCommunication,
  type Included,
  plainCommunication,
  singleCommunication,
  toIncluded,
} from './objects.js';
import { patch } from './patch.js';
import { parseJson } from './payload.js';
import { refusals } from './refusal.js';
import { matches, search } from './search.js';
import { link, ownCommunication, selfLinks, type XelionServer } from './server.js';
import type { Account, Communication } from './state.js';
import { isFlagged, parseDate, parseLimit, type Query, toWireDate } from './values.js';

type ById = { Params: { oid: string }; Querystring: Query };

/** Calls, chats, e-mails and text messages: https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_list.html */
export function registerCommunications(app: FastifyInstance, server: XelionServer): void {
  const { state, sessions } = server;
  app.get<{ Querystring: Query }>('/communications', async (request) => {
    const { query } = request;
    const found = search(state.communicationsOf(sessions.account(request).person), query);
    const included = toIncluded(query.include);
    const data = found.page.map((each) => listed(server, each, included, query));
    markRetrieved(found.page, query);
    return { data, meta: pagingMeta(server, '/communications', found) };
  });
  app.get<{ Querystring: Query }>('/communications/recent', async (request) =>
    recent(server, sessions.account(request), request.query),
  );
  app.get<ById>('/communications/:oid', async (request) => {
    const communication = ownCommunication(state, sessions.account(request), request.params.oid);
    markRetrieved([communication], request.query);
    return {
      object: singleCommunication(state, communication),
      links: selfLinks(server, `/communications/${communication.oid}`),
    };
  });
  app.patch<ById>('/communications/:oid', async (request, reply) => {
    patch(state, ownCommunication(state, sessions.account(request), request.params.oid), parseJson(request, 'any'));
    return reply.send();
  });
  app.get<ById>('/communications/:oid/audio', async (request, reply) => {
    const { recording } = ownCommunication(state, sessions.account(request), request.params.oid);
    if (!recording) throw refusals.notFound();
    return reply.header('content-type', 'audio/x-mp3').header('content-disposition', 'audio.mp3').send(recording);
  });
}

/** Participants are always told with `with`. */
function listed(server: XelionServer, each: Communication, included: Included | null, query: Query) {
  const told = included ?? (query.with === undefined ? null : { attachments: false, thumbnails: false });
  return {
    object: told ? fullCommunication(server.state, each, told) : plainCommunication(each),
    links: selfLinks(server, `/communications/${each.oid}`),
  };
}

function markRetrieved(communications: readonly Communication[], query: Query): void {
  if (!isFlagged(query, 'retrieval')) return;
  for (const each of communications) each.flags = { ...each.flags, retrieved: true };
}

/** Links tell the cursor only; the request's other parameters are the client's to add again. */
function pagingMeta(
  server: XelionServer,
  path: string,
  { previousId, nextId }: { readonly previousId?: string; readonly nextId?: string },
) {
  return {
    links: [
      link(server, 'refresh', path),
      ...(previousId === undefined ? [] : [link(server, 'previous', `${path}?${new URLSearchParams({ before: previousId })}`)]),
      ...(nextId === undefined ? [] : [link(server, 'next', `${path}?${new URLSearchParams({ after: nextId })}`)]),
    ],
    paging: { ...(previousId === undefined ? {} : { previousId }), ...(nextId === undefined ? {} : { nextId }) },
  };
}

/** The last communication with each contact: https://portal.xelion.com/nl/apidocs/user-guide/resources/communications_recent.html */
function recent(server: XelionServer, account: Account, query: Query) {
  const { state } = server;
  const until = query.before === undefined ? state.now() : parseDate(query.before);
  const start = new Date(until.getTime() - parsePeriod(query) * 86_400_000);
  const { where } = query;
  const inPeriod = state
    .communicationsOf(account.person)
    .filter((each) => each.date > start && each.date <= until && matches(each, where === undefined ? {} : { where }));
  const all = lastWithEach(inPeriod);
  const rows = all.slice(0, parseLimit(query));
  const edge = rows.length < all.length ? (rows.at(-1)?.date ?? start) : start;
  const included = toIncluded(query.include) ?? { attachments: false, thumbnails: false };
  return {
    data: rows.map((last) => ({
      object: {
        addressable: addressableObject(last.contact),
        lastCommunication: fullCommunication(state, last, included),
        ...(last.contact.notificationsCount === undefined ? {} : { notificationsCount: last.contact.notificationsCount }),
      },
      links: selfLinks(server, `/addressables/${last.contact.oid}`),
    })),
    meta: pagingMeta(server, '/communications/recent', { previousId: toWireDate(edge) }),
  };
}

/** In days. */
function parsePeriod({ period = '14' }: Query): number {
  if (!/^\d{1,5}$/.test(period)) throw refusals.invalidPayload();
  return Number(period);
}

/** Newest first. */
function lastWithEach(communications: readonly Communication[]): readonly Communication[] {
  const lastOf = new Map<string, Communication>();
  for (const each of [...communications].reverse()) if (!lastOf.has(each.contact.oid)) lastOf.set(each.contact.oid, each);
  return [...lastOf.values()];
}
