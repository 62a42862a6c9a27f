import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ByteRange, OpenedContent } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { isErrno } from '../../lib/errno.js';
import type { InlineBudget } from '../inline-budget.js';

/**
 * Reads opened content, or just `range` of it, into memory. A stream that was opened without the range is read up to its end.
 * PAYLOAD_TOO_LARGE when more come than a field may carry, however large the provider said the content is; NOT_FOUND when it is deleted
 * meanwhile.
 */
export async function readContent(opened: OpenedContent, range: ByteRange | null, inline: InlineBudget): Promise<Buffer> {
  if ('path' in opened.body) return collect(createReadStream(opened.body.path, range ?? {}), inline).catch(toGone);
  if (range === null || opened.range) return collect(opened.body.stream, inline);
  return collect(opened.body.stream, inline, range);
}

async function collect(
  stream: Readable,
  inline: InlineBudget,
  wanted: ByteRange = { start: 0, end: Number.POSITIVE_INFINITY },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let position = 0;
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const kept = chunk.subarray(Math.max(0, wanted.start - position), Math.max(0, wanted.end + 1 - position));
    position += chunk.length;
    sizeBytes += kept.length;
    inline.assertEach(sizeBytes);
    chunks.push(kept);
    if (position > wanted.end) break;
  }
  return Buffer.concat(chunks, sizeBytes);
}

/** Between the look at its metadata and the reading, a file may be deleted for good. */
function toGone(error: unknown): never {
  throw isErrno(error, 'ENOENT')
    ? new ContentError('NOT_FOUND', 'The attachment was deleted meanwhile', { cause: error })
    : error;
}
