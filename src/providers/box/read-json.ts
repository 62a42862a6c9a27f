import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Answers that are read here tell of one thing each. */
const maxBytes = 1024 * 1024;

/** null where the body is no JSON, ends early, or is larger than any answer of its kind. */
export async function readJson(body: Readable): Promise<unknown> {
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) body.destroy();
  });
  return text(body)
    .then(JSON.parse)
    .catch(() => null);
}
