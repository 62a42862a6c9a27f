import { createReadStream } from 'node:fs';
import type { OpenedContent, ProviderName } from '../attachment.js';
import { ContentError } from '../errors.js';
import { forEachChunk } from '../lib/streams.js';
import { whenAborted } from '../lib/when-aborted.js';

export interface PictureReading {
  readonly provider: ProviderName;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** All of a small picture. PROVIDER_ERROR for one that breaks off, has not the size it says, or is larger than maxBytes. */
export async function readPicture({ body, sizeBytes }: OpenedContent, reading: PictureReading): Promise<Buffer> {
  const { provider, maxBytes, signal } = reading;
  const stream = 'path' in body ? createReadStream(body.path) : body.stream;
  const stay = whenAborted(signal, () => stream.destroy(signal.reason));
  const chunks: Buffer[] = [];
  let read = 0;
  try {
    await forEachChunk(stream, (chunk) => {
      read += chunk.length;
      if (read > maxBytes) throw unusable(provider, `has more than ${maxBytes} bytes`);
      chunks.push(chunk);
      return undefined;
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ContentError ? error : unusable(provider, 'broke off', error);
  } finally {
    stay();
  }
  if (sizeBytes !== null && read !== sizeBytes) throw unusable(provider, `has ${read} bytes instead of ${sizeBytes}`);
  const [first] = chunks;
  return first && chunks.length === 1 ? first : Buffer.concat(chunks, read);
}

function unusable(provider: ProviderName, what: string, cause?: unknown): ContentError {
  return new ContentError('PROVIDER_ERROR', `The picture that ${provider} gave ${what}`, { provider, retryable: true, cause });
}
