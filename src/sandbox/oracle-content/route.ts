import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Sandbox } from '../simulator.js';
import type { Gate } from './access.js';
import { malformed } from './refusals.js';

/** What the routes share. */
export interface Parts {
  readonly gate: Gate;
  readonly sandbox: Sandbox;
  /** From the request for pages until they are there. */
  readonly pagesDelayMs: number;
  /** What files/lists does with an id that is unknown or not the caller's: leaves it out, or refuses the whole request. */
  readonly lists: 'omit' | 'refuse';
}

type Respond = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export const basePath = '/documents/api/1.2';

/** With and without a slash at its end. What `respond` resolves to is sent as JSON. */
export function addRoute(app: FastifyInstance, method: Method, path: string, respond: Respond): void {
  for (const url of [`${basePath}${path}`, `${basePath}${path}/`]) app.route({ method, url, handler: respond });
}

/** 400 where the input has not this form. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw malformed(z.prettifyError(parsed.error).replaceAll('\n', ' '));
}

/** JSON is read whatever type the request says it is. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, { body }: FastifyRequest): z.output<Schema> {
  return parse(schema, parseJson(typeof body === 'string' && body !== '' ? body : '{}'));
}

export function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    throw malformed('The input is not valid JSON.');
  }
}

/** "true" or "false" in a query. */
export function flag(absent: boolean) {
  return z
    .enum(['true', 'false'])
    .default(`${absent}`)
    .transform((written) => written === 'true');
}

export const versionQuery = z.object({ version: z.string().optional() });
