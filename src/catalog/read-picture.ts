import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import type { OpenedContent } from '../attachment.js';
import { ContentError } from '../errors.js';
import { forEachChunk } from '../lib/streams.js';

/** All of a small picture. PROVIDER_ERROR for one that ends early, brings more than was said, or more than maxBytes. */
export async function readPicture({ body, sizeBytes }: OpenedContent, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const stream = 'path' in body ? createReadStream(body.path) : body.stream;
  const chunks: Buffer[] = [];
  let read = 0;
  await forEachChunk(addAbortSignal(signal, stream), (chunk) => {
    read += chunk.length;
    if (read > maxBytes) throw unusable(`has more than ${maxBytes} bytes`);
    chunks.push(chunk);
    return undefined;
  });
  if (sizeBytes !== null && read !== sizeBytes) throw unusable(`has ${read} bytes instead of ${sizeBytes}`);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, read);
}

function unusable(what: string): ContentError {
  return new ContentError('PROVIDER_ERROR', `The picture ${what}`);
}
