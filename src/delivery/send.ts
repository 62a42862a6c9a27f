import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { ContentError } from '../errors.js';
import type { MaybePromise } from '../lib/maybe-promise.js';
import { unlessAborted } from '../lib/unless-aborted.js';
import type { ContentAnswer, FileBody, StreamBody } from './answer.js';
import { readExactly } from './read-exactly.js';
import { ClientLeft } from './work.js';

/** Of a file in one go. More is no faster, and every download holds as much. */
const stepBytes = 512 * 1024;

/**
 * Sends an answer as fast as the client reads it, and tells the number of body bytes. Until the first of them is there nothing is
 * sent, so that a failure can still be answered; after a later one the connection must be destroyed: the length was promised.
 */
export function send(response: ServerResponse, answer: ContentAnswer, signal: AbortSignal): MaybePromise<number> {
  const { status, headers, body } = answer;
  if (body && 'file' in body) return sendFile(response, answer, body, signal);
  if (body && 'stream' in body) return sendStream(response, answer, body, signal);
  response.writeHead(status, [...headers]);
  response.end(body);
  return body?.length ?? 0;
}

/** One piece of memory for all of it, however large it is: fresh ones would cost a third of the speed. */
async function sendFile(
  response: ServerResponse,
  { status, headers }: ContentAnswer,
  { file, start, sizeBytes }: FileBody,
  signal: AbortSignal,
): Promise<number> {
  try {
    const step = Buffer.allocUnsafeSlow(Math.min(stepBytes, sizeBytes));
    for (let sentBytes = 0; sentBytes < sizeBytes; sentBytes += step.length) {
      const piece = step.subarray(0, sizeBytes - sentBytes);
      await unlessAborted(readExactly(file, piece, start + sentBytes), signal);
      if (!response.headersSent) response.writeHead(status, [...headers]);
      await unlessAborted(written(response, piece), signal);
    }
  } finally {
    // Waits for a read that nobody waits for any more.
    file.close().catch(() => {});
  }
  response.end();
  return sizeBytes;
}

/** Resolves when the piece has gone to the system: its memory is free again. Only the client's connection can fail. */
function written(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(piece, (cause) => (cause ? reject(new ClientLeft('The client left', { cause })) : resolve()));
  });
}

async function sendStream(
  response: ServerResponse,
  { status, headers }: ContentAnswer,
  body: StreamBody,
  signal: AbortSignal,
): Promise<number> {
  let sentBytes = 0;
  for await (const piece of piecesOf(body, signal)) {
    if (!response.headersSent) response.writeHead(status, [...headers]);
    sentBytes += piece.length;
    if (!response.write(piece)) await once(response, 'drain', { signal });
  }
  if (!response.headersSent) response.writeHead(status, [...headers]);
  response.end();
  return sentBytes;
}

/** All bytes that were promised, and never one more; fails where they do not come. */
async function* piecesOf({ stream, sizeBytes, provider }: StreamBody, signal: AbortSignal): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const piece of addAbortSignal(signal, stream)) {
      bytes += piece.length;
      if (sizeBytes !== null && bytes > sizeBytes) throw new Error(`A stream brings more than ${sizeBytes} bytes`);
      yield piece;
    }
    if (sizeBytes !== null && bytes < sizeBytes) throw new Error(`A stream ends at ${bytes} of ${sizeBytes} bytes`);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ContentError ? error : notWhole(provider, error);
  }
}

function notWhole(provider: string, cause: unknown): ContentError {
  return new ContentError('PROVIDER_ERROR', `What ${provider} sent is not whole`, { provider, retryable: true, cause });
}
