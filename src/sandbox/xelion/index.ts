import websocket from '@fastify/websocket';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { Sandbox, SimulatedSystem } from '../simulator.js';
import { registerAddressables } from './addressables.js';
import { registerAttachments, registerChatAttachments } from './attachments.js';
import { registerChats } from './chats.js';
import { registerCommunications } from './communications.js';
import { registerConcept } from './concept.js';
import { Events, registerWebsocket } from './events.js';
import { acceptAnyBody } from './payload.js';
import { Refusal, refusalOf, refusals, toBody } from './refusal.js';
import { accounts, sampleMoment, seed } from './seed.js';
import type { XelionServer } from './server.js';
import { Sessions } from './sessions.js';
import { XelionState } from './state.js';

export interface XelionSandboxOptions {
  /** Sample conversations, and the examples of the vendor's pages; else an account with nothing in it. True unless told. */
  readonly seed?: boolean;
  /** "8u4", unless told: from it on, attachments by themselves are for administrators only. */
  readonly serverVersion?: string;
  /** Requests that one session may have running; the vendor names no number. 4 unless told. */
  readonly maxConcurrent?: number;
  /** How long a login lasts; an hour unless told. */
  readonly sessionSeconds?: number;
}

/**
 * A Xelion server: https://portal.xelion.com/nl/apidocs/user-guide/overview.html. demo/demo and the token "sandbox-token" are an
 * administrator's, user/demo and "sandbox-user-token" somebody's who is none.
 */
export function simulateXelion(options: XelionSandboxOptions = {}): SimulatedSystem {
  return {
    product: 'xelion',
    register: (app, sandbox) => register(app, sandbox, options),
    refusal: (status, request) => toBody(refusalOf(status), request),
  };
}

async function register(app: FastifyInstance, sandbox: Sandbox, options: XelionSandboxOptions): Promise<void> {
  const { serverVersion = '8u4', maxConcurrent = 4, sessionSeconds: lifetimeSeconds = 3_600 } = options;
  const seeded = options.seed ?? true;
  const state = new XelionState(seeded ? sampleMoment : null);
  state.accounts.push(accounts.administrator, accounts.user);
  if (seeded) await seed(state);
  const sessions = new Sessions(state, sandbox, { serverVersion, maxConcurrent, lifetimeSeconds });
  sessions.addToken('sandbox-token', accounts.administrator);
  sessions.addToken('sandbox-user-token', accounts.user);
  const events = new Events(state);
  answerRefusals(app);
  acceptAnyBody(app);
  await app.register(websocket);
  events.register(app);
  await app.register(async (api) => registerApi(api, { state, sessions, events, sandbox, serverVersion }), {
    prefix: '/api/v1/:tenant',
  });
}

async function registerApi(api: FastifyInstance, server: XelionServer): Promise<void> {
  const { sessions } = server;
  api.addHook('onRequest', async (request) => {
    if ((request.params as { tenant?: string }).tenant !== 'master') throw refusals.notFound();
    if (Object.values(request.query as object).some(Array.isArray)) throw refusals.invalidPayload();
  });
  sessions.registerGuest(api);
  await api.register(async (own) => {
    own.addHook('onRequest', async (request, reply) => sessions.enter(request, (left) => reply.raw.once('close', left)));
    sessions.registerOwn(own);
    registerCommunications(own, server);
    registerAttachments(own, server);
    registerChatAttachments(own, server);
    registerChats(own, server);
    registerConcept(own, server);
    registerAddressables(own, server);
    registerWebsocket(own, server);
  });
}

function answerRefusals(app: FastifyInstance): void {
  app.setNotFoundHandler(async (request, reply) => reply.code(404).send(toBody(refusals.notFound(), request)));
  app.setErrorHandler(async (error: FastifyError | Refusal, request, reply) => {
    const refusal = error instanceof Refusal ? error : toRefusal(error);
    return reply.code(refusal.status).send(toBody(refusal, request));
  });
}

/** What the HTTP server itself refuses. */
function toRefusal({ statusCode = 500 }: FastifyError): Refusal {
  return statusCode === 413 ? refusals.tooLarge() : refusalOf(statusCode);
}
