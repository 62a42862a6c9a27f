import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import type { Digest } from '../attachment.js';
import { ContentError } from '../errors.js';

export interface CheckedContent {
  readonly content: Readable;
  /** Of what has passed until now. */
  readonly sizeBytes: () => number;
}

export interface Checks {
  /** What the bytes must hash to: an algorithm that node:crypto knows. */
  readonly digest: Digest | null;
  readonly maxBytes: number | null;
}

/**
 * Content on its way to a system that makes a file of whatever arrives whole. Its last piece is held back until all is checked, so
 * that wrong content never arrives whole: DIGEST_MISMATCH, PAYLOAD_TOO_LARGE; BAD_USER_INPUT when the source breaks off. It may fail
 * before anybody reads it, and its reader meets that. Destroying it destroys the source.
 */
export function checkContent(source: Readable, { digest, maxBytes }: Checks): CheckedContent {
  const hash = digest && createHash(digest.algorithm);
  let sizeBytes = 0;
  let held: Buffer | null = null;
  const content = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      hash?.update(chunk);
      if (maxBytes !== null && sizeBytes > maxBytes) return done(tooLarge(maxBytes));
      if (held) this.push(held);
      held = chunk;
      done();
    },
    flush(done) {
      if (digest && hash?.digest('hex') !== digest.hex) return done(mismatch(digest));
      if (held) this.push(held);
      done();
    },
  });
  source.once('error', (error) => content.destroy(error instanceof ContentError ? error : brokenOff(error)));
  source.once('close', () => {
    if (!source.readableEnded) content.destroy(brokenOff());
  });
  content.on('error', () => {}).once('close', () => source.destroy());
  source.pipe(content);
  return { content, sizeBytes: () => sizeBytes };
}

function brokenOff(cause?: unknown): ContentError {
  return new ContentError('BAD_USER_INPUT', 'The upload ended before all of its bytes had arrived', { cause });
}

function tooLarge(maxBytes: number): ContentError {
  return new ContentError('PAYLOAD_TOO_LARGE', `The file is larger than ${maxBytes} bytes, the most that this provider takes`);
}

function mismatch({ algorithm, hex }: Digest): ContentError {
  return new ContentError('DIGEST_MISMATCH', `The bytes that arrived do not have the ${algorithm} digest ${hex}`);
}
