import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Sandbox, targetOf } from '../simulator.js';
import type { User } from './model.js';
import { refusals } from './refusals.js';
import type { VirolaState } from './state.js';

/** A session ends after a day without use. */
const idleMs = 24 * 3_600_000;
const maxSessions = 1_000;
const loginSchema = z.object({ userName: z.string(), password: z.string() });

/** Who is who, by cookie or by token: https://virola.io/web-api/docs/login, …/token-authentication */
export class Sessions {
  readonly #users = new LRUCache<string, User>({ max: maxSessions, ttl: idleMs, updateAgeOnGet: true });
  readonly #byRequest = new WeakMap<FastifyRequest, User>();

  constructor(
    private readonly state: VirolaState,
    private readonly sandbox: Sandbox,
  ) {}

  register(app: FastifyInstance): void {
    app.post('/login', async ({ body }, reply) => {
      const { user, sessionId } = this.#login(body);
      // Without "Secure", as the sandbox speaks plain HTTP.
      reply.header('set-cookie', `VirolaUserSessionId=${sessionId}; Path=/; HttpOnly`);
      return { httpStatusCode: 200, userId: user.userId, userSessionId: sessionId };
    });
    app.post('/logout', async (request, reply) => {
      const sessionId = cookieOf(request);
      if (sessionId === null || !this.#users.delete(sessionId)) throw refusals.noCredential();
      reply.header('set-cookie', 'VirolaUserSessionId=; Path=/; HttpOnly; Max-Age=0');
      return { httpStatusCode: 200 };
    });
    app.get('/logout', async () => {
      throw refusals.wrongMethod();
    });
    app.get('/status', async (request) => {
      const sessionId = cookieOf(request);
      if (sessionId === null) throw refusals.noCredential();
      return { httpStatusCode: 200, userId: this.#userOfSession(sessionId).userId, userSessionId: sessionId };
    });
  }

  /** Lets a request in, or refuses it. */
  enter(request: FastifyRequest): void {
    const isExpired = this.sandbox.faults.take('expiredToken', targetOf(request)) !== null;
    if (isExpired) this.#users.delete(cookieOf(request) ?? '');
    const user = this.#authenticate(request);
    if (isExpired) throw refusals.wrongCredential();
    this.#byRequest.set(request, user);
  }

  user(request: FastifyRequest): User {
    const user = this.#byRequest.get(request);
    if (!user) throw refusals.noCredential();
    return user;
  }

  #login(body: unknown): { readonly user: User; readonly sessionId: string } {
    const { userName, password } = loginSchema.safeParse(body).data ?? {};
    const user = this.state.users.find((known) => known.userName === userName && known.password === password);
    if (user?.status !== 'Active') throw refusals.wrongLogin();
    const sessionId = randomBytes(20).toString('hex');
    this.#users.set(sessionId, user);
    return { user, sessionId };
  }

  #authenticate(request: FastifyRequest): User {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.#userOfToken(authorization);
    const sessionId = cookieOf(request);
    if (sessionId === null) throw refusals.noCredential();
    return this.#userOfSession(sessionId);
  }

  #userOfToken(authorization: string): User {
    const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
    const user = this.state.users.find((known) => known.token === token);
    if (user?.status !== 'Active') throw refusals.wrongCredential();
    return user;
  }

  #userOfSession(sessionId: string): User {
    const user = this.#users.get(sessionId);
    if (!user) throw refusals.wrongCredential();
    return user;
  }
}

function cookieOf({ headers }: FastifyRequest): string | null {
  return /(?:^|;\s*)VirolaUserSessionId=([^;\s]+)/.exec(headers.cookie ?? '')?.[1] ?? null;
}
