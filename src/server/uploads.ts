import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ContentError } from '../errors.js';
import { MultipartRequest } from './multipart.js';

export const uploadSettings = z.strictObject({
  /** A larger file fails with PAYLOAD_TOO_LARGE; the other files of the request go on. */
  maxFileBytes: z
    .int()
    .min(1)
    .default(16 * 1024 ** 3),
  /** Files in one request. */
  maxFiles: z.int().min(1).max(1000).default(20),
  /** The operations and the map of a request, each. */
  maxFieldBytes: z
    .int()
    .min(1024)
    .max(64 * 1024 ** 2)
    .default(1024 ** 2),
  /** Uploads at once; each holds some 3 MiB of memory. One more is answered OVERLOADED. */
  maxConcurrent: z.int().min(1).max(10_000).default(64),
  /** An upload that makes no progress for this long is ended. */
  idleTimeoutSeconds: z.number().positive().max(3600).default(60),
});

export type UploadSettings = z.infer<typeof uploadSettings>;

/** What a client may still send after its answer to keep the connection: refusing nearly any photo or document early costs none. */
const drainBytes = 32 * 1024 * 1024;
/**
 * A connection that is closing is read on for so long, and until it is silent for so long. Closed at once it would be reset, which
 * takes the answer from a client that reads only after it has sent everything, as browsers do.
 */
const lingerMs = 60_000;
const lingerSilenceMs = 5_000;

export interface Uploads {
  stats(): { readonly active: number; readonly started: number; readonly refused: number };
}

/**
 * GraphQL multipart requests (files as arguments) for all POST routes of this app. Resolvers get the files as promises of
 * FileUpload whose every failure is a ContentError. Files arrive one after the other: a resolver reads them all at once (each as
 * its promise resolves), and destroys the stream of a file that it does not want. Waiting for the second file with the first
 * unread would wait for ever.
 */
export function registerUploads(app: FastifyInstance, settings: UploadSettings): Uploads {
  const counters = { active: 0, started: 0, refused: 0 };
  // The body is left alone until the request may be read.
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  app.addHook('preValidation', async (request, reply) => {
    if (request.method !== 'POST' || !isMultipart(request) || request.is404) return;
    const multipart = new MultipartRequest(request.raw, settings);
    endWithResponse(multipart, request.raw, reply.raw);
    requirePreflight(request);
    count(counters, reply.raw, settings.maxConcurrent);
    watchForSilence(multipart, request.raw, settings.idleTimeoutSeconds);
    request.body = await multipart.read(reply.raw);
  });
  return { stats: () => ({ ...counters }) };
}

export function isMultipart(request: FastifyRequest): boolean {
  return request.headers['content-type']?.toLowerCase().startsWith('multipart/form-data') ?? false;
}

/** Browsers send multipart forms across origins unasked, but not with a header of these names. Apollo would check too late. */
function requirePreflight({ headers }: FastifyRequest): void {
  if (headers['apollo-require-preflight'] || headers['x-apollo-operation-name']) return;
  throw new ContentError(
    'BAD_USER_INPUT',
    'An upload must carry the header "apollo-require-preflight: true" (any value will do)',
  );
}

function count(
  counters: { active: number; started: number; refused: number },
  response: ServerResponse,
  maxConcurrent: number,
): void {
  if (counters.active >= maxConcurrent) {
    counters.refused += 1;
    throw new ContentError('OVERLOADED', `${maxConcurrent} uploads are running, which is all that are allowed at once`, {
      retryAfterSeconds: 5,
    });
  }
  counters.active += 1;
  counters.started += 1;
  response.once('close', () => {
    counters.active -= 1;
  });
}

/**
 * A client that neither sends nor leaves gets an answer, and so does one whose file nobody reads while another is waited for; one that
 * stays silent after it loses the connection.
 */
function watchForSilence(multipart: MultipartRequest, request: IncomingMessage, seconds: number): void {
  let seen = 0;
  let silentSince = performance.now();
  const check = () => {
    if (request.socket.bytesRead !== seen) {
      seen = request.socket.bytesRead;
      silentSince = performance.now();
    } else if (performance.now() - silentSince >= seconds * 1000) {
      silentSince = performance.now();
      endSilent();
    }
  };
  let answered = false;
  const endSilent = () => {
    if (answered) request.socket.destroy();
    answered = true;
    multipart.end(new ContentError('BAD_USER_INPUT', `The upload made no progress for ${seconds} seconds`));
  };
  const timer = setInterval(check, Math.min(seconds * 250, 5_000)).unref();
  request.once('close', () => clearInterval(timer));
}

/** After the answer nobody reads the files any more, but the next request of the connection stands behind the rest of the body. */
function endWithResponse(multipart: MultipartRequest, request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    multipart.end(new ContentError('BAD_USER_INPUT', 'The request was answered before this file was read'));
    drain(request);
  });
}

function drain(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return;
  let left = drainBytes;
  const onData = (chunk: Buffer) => {
    left -= chunk.length;
    if (left >= 0) return;
    request.off('data', onData);
    linger(request);
  };
  request.unpipe();
  request.on('data', onData).resume();
}

/** Tells that nothing more comes, which ends clients that listen while they send, and reads what others still send. */
function linger(request: IncomingMessage): void {
  const { socket } = request;
  const timers = [lingerMs, lingerSilenceMs].map((ms) => setTimeout(() => socket.destroy(), ms).unref());
  socket.end();
  request.on('data', () => timers[1]?.refresh());
  request.once('end', () => socket.destroySoon());
  socket.once('close', () => timers.forEach(clearTimeout));
}
