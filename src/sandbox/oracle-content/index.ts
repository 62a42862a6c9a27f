import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import type { Sandbox, SimulatedSystem } from '../simulator.js';
import { Gate, sendRefusal } from './access.js';
import { Account } from './account.js';
import { addFileRoutes } from './file-routes.js';
import { addFolderRoutes } from './folder-routes.js';
import { addLinkRoutes } from './link-routes.js';
import { addPictureRoutes } from './picture-routes.js';
import { generalFailure } from './refusals.js';
import type { Parts } from './route.js';
import { seed } from './seed.js';
import { addTokenRoute } from './token-route.js';
import { addUploadRoutes } from './upload-routes.js';
import { Directory } from './users.js';

export interface OracleContentOptions {
  /** Sample files and all that the vendor's examples name. Without: an empty instance. */
  readonly seed?: boolean;
  /** Page renditions are there so long after they were asked for. */
  readonly pagesDelayMs?: number;
  /** What files/lists does with ids that it may not tell of: leaves them out, or refuses the whole request. */
  readonly lists?: 'omit' | 'refuse';
}

/**
 * Oracle Content Management's REST API for Documents 1.2, in memory. Bearers "sandbox-token" (demo), "user-aa", "user-bb"; Basic
 * demo:demo; or a token for the client demo:demo from /oauth2/v1/token.
 * @see https://docs.oracle.com/en/cloud/paas/content-cloud/rest-api-documents/
 */
export function simulateOracleContent(options: OracleContentOptions = {}): SimulatedSystem {
  return {
    product: 'oracle-content',
    register: (app, sandbox) => register(app, sandbox, options),
    refusal: (status) => (status === 401 ? '' : generalFailure(status)),
  };
}

async function register(app: FastifyInstance, sandbox: Sandbox, options: OracleContentOptions): Promise<void> {
  const account = new Account();
  if (options.seed ?? true) await seed(account);
  const directory = new Directory();
  const parts: Parts = {
    gate: new Gate(account, directory, sandbox.faults),
    sandbox,
    pagesDelayMs: options.pagesDelayMs ?? 300,
    lists: options.lists ?? 'omit',
  };
  await readBodies(app);
  answerErrors(app);
  addTokenRoute(app, directory);
  addFileRoutes(app, parts);
  addUploadRoutes(app, parts);
  addPictureRoutes(app, parts);
  addFolderRoutes(app, parts);
  addLinkRoutes(app, parts);
}

/** Everything that is no form is read as text: some clients label JSON as plain text. */
async function readBodies(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(multipart, { limits: { fieldSize: 64 * 1024 } });
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

function answerErrors(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-oracle-dms-ecid', randomUUID());
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(generalFailure(404)));
  app.setErrorHandler(async (error: { readonly statusCode?: number }, _request, reply) => {
    if (await sendRefusal(error, reply)) return reply;
    const status = error.statusCode ?? 500;
    return reply.code(status).send(generalFailure(status));
  });
}
