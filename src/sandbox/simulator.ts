import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Faults, faultSchema } from './faults.js';
import { type LoggedRequest, RequestLog } from './request-log.js';

/** The systems that can be simulated. */
export type Product = 'box' | 'oracle-content' | 'xelion' | 'virola';

/** A system's own part of its sandbox. */
export interface SimulatedSystem {
  readonly product: Product;
  /** Adds the system's routes. `url` is where it can be reached once it listens, for links in answers. */
  register(app: FastifyInstance, sandbox: Sandbox): void | Promise<void>;
  /** The system's own form of a refusal with this status. */
  refusal(status: number, request: FastifyRequest): unknown;
}

export interface Sandbox {
  readonly faults: Faults;
  readonly log: RequestLog;
  /** "http://127.0.0.1:5001"; known once it listens. */
  readonly url: string;
}

export interface RunningSandbox extends Sandbox {
  readonly product: Product;
  close(): Promise<void>;
}

/** Requests larger than any upload that people try a sandbox with. */
const bodyLimit = 128 * 1024 * 1024;

/** Paths hold filenames: 255 bytes, each of which may be written as three characters. */
const maxParamLength = 3 * 255;

/** Serves a simulated system on the loopback interface. port 0: any free one. */
export async function startSandbox(system: SimulatedSystem, port = 0): Promise<RunningSandbox> {
  const app = Fastify({ bodyLimit, forceCloseConnections: true, exposeHeadRoutes: false, routerOptions: { maxParamLength } });
  const sandbox = { faults: new Faults(), log: new RequestLog(), url: '' };
  addLog(app, sandbox);
  addFaults(app, sandbox, system);
  addControls(app, sandbox);
  await app.register(async (own) => system.register(own, sandbox));
  await app.listen({ host: '127.0.0.1', port });
  const { port: bound } = app.server.address() as AddressInfo;
  sandbox.url = `http://127.0.0.1:${bound}`;
  return Object.assign(sandbox, { product: system.product, close: () => app.close() });
}

const controlPath = '/_sandbox/';

function isControl({ url }: FastifyRequest): boolean {
  return url.startsWith(controlPath);
}

function addLog(app: FastifyInstance, { log }: Sandbox): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isControl(request)) return;
    const { method, url: path, headers } = request;
    const logged: LoggedRequest = { at: new Date(), method, path, headers, status: null };
    log.add(logged);
    reply.raw.once('finish', () => {
      logged.status = reply.statusCode;
    });
  });
}

function addFaults(app: FastifyInstance, { faults }: Sandbox, system: SimulatedSystem): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isControl(request)) return;
    const target = targetOf(request);
    const latency = faults.take('latency', target);
    if (latency) await wait(latency.milliseconds, undefined, { ref: false });
    if (faults.take('reset', target)) {
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return;
    }
    const status = faults.take('status', target);
    if (!status) return;
    if (status.retryAfterSeconds !== undefined) reply.header('retry-after', `${status.retryAfterSeconds}`);
    await reply.code(status.status).send(system.refusal(status.status, request));
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (isControl(request)) return payload;
    const target = targetOf(request);
    const other = faults.take('body', target);
    if (other) {
      reply.code(200).header('content-type', other.contentType).removeHeader('content-length');
      return other.body;
    }
    const truncate = faults.take('truncate', target);
    if (truncate) return announced(reply, payload, (bytes) => cutOff(bytes.subarray(0, truncate.afterBytes)));
    const slow = faults.take('slow', target);
    if (slow) return announced(reply, payload, (bytes) => inPieces(bytes, slow.bytesPerSecond));
    return payload;
  });
}

/** What a fault's path is matched with. */
export function targetOf({ method, url }: FastifyRequest): { readonly method: string; readonly path: string } {
  return { method, path: url };
}

async function announced(reply: FastifyReply, payload: unknown, send: (bytes: Buffer) => AsyncGenerator<Buffer>) {
  const bytes = await toBytes(payload);
  reply.header('content-length', bytes.length);
  return Readable.from(send(bytes), { objectMode: false });
}

async function toBytes(payload: unknown): Promise<Buffer> {
  if (payload instanceof Readable) return Buffer.concat(await payload.toArray());
  return Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : '');
}

async function* cutOff(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
  await wait(20, undefined, { ref: false });
  throw new Error('The sandbox was told to end the connection here');
}

async function* inPieces(bytes: Buffer, bytesPerSecond: number): AsyncGenerator<Buffer> {
  const step = Math.max(1, Math.floor(bytesPerSecond / 10));
  for (let at = 0; at < bytes.length; at += step) {
    yield bytes.subarray(at, at + step);
    await wait(100, undefined, { ref: false });
  }
}

/** For tests of others, who reach a sandbox over HTTP only. */
function addControls(app: FastifyInstance, { faults, log }: Sandbox): void {
  app.get(`${controlPath}requests`, async () => log.requests());
  app.delete(`${controlPath}requests`, async (_, reply) => {
    log.clear();
    return reply.code(204).send();
  });
  app.post(`${controlPath}faults`, async (request, reply) => {
    const parsed = faultSchema.safeParse(request.body);
    if (!parsed.success) return reply.code(400).send({ error: z.prettifyError(parsed.error) });
    faults.add(parsed.data);
    return reply.code(204).send();
  });
  app.delete(`${controlPath}faults`, async (_, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
}
