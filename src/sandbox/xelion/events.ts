import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Sandbox } from '../simulator.js';
import { addressableObject, attachmentObject } from './objects.js';
import { isObject, type JsonObject } from './payload.js';
import type { Sessions } from './sessions.js';
import type { Account, Communication, XelionState } from './state.js';
import { toWireDate } from './values.js';

/** One that listens, and to what: object ids, or null for all. */
interface Listener {
  readonly account: Account;
  readonly send: (message: object) => void;
  readonly subscribed: Set<string | null>;
}

/** The oldest end first. */
const maxAddresses = 1_000;
/** Of one listener; later ones are not heard. */
const maxSubscriptions = 1_000;

/** Events over a websocket: https://portal.xelion.com/nl/apidocs/user-guide/websockets/index.html */
export class Events {
  /** By the secret of the address that they were given. */
  readonly #accounts = new LRUCache<string, Account>({ max: maxAddresses });
  readonly #listeners = new Set<Listener>();

  constructor(private readonly state: XelionState) {}

  /** The path of a websocket that stands for this account; whoever knows it may listen. */
  open(account: Account): string {
    const secret = randomUUID();
    this.#accounts.set(secret, account);
    return `/websocket/${secret}`;
  }

  /** Tells those who have a copy of a message that it is there. */
  announce(copies: readonly Communication[], creator: Account, clientId: string | null = null): void {
    for (const { account, subscribed, send } of this.#listeners) {
      const own = copies.find(({ owner }) => owner.oid === account.person.oid);
      if (!own || !(subscribed.has(null) || subscribed.has(own.session?.oid ?? null))) continue;
      send({ notificationType: 'newChatEvent', notification: { ...toNewChatEvent(this.state, own, creator), clientId } });
    }
  }

  register(app: FastifyInstance): void {
    app.get<{ Params: { secret: string } }>('/websocket/:secret', { websocket: true }, (socket, request) => {
      const account = this.#accounts.get(request.params.secret);
      if (!account) {
        socket.send(JSON.stringify({ errorCode: 10000, message: 'Not authenticated' }));
        socket.close();
        return;
      }
      const listener = {
        account,
        subscribed: new Set<string | null>(),
        send: (message: object) => socket.send(JSON.stringify(message)),
      };
      this.#listeners.add(listener);
      socket.on('close', () => this.#listeners.delete(listener));
      socket.on('message', (frame: Buffer) => take(listener, frame.toString()));
    });
  }
}

/** Gives each account an address that only it knows. */
export function registerWebsocket(app: FastifyInstance, { sessions, events, sandbox }: Addresses): void {
  app.post('/me/websocket', async (request) => ({
    object: `${sandbox.url.replace(/^http/, 'ws')}${events.open(sessions.account(request))}`,
    links: [],
  }));
}

interface Addresses {
  readonly sessions: Sessions;
  readonly events: Events;
  readonly sandbox: Sandbox;
}

/** https://portal.xelion.com/nl/apidocs/user-guide/websockets/model/NotificationRequest.html */
function take({ subscribed, send }: Listener, frame: string): void {
  const message = parse(frame);
  if (!isObject(message)) send({ errorCode: 10202, message: 'Invalid message' });
  else if (message.messageType === 'test') send(message);
  else if (message.messageType === 'notificationRequest') subscribe(subscribed, message);
}

function subscribe(subscribed: Listener['subscribed'], { notificationType, oid = null, toggle }: JsonObject): void {
  if (notificationType !== 'newChatEvent') return;
  const subject = oid === null ? null : `${oid}`;
  if (toggle === false) subscribed.delete(subject);
  else if (subscribed.size < maxSubscriptions) subscribed.add(subject);
}

function parse(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return null;
  }
}

/** https://portal.xelion.com/nl/apidocs/user-guide/websockets/model/NewChatEvent.html */
function toNewChatEvent(state: XelionState, communication: Communication, { person }: Account) {
  const { session, date, text, incoming, forwarded, oid, contact } = communication;
  const [attachment] = state.attachmentsOf(communication);
  return {
    sessionName: session?.commonName ?? '',
    sessionOid: session?.oid ?? null,
    chatOid: oid,
    date: toWireDate(date),
    creator: addressableObject(person),
    addressable: addressableObject(contact),
    reference: attachment ? attachmentObject(attachment) : null,
    contents: text,
    chatSessionType: session?.sessionType ?? null,
    communicationOid: oid,
    forwarded,
    silent: false,
    incoming,
  };
}
