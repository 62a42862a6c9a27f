import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ProviderName } from '../attachment.js';
import { ContentError } from '../errors.js';

/** Counts what arrives, and tells once, at the end of the body or of the interest in it. A body that nobody reads may fail unheard. */
export function observe(body: Readable, tell: (bytes: number) => void): void {
  const push = body.push.bind(body);
  let bytes = body.readableLength;
  body.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    bytes += chunk?.length ?? 0;
    return push(chunk, encoding);
  };
  body.once('close', () => tell(bytes)).on('error', () => {});
}

/** PROVIDER_ERROR for a longer one. */
export async function readText(body: Readable, maxBytes: number, provider: ProviderName): Promise<string> {
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) body.destroy(new ContentError('PROVIDER_ERROR', `${provider} answered with too much`, { provider }));
  });
  return text(body);
}

/** undefined where it is none. */
export function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}
