import type { FastifyReply, FastifyRequest } from 'fastify';
import { rangeNotSatisfiable, type Subject } from './refusals.js';

export interface Bytes {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Sent along as the name to save under. */
  readonly filename?: string;
}

/** The whole, or the range that the request asks for (RFC 9110); of several ranges the whole. */
export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  sent: Bytes,
  subject: Subject,
): Promise<FastifyReply> {
  const { bytes, contentType, filename } = sent;
  reply.header('accept-ranges', 'bytes').type(contentType);
  if (filename !== undefined) {
    reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`);
  }
  const range = parseRange(request.headers.range, bytes.length);
  if (range === null) return reply.send(bytes);
  if (range === 'none') {
    reply.header('content-range', `bytes */${bytes.length}`).removeHeader('content-disposition').type('application/json');
    throw rangeNotSatisfiable(subject);
  }
  const [start, end] = range;
  return reply
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${bytes.length}`)
    .send(bytes.subarray(start, end + 1));
}

/** First and last byte; null: no single range is asked for; 'none': none of its bytes are there. */
function parseRange(header: string | undefined, sizeBytes: number): readonly [number, number] | 'none' | null {
  const [, first = '', last = ''] = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '')
    return Number(last) === 0 || sizeBytes === 0 ? 'none' : [Math.max(0, sizeBytes - Number(last)), sizeBytes - 1];
  if (last !== '' && Number(last) < Number(first)) return null;
  const end = Math.min(last === '' ? Number.POSITIVE_INFINITY : Number(last), sizeBytes - 1);
  return Number(first) >= sizeBytes ? 'none' : [Number(first), end];
}
