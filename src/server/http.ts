import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import cors from '@fastify/cors';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { ContentError, toContentError, toHttpStatus } from '../errors.js';
import type { ServerSettings } from './settings.js';

/** Largest JSON body of a query. Uploads have limits of their own. */
const maxQueryBytes = 1024 * 1024;

export interface HttpOptions {
  readonly settings: ServerSettings;
  /** Whether a viewer's own credential comes in a cookie, which pages of other origins must then be allowed to send. */
  readonly cookies?: boolean;
  /** Sees a request before anything else, until the server closes; true when it answers it. */
  readonly shortcut: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A server without routes: who may speak to it, how it logs, and how it says that something went wrong. */
export async function createHttpServer({ settings, cookies = false, shortcut }: HttpOptions): Promise<FastifyInstance> {
  let closing = false;
  const app = fastify({
    logger: { level: settings.logLevel, serializers: { req: describeRequest }, stream: process.stderr },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxQueryBytes,
    genReqId: () => uuidv7(),
    forceCloseConnections: 'idle',
    frameworkErrors: answerError,
    serverFactory: (answer) =>
      createServer({ requestTimeout: settings.uploadTimeoutSeconds * 1000 }, (request, response) => {
        if (closing || !shortcut(request, response)) answer(request, response);
      }),
  });
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', refuseForeignHosts(settings));
  app.addHook('onResponse', logResponse);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => answerError(notFound(request), request, reply));
  await app.register(cors, { origin: [...settings.corsOrigins], credentials: cookies, maxAge: 600 });
  return app;
}

function describeRequest(request: FastifyRequest) {
  return { id: request.id, method: request.method, path: pathOf(request) };
}

/** The query of a content URL is its signature: it is never logged. */
export function pathOf({ url = '' }: { readonly url?: string | undefined }): string {
  return url.split('?', 1)[0] ?? '';
}

/** A web page that makes its own name point at this machine (DNS rebinding) would otherwise act as its user. */
function refuseForeignHosts(settings: ServerSettings) {
  const publicHosts = settings.publicUrl === undefined ? [] : [new URL(settings.publicUrl).hostname];
  const known = new Set(['localhost', '127.0.0.1', '[::1]', ...publicHosts]);
  return async (request: FastifyRequest): Promise<void> => {
    const host = request.headers.host?.replace(/:\d+$/, '').toLowerCase();
    if (host !== undefined && known.has(host)) return;
    throw new ContentError(
      'FORBIDDEN',
      'This server answers to localhost and to the host of its configured server.publicUrl only',
    );
  };
}

async function logResponse(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  request.log.debug({ req: request, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
}

function notFound(request: FastifyRequest): ContentError {
  return new ContentError('NOT_FOUND', `There is nothing at ${request.method} ${pathOf(request)}`);
}

/** GraphQL's own shape for every error, so that clients need to know one only. Unexpected text goes to the log, never out. */
function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = isClientError(error) ? toClientError(error) : toContentError(error);
  const status = isClientError(error) ? error.statusCode : toHttpStatus(known.code);
  const level = known.code === 'INTERNAL_SERVER_ERROR' ? 'error' : 'debug';
  request.log[level]({ err: error, req: request }, 'request failed');
  const { retryAfterSeconds } = known.details;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  const extensions = { code: known.code, requestId: request.id, retryAfterSeconds };
  return reply.code(status).send({ errors: [{ message: known.message, extensions }] });
}

type ClientError = FastifyError & { readonly statusCode: number };

/** What the HTTP layer itself refuses: malformed JSON, a body over the limit, an unknown media type. */
function isClientError(error: unknown): error is ClientError {
  if (!(error instanceof Error) || error instanceof ContentError) return false;
  return 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
}

function toClientError(error: ClientError): ContentError {
  if (error.statusCode === 413) {
    return new ContentError('PAYLOAD_TOO_LARGE', `The request body is larger than ${maxQueryBytes} bytes`);
  }
  return new ContentError(error.statusCode === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : 'BAD_USER_INPUT', error.message);
}
