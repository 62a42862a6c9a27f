import type { FastifyRequest } from 'fastify';
import type { Sandbox } from '../simulator.js';
import type { Events } from './events.js';
import { refusals } from './refusal.js';
import type { Sessions } from './sessions.js';
import type { Account, ChatSession, Communication, XelionState } from './state.js';

/** What the routes share. */
export interface XelionServer {
  readonly state: XelionState;
  readonly sessions: Sessions;
  readonly events: Events;
  readonly sandbox: Sandbox;
  /** "8u4" */
  readonly serverVersion: string;
}

/** As the vendor's samples spell addresses in links. */
export function link({ sandbox }: XelionServer, rel: string, path: string) {
  return { rel, href: `${sandbox.url}/api/v1/master${path}`, method: 'GET' };
}

export function selfLinks(server: XelionServer, path: string) {
  return [link(server, 'self', path)];
}

export function ownCommunication(state: XelionState, { person }: Account, oid: string): Communication {
  const communication = state.communication(oid);
  if (!communication) throw refusals.notFound();
  if (communication.owner.oid !== person.oid) throw refusals.noPermission();
  return communication;
}

/** The chat session that a path names by its oid. */
export function chatOf({ state, sessions }: XelionServer, request: FastifyRequest<{ Params: { oid: string } }>): ChatSession {
  const chat = ownChat(state, sessions.account(request), request.params.oid);
  if (!chat) throw refusals.notFound();
  return chat;
}

/** One that the account is no member of is unknown to it. */
export function ownChat(state: XelionState, { person }: Account, oid: string): ChatSession | undefined {
  const chat = state.sessions.get(oid);
  return chat?.members.some((member) => member.oid === person.oid) ? chat : undefined;
}
