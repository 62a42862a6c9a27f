import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ByteRange, OpenedContent } from '../../attachment.js';
import { assertInline } from '../deliverable/deliverable.type.js';

/**
 * Reads opened content, or just `range` of it, into memory. A stream that was opened without the range is read up to its end.
 * PAYLOAD_TOO_LARGE when more than maxBytes come, however large the provider said the content is.
 */
export async function readContent(opened: OpenedContent, range: ByteRange | null, maxBytes: number): Promise<Buffer> {
  if ('path' in opened.body) return collect(createReadStream(opened.body.path, range ?? {}), maxBytes);
  if (range === null || opened.range) return collect(opened.body.stream, maxBytes);
  return collect(opened.body.stream, maxBytes, range);
}

async function collect(
  stream: Readable,
  maxBytes: number,
  wanted: ByteRange = { start: 0, end: Number.POSITIVE_INFINITY },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let position = 0;
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const kept = chunk.subarray(Math.max(0, wanted.start - position), Math.max(0, wanted.end + 1 - position));
    position += chunk.length;
    sizeBytes += kept.length;
    assertInline(sizeBytes, maxBytes);
    chunks.push(kept);
    if (position > wanted.end) break;
  }
  return Buffer.concat(chunks, sizeBytes);
}
