import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ByteRange, OpenedContent, ProviderName } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { isErrno } from '../../lib/errno.js';
import type { InlineBudget } from '../inline-budget.js';

/** What the reader knows of content before it is opened. */
export interface Wanted {
  readonly provider: ProviderName;
  /** Of the whole; null where the provider does not say. */
  readonly sizeBytes: number | null;
  /** null: the whole. Inside it, where its size is known. */
  readonly range: ByteRange | null;
  /** Of the request: what ends because of it is nobody's fault. */
  readonly signal: AbortSignal;
}

/**
 * Reads opened content, or just the wanted range of it, into memory. A stream that was opened without the range is read up to its end.
 * PAYLOAD_TOO_LARGE when more come than a field may carry, however large the provider said the content is; NOT_FOUND when it is deleted
 * meanwhile; PROVIDER_ERROR when it breaks off or is not as long as it should be: then it is something else.
 */
export async function readContent(opened: OpenedContent, wanted: Wanted, inline: InlineBudget): Promise<Buffer> {
  const { range, sizeBytes, signal } = wanted;
  if ('path' in opened.body) return collect(createReadStream(opened.body.path, range ?? {}), inline).catch(toGone);
  const { stream } = opened.body;
  if (sizeBytes !== null && opened.sizeBytes !== null && opened.sizeBytes !== sizeBytes) {
    stream.destroy();
    throw notWhole(wanted);
  }
  const bytes = await collect(stream, inline, range && !opened.range ? range : everything).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error instanceof ContentError ? error : notWhole(wanted, error);
  });
  if (sizeBytes !== null && bytes.length !== (range ? range.end - range.start + 1 : sizeBytes)) throw notWhole(wanted);
  return bytes;
}

const everything: ByteRange = { start: 0, end: Number.POSITIVE_INFINITY };

async function collect(stream: Readable, inline: InlineBudget, wanted: ByteRange = everything): Promise<Buffer> {
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

function notWhole({ provider }: Wanted, cause?: unknown): ContentError {
  return new ContentError('PROVIDER_ERROR', `What ${provider} sent is not whole`, { provider, retryable: true, cause });
}
