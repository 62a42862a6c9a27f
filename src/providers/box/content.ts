import type { ByteRange, OpenedContent } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import type { RestAnswer } from '../rest.js';

/** An answer's bytes with what its head tells of them. PROVIDER_ERROR where it is not the whole, or the range, that was asked for. */
export function openedOf(answer: RestAnswer, range: ByteRange | null): OpenedContent {
  const { headers, body: stream } = answer;
  const contentType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() || 'application/octet-stream';
  if (range === null) {
    if (answer.status !== 200) throw refused(answer, 'The system answered without the content');
    return { contentType, sizeBytes: lengthOf(answer), range, body: { stream } };
  }
  const told = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (answer.status !== 206 || Number(told?.[1]) !== range.start || Number(told?.[2]) !== range.end) {
    throw refused(answer, 'The system answered with another range than the one that was asked for');
  }
  return { contentType, sizeBytes: told?.[3] === '*' ? null : Number(told?.[3]), range, body: { stream } };
}

function refused({ status, body }: RestAnswer, message: string): ContentError {
  body.destroy();
  return new ContentError('PROVIDER_ERROR', message, { upstreamStatus: status });
}

function lengthOf({ headers }: RestAnswer): number | null {
  const written = headers.get('content-length');
  return written !== null && /^\d{1,15}$/.test(written) ? Number(written) : null;
}
