import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { addAbortSignal, type Readable } from 'node:stream';
import type { ContentAnswer } from './answer.js';

/**
 * Sends an answer as fast as the client reads it. Resolves with the number of body bytes. Until the first of them is there nothing is
 * sent, so that a failure can still be answered; after a later one the connection must be destroyed: the length was promised.
 */
export async function send(response: ServerResponse, answer: ContentAnswer, signal: AbortSignal): Promise<number> {
  const { status, headers, body } = answer;
  if (body && !Buffer.isBuffer(body)) return sendStream(response, answer, body.stream, body.sizeBytes, signal);
  response.writeHead(status, [...headers]);
  response.end(body);
  return body?.length ?? 0;
}

async function sendStream(
  response: ServerResponse,
  { status, headers }: ContentAnswer,
  stream: Readable,
  expectedBytes: number | null,
  signal: AbortSignal,
): Promise<number> {
  let sentBytes = 0;
  for await (const chunk of addAbortSignal(signal, stream)) {
    if (!response.headersSent) response.writeHead(status, [...headers]);
    sentBytes += chunk.length;
    if (expectedBytes !== null && sentBytes > expectedBytes) throw new Error(`A stream brings more than ${expectedBytes} bytes`);
    if (!response.write(chunk)) await once(response, 'drain', { signal });
  }
  if (expectedBytes !== null && sentBytes < expectedBytes)
    throw new Error(`A stream ends at ${sentBytes} of ${expectedBytes} bytes`);
  if (!response.headersSent) response.writeHead(status, [...headers]);
  response.end();
  return sentBytes;
}
