import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';
import type { ProviderName } from '../attachment.js';
import type { Call } from '../call.js';
import { ContentError } from '../errors.js';
import { observe, parseJson, readText } from './answer-body.js';
import type { Credentials } from './credentials.js';
import { type AllowedHosts, connectorFor } from './hosts.js';
import { type CollectedAnswer, collectAnswer, TooLong } from './whole-answer.js';

export interface RestOptions {
  readonly provider: ProviderName;
  /** The system's address; paths of requests are added to its own. Credentials go to its origin and to no other. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** Where answers may lead to besides (downloads, upload hosts). */
  readonly otherHosts: AllowedHosts;
  /** To each origin. */
  readonly connections: number;
  /** From sending to the head of the answer, and between two pieces of it. */
  readonly timeoutMs: number;
  /** PEM of an authority of one's own. */
  readonly ca?: string;
  /** What a refusal means. `body` is parsed JSON, text where it is none, or null. */
  readonly toError: (refusal: Refusal) => ContentError;
}

export interface RestRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** "/files/1?fields=name" below the base URL, or a whole URL that an answer gave. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  /** Statuses, besides 2xx, that the caller reads itself. */
  readonly expected?: readonly number[];
  /** Without the account's credentials although it goes to its origin (logging in). */
  readonly anonymous?: boolean;
}

export interface Refusal {
  readonly request: RestRequest;
  readonly status: number;
  readonly headers: RestHeaders;
  readonly body: unknown;
}

export interface RestHeaders {
  get(name: string): string | null;
}

/** An answer whose body must be read or destroyed. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: RestHeaders;
  /** Its Set-Cookie headers. */
  readonly cookies: readonly string[];
  readonly body: Readable;
}

/** An answer that was read to its end. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: RestHeaders;
  /** PROVIDER_ERROR where it broke off, or is longer than was allowed. */
  bytes(): Buffer;
}

/** JSON of a longer answer is refused. */
const maxJsonBytes = 64 * 1024 * 1024;
const maxRefusalBytes = 64 * 1024;
/** Answers may lead to ever new names of a listed domain; what was used least recently is closed when its requests have ended. */
const maxOrigins = 16;

/** One system's HTTP API: connections, credentials, deadlines and refusals, the same for all adapters. Nothing is retried but a 401. */
export class Rest {
  readonly #options: RestOptions;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #pools = new LRUCache<string, Pool>({ max: maxOrigins, dispose: (pool) => void pool.close().catch(() => {}) });

  constructor(options: RestOptions) {
    const base = new URL(options.baseUrl);
    this.#options = options;
    this.#origin = base.origin;
    this.#basePath = base.pathname.replace(/\/$/, '');
  }

  /** The answer's JSON in the shape that the schema tells. PROVIDER_ERROR for any other. */
  async json<Schema extends z.ZodType>(schema: Schema, request: RestRequest, call: Call): Promise<z.output<Schema>> {
    const { status, body } = await this.send({ ...request, headers: { accept: 'application/json', ...request.headers } }, call);
    const parsed = schema.safeParse(parseJson(await this.#readBody(body, call)));
    if (parsed.success) return parsed.data;
    const cause = new Error(z.prettifyError(parsed.error));
    throw this.#failure('PROVIDER_ERROR', 'answered in a form that is not its own', { upstreamStatus: status, cause });
  }

  /** For answers whose body says nothing. */
  async done(request: RestRequest, call: Call): Promise<Omit<RestAnswer, 'body'>> {
    const { body, ...answer } = await this.send(request, call);
    await this.#readBody(body, call);
    return answer;
  }

  /** 2xx or one of request.expected. Everything else rejects with what toError makes of it; no connection: PROVIDER_UNAVAILABLE or PROVIDER_TIMEOUT. */
  async send(request: RestRequest, call: Call): Promise<RestAnswer> {
    const answer = await this.#authorized(request, call, async (url, own, refused?: RestAnswer) => {
      if (refused) await this.#readRefusal(refused);
      return this.#dispatch(url, request, own, call);
    });
    if (isAccepted(request, answer)) return answer;
    throw this.#refusal(request, answer, await this.#readRefusal(answer));
  }

  /** As send, where the answer is small: it is read to its end, however it is going to be used. */
  async whole(request: Omit<RestRequest, 'body'>, maxBytes: number, call: Call): Promise<WholeAnswer> {
    const { status, headers, body } = await this.#authorized(request, call, (url, own) =>
      this.#collect(url, request, own, maxBytes, call),
    );
    const answer = { status, headers: toHeaders(headers), bytes: () => this.#bytesOf(body) };
    if (isAccepted(request, answer)) return answer;
    throw this.#refusal(request, answer, Buffer.isBuffer(body) ? body.toString() : '');
  }

  stats(): Readonly<Record<string, number>> {
    const pools = [...this.#pools.values()];
    const sum = (count: (stats: Pool['stats']) => number) => pools.reduce((total, { stats }) => total + count(stats), 0);
    return {
      connections: sum((stats) => stats.connected),
      requestsRunning: sum((stats) => stats.running),
      requestsWaiting: sum((stats) => stats.queued),
    };
  }

  async close(): Promise<void> {
    await Promise.race([Promise.all([...this.#pools.values()].map((pool) => pool.close())), wait(2_000, null, { ref: false })]);
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }

  /** The answer to a request with the account's credentials, or to another one with new ones where those were refused. */
  async #authorized<Answer extends { readonly status: number }>(
    request: RestRequest,
    call: Call,
    ask: (url: URL, own: Readonly<Record<string, string>> | null, refused?: Answer) => Promise<Answer>,
  ): Promise<Answer> {
    const { credentials } = this.#options;
    const url = this.#urlOf(request);
    const own = url.origin === this.#origin && !request.anonymous ? await credentials.authorize(call) : null;
    const answer = await ask(url, own);
    const renewed = answer.status === 401 && own !== null && (await credentials.renew(call, own));
    if (!renewed || isStream(request.body)) return answer;
    return ask(url, await credentials.authorize(call), answer);
  }

  #refusal(request: RestRequest, { status, headers }: Pick<RestAnswer, 'status' | 'headers'>, body: string): ContentError {
    return this.#options.toError({ request, status, headers, body: body === '' ? null : (parseJson(body) ?? body) });
  }

  /** A body that breaks off is a system that cannot be reached. */
  async #readBody(body: Readable, call: Call): Promise<string> {
    return readText(body, maxJsonBytes, this.#options.provider).catch((error: unknown) => {
      throw this.#toTransportError(error, call);
    });
  }

  /** Read to its end, so that the connection serves the next request. */
  async #readRefusal({ body }: RestAnswer): Promise<string> {
    return readText(body, maxRefusalBytes, this.#options.provider).catch(() => '');
  }

  async #dispatch(url: URL, request: RestRequest, own: Readonly<Record<string, string>> | null, call: Call): Promise<RestAnswer> {
    const startedAt = performance.now();
    let answer: Dispatcher.ResponseData;
    try {
      answer = await this.#pool(url.origin).request({
        ...toDispatch(url, request, own),
        body: request.body ?? null,
        signal: call.signal,
      });
    } catch (error) {
      call.upstream?.requested(this.#options.provider, 0, performance.now() - startedAt);
      throw this.#toTransportError(error, call);
    }
    observe(answer.body, (bytes) => call.upstream?.requested(this.#options.provider, bytes, performance.now() - startedAt));
    const cookies = [answer.headers['set-cookie'] ?? []].flat();
    return { status: answer.statusCode, headers: toHeaders(answer.headers), cookies, body: answer.body };
  }

  #collect(
    url: URL,
    request: RestRequest,
    own: Readonly<Record<string, string>> | null,
    maxBytes: number,
    call: Call,
  ): Promise<CollectedAnswer> {
    const startedAt = performance.now();
    const tell = (bytes: number) => call.upstream?.requested(this.#options.provider, bytes, performance.now() - startedAt);
    const asked = toDispatch(url, request, own);
    return collectAnswer(this.#pool(url.origin), asked, { maxBytes, signal: call.signal }).then(
      (answer) => {
        tell(Buffer.isBuffer(answer.body) ? answer.body.length : 0);
        return answer;
      },
      (error: unknown) => {
        tell(0);
        throw this.#toTransportError(error, call);
      },
    );
  }

  #bytesOf(body: CollectedAnswer['body']): Buffer {
    if (Buffer.isBuffer(body)) return body;
    throw body instanceof TooLong
      ? this.#failure('PROVIDER_ERROR', `answered with more than ${body.maxBytes} bytes`, { cause: body })
      : this.#failure('PROVIDER_ERROR', 'broke off its answer', { retryable: true, cause: body });
  }

  #urlOf({ url }: RestRequest): URL {
    return url.startsWith('/') ? new URL(`${this.#origin}${this.#basePath}${url}`) : new URL(url);
  }

  #pool(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known) return known;
    const { connections, timeoutMs, otherHosts, ca } = this.#options;
    const connect = connectorFor({ origin, own: origin === this.#origin, otherHosts, timeoutMs, ...(ca ? { ca } : {}) });
    const pool = new Pool(origin, { connections, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect });
    this.#pools.set(origin, pool);
    return pool;
  }

  #toTransportError(error: unknown, call: Call): unknown {
    if (call.signal.aborted && !isTimeout(call.signal.reason)) return call.signal.reason;
    if (error instanceof ContentError) return error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return call.signal.aborted || /TIMEOUT|ETIMEDOUT/.test(code)
      ? this.#failure('PROVIDER_TIMEOUT', 'did not answer in time', { retryable: true, cause: error })
      : this.#failure('PROVIDER_UNAVAILABLE', 'cannot be reached', { retryable: true, cause: error });
  }

  #failure(
    code: 'PROVIDER_ERROR' | 'PROVIDER_TIMEOUT' | 'PROVIDER_UNAVAILABLE',
    what: string,
    details: ContentError['details'],
  ): ContentError {
    const { provider } = this.#options;
    return new ContentError(code, `${provider} ${what}`, { provider, ...details });
  }
}

/** The reason of AbortSignal.timeout: of a call that ends by itself. */
function isTimeout(reason: unknown): boolean {
  return typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
}

function toDispatch({ pathname, search }: URL, { method = 'GET', headers }: RestRequest, own: RestRequest['headers'] | null) {
  return { path: `${pathname}${search}`, method, headers: { ...own, ...headers } };
}

function isAccepted({ expected }: RestRequest, { status }: { readonly status: number }): boolean {
  return (status >= 200 && status < 300) || (expected?.includes(status) ?? false);
}

function isStream(body: RestRequest['body']): boolean {
  return body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
}

function toHeaders(headers: Dispatcher.ResponseData['headers']): RestHeaders {
  return {
    get: (name) => {
      const value = headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    },
  };
}
