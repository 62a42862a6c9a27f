import { randomBytes } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { type SimulatedSystem, targetOf } from '../simulator.js';
import { Account } from './account.js';
import { addChangeRoutes } from './changes.js';
import { addContentRoutes, addDownloadRoutes } from './content.js';
import { addFileRoutes } from './files.js';
import { addFolderRoutes } from './folders.js';
import { apiPath } from './paths.js';
import { Pictures } from './pictures.js';
import { badRequest, Refusal, refusalOf, toErrorBody } from './refusals.js';
import { addRepresentationRoutes } from './representation-routes.js';
import { Representations } from './representations.js';
import { type Box, headerOf } from './routes.js';
import { addSearchRoutes } from './search.js';
import { seedAccount } from './seed.js';
import { addSessionRoutes } from './sessions.js';
import { addSharedLinkRoutes } from './shared-links.js';
import { addPlaceholderRoutes, addThumbnailRoutes } from './thumbnails.js';
import { addTokenRoutes, DownloadLinks, Tokens, tokenOf } from './tokens.js';
import { addUploadRoutes } from './uploads.js';
import { addVersionRoutes } from './versions.js';
import { user } from './wire.js';

export interface BoxSandboxOptions {
  /** Whether it starts with files to look at; an empty account otherwise. */
  readonly seed?: boolean;
  /** How long the tokens that it gives are good for. */
  readonly tokenSeconds?: number;
}

/** What callers get who ask for no other. */
const apiVersion = '2024.0';

/** Of all versions of all files together; then the account is full. */
const maxStoredBytes = 512 * 1024 * 1024;

/** Box's content API, uploads and downloads on one origin. https://developer.box.com/reference/ */
export function simulateBox({ seed = true, tokenSeconds = 3_600 }: BoxSandboxOptions = {}): SimulatedSystem {
  return {
    product: 'box',
    register: async (app, sandbox) => {
      const account = new Account(maxStoredBytes);
      if (seed) await seedAccount(account);
      addForms(app);
      await app.register(multipart);
      app.addHook('onRequest', async (_, reply) => {
        reply.header('box-request-id', randomBytes(16).toString('hex'));
      });
      app.setNotFoundHandler((_, reply) => sendRefusal(reply, refusalOf(404)));
      app.setErrorHandler((error: Error, _, reply) => sendRefusal(reply, toRefusal(error)));
      await addRoutes(app, {
        account,
        sandbox,
        tokens: new Tokens(tokenSeconds),
        downloads: new DownloadLinks(),
        pictures: new Pictures(),
        representations: new Representations(),
      });
    },
    refusal: (status) => (status === 401 ? undefined : toErrorBody(refusalOf(status))),
  };
}

async function addRoutes(app: FastifyInstance, box: Box): Promise<void> {
  addTokenRoutes(app, box.tokens);
  addDownloadRoutes(app, box);
  addPlaceholderRoutes(app, box);
  await app.register(async (own) => {
    own.addHook('onRequest', (request, reply) => authenticate(box, request, reply));
    own.addHook('onRequest', async (request) => assertVersion(request));
    addUserRoutes(own, box);
    addFileRoutes(own, box);
    addChangeRoutes(own, box);
    addContentRoutes(own, box);
    addThumbnailRoutes(own, box);
    addRepresentationRoutes(own, box);
    addVersionRoutes(own, box);
    addFolderRoutes(own, box);
    addSearchRoutes(own, box);
    addSharedLinkRoutes(own, box);
    addUploadRoutes(own, box);
    addSessionRoutes(own, box);
  });
}

/** Bodies that Box takes. An empty one is no mistake, whatever its type says. */
function addForms(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_: FastifyRequest, body: string) => {
    if (body === '') return null;
    try {
      return JSON.parse(body);
    } catch {
      throw badRequest('body', 'The body is no JSON');
    }
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: FastifyRequest, body: string) => {
      return new URLSearchParams(body);
    },
  );
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, async (_: FastifyRequest, body: Buffer) => body);
}

/** https://developer.box.com/reference/get-users-me/ */
function addUserRoutes(app: FastifyInstance, { tokens }: Box): void {
  app.get(`${apiPath}/users/me`, async (request) => {
    const userId = tokens.find(tokenOf(request, false) ?? '')?.userId ?? user.id;
    return { ...user, id: userId, status: 'active', language: 'en', timezone: 'America/Los_Angeles' };
  });
}

/** The refusal of a token has no body. Addresses of content may hold the token in their query. */
async function authenticate({ tokens, sandbox }: Box, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const token = tokenOf(request, /\/content(?:[/?]|$)/.test(request.url));
  const isEnded = sandbox.faults.take('expiredToken', targetOf(request)) !== null;
  if (token !== null && !isEnded && tokens.find(token)) return undefined;
  const reason = ', error="invalid_token", error_description="The access token provided is invalid."';
  return reply
    .code(401)
    .header('www-authenticate', `Bearer realm="Service"${token === null ? '' : reason}`)
    .send();
}

/** https://developer.box.com/guides/api-calls/api-versioning-strategy/ */
function assertVersion(request: FastifyRequest): void {
  const asked = headerOf(request, 'box-version');
  if (asked === null || asked === apiVersion) return;
  throw new Refusal(400, 'invalid_api_version', `The API version '${asked}' is not supported by this endpoint`);
}

function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return reply.code(refusal.status).send(toErrorBody(refusal));
}

function toRefusal(error: Error | FastifyError): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    return badRequest(issue?.path.join('.') ?? 'body', issue?.message ?? 'Invalid value');
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  return refusalOf(status ?? 500);
}
