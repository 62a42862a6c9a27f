import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange } from '../attachment.js';
import { rangeStillApplies } from './conditional.js';

interface RangeRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** null: the whole. Several ranges at once, other units and malformed ones are answered with the whole, as HTTP allows. */
export function rangeOf(request: RangeRequest, etag: string, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const { method, headers } = request;
  if (method !== 'GET') return null;
  const [, first, last] = oneRange.exec(headers.range ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '') return null;
  if (!rangeStillApplies(headers, etag)) return null;
  return first === ''
    ? suffix(Number(last), sizeBytes)
    : between(Number(first), last === '' ? sizeBytes - 1 : Number(last), sizeBytes);
}

const oneRange = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/** The last bytes; all of them when fewer exist. */
function suffix(length: number, sizeBytes: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
}

function between(start: number, end: number, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  if (start >= sizeBytes) return 'unsatisfiable';
  return start > end ? null : { start, end: Math.min(end, sizeBytes - 1) };
}
