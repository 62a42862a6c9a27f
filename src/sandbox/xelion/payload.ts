import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refusals } from './refusal.js';

/** Bodies arrive as they are: an uploaded file may well be JSON. */
export function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

export function bytesOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function parseJson(request: FastifyRequest): JsonObject;
export function parseJson(request: FastifyRequest, kind: 'string'): string;
export function parseJson(request: FastifyRequest, kind: 'any'): unknown;
export function parseJson(request: FastifyRequest, kind: 'object' | 'string' | 'any' = 'object'): unknown {
  const bytes = bytesOf(request);
  if (bytes.length === 0) throw refusals.noPayload();
  const value = parse(bytes.toString());
  const fits = kind === 'object' ? isObject(value) : kind === 'any' || typeof value === kind;
  if (!fits) throw refusals.invalidPayload();
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.invalidPayload();
  }
}
