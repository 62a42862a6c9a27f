import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { type Sandbox, targetOf } from '../simulator.js';
import { parseJson } from './payload.js';
import { Refusal, refusals } from './refusal.js';
import type { Account, XelionState } from './state.js';
import { toWireDate } from './values.js';

export interface SessionOptions {
  /** Requests that one session may have running. */
  readonly maxConcurrent: number;
  readonly lifetimeSeconds: number;
  readonly serverVersion: string;
}

interface Session {
  readonly account: Account;
  /** null: a token that works without login, and always. */
  readonly userSpace: string | null;
  renewalToken: string;
  endsAt: number;
  running: number;
}

/** The one that was not used for longest ends first. */
const maxLogins = 1_000;

/** Who is logged in, by token: https://portal.xelion.com/nl/apidocs/user-guide/resources/me_login.html */
export class Sessions {
  readonly #fixed = new Map<string, Session>();
  readonly #loggedIn = new LRUCache<string, Session>({ max: maxLogins });
  readonly #byRequest = new WeakMap<FastifyRequest, Session>();

  constructor(
    private readonly state: XelionState,
    private readonly sandbox: Sandbox,
    private readonly options: SessionOptions,
  ) {}

  /** A token that works without login. */
  addToken(token: string, account: Account): void {
    const endless = { renewalToken: randomUUID(), endsAt: Number.POSITIVE_INFINITY, running: 0 };
    this.#fixed.set(token, { account, userSpace: null, ...endless });
  }

  account(request: FastifyRequest): Account {
    const session = this.#byRequest.get(request);
    if (!session) throw refusals.notAuthenticated();
    return session.account;
  }

  administrator(request: FastifyRequest): Account {
    const account = this.account(request);
    if (!account.administrator) throw refusals.noPermission();
    return account;
  }

  /** Routes that need nobody logged in. */
  registerGuest(app: FastifyInstance): void {
    app.post('/me/login', async (request) => this.#login(request));
    app.get('/server/version', async () => this.#version());
  }

  registerOwn(app: FastifyInstance): void {
    app.post('/me/renew', async (request) => this.#renew(request));
    app.post('/me/logout', async (request, reply) => {
      this.#end(tokenOf(request));
      return reply.send();
    });
    app.get('/me/status', async () => ({ object: 'Available' }));
    app.get('/me/info', async (request) => {
      const { person, userName } = this.account(request);
      return { object: { person, userId: userName, presenceInfo: null }, links: [] };
    });
  }

  /** Lets a request in, or refuses it. It counts as running until its answer has gone. */
  enter(request: FastifyRequest, closed: (listener: () => void) => void): void {
    const session = this.#authenticate(request);
    if (session.running >= this.options.maxConcurrent) throw refusals.tooManyRequests();
    session.running += 1;
    closed(() => {
      session.running -= 1;
    });
    this.#byRequest.set(request, session);
  }

  #authenticate(request: FastifyRequest): Session {
    if (request.headers.authorization === undefined) {
      throw refusals.notAuthenticated(request.url.endsWith('/me/logout') ? 403 : 401);
    }
    const session = this.#sessionOf(tokenOf(request));
    if (this.sandbox.faults.take('expiredToken', targetOf(request))) throw refusals.sessionEnded();
    if (!session) throw refusals.unknownToken();
    if (session.endsAt <= Date.now()) throw refusals.sessionEnded();
    return session;
  }

  #login(request: FastifyRequest) {
    const { userName, password, userSpace } = parseJson(request);
    if (typeof userName !== 'string' || userName === '') throw new Refusal(400, 10002, 'No user name given');
    if (typeof password !== 'string' || password === '') throw new Refusal(400, 10003, 'No password given');
    if (typeof userSpace !== 'string' || userSpace === '') throw new Refusal(401, 10011, 'The user space is missing');
    if (userSpace.length > 200) throw new Refusal(401, 10010, 'The user space is longer than 200 characters');
    this.#end(tokenOf(request));
    const account = this.state.accounts.find((each) => each.userName === userName && each.password === password);
    if (!account) throw new Refusal(401, 10004, 'Invalid user name, password or tenant');
    this.#endExpired();
    const taken = [...this.#loggedIn.values()].some((session) => session.account === account && session.userSpace === userSpace);
    if (taken) throw new Refusal(401, 10005, 'The user is already logged in in this user space');
    return { ...this.#begin(account, userSpace), ...this.#brand(), host: null, tenant: 'master', userName };
  }

  #renew(request: FastifyRequest) {
    const token = tokenOf(request);
    const session = this.#sessionOf(token);
    const proof = parseJson(request, 'string');
    if (!session || (proof !== session.renewalToken && proof !== session.account.password)) throw refusals.unknownToken();
    this.#end(token);
    return this.#begin(session.account, session.userSpace);
  }

  #begin(account: Account, userSpace: string | null) {
    const [authentication, renewalToken] = [randomBytes(24).toString('hex'), randomBytes(9).toString('hex')];
    const endsAt = Date.now() + this.options.lifetimeSeconds * 1_000;
    this.#loggedIn.set(authentication, { account, userSpace, renewalToken, endsAt, running: 0 });
    return { authentication, renewalToken, validUntil: toWireDate(new Date(endsAt)) };
  }

  #sessionOf(token: string | null): Session | undefined {
    return this.#fixed.get(token ?? '') ?? this.#loggedIn.get(token ?? '');
  }

  #end(token: string | null): void {
    this.#loggedIn.delete(token ?? '');
  }

  #endExpired(): void {
    for (const [token, { endsAt }] of [...this.#loggedIn.entries()]) if (endsAt <= Date.now()) this.#loggedIn.delete(token);
  }

  #brand() {
    const [major, update] = parseVersion(this.options.serverVersion);
    return { version: '1.4', serverVersion: `${major} update ${update}`, brand: 'Xelion', buildNumber: '20240503.1' };
  }

  /** https://portal.xelion.com/nl/apidocs/user-guide/resources/version.html */
  #version() {
    const [serverVersionMajor, serverVersionUpdate] = parseVersion(this.options.serverVersion);
    const api = { apiVersionMajor: 1, apiVersionMinor: 4, apiVersionPatch: 0, buildNumber: '20240503.1' };
    return {
      ...api,
      serverVersionMajor,
      serverVersionUpdate,
      serverVersionPatch: null,
      serverVersionBeta: null,
      brand: 'Xelion',
    };
  }
}

/** "8u4": 8, 4. */
export function parseVersion(serverVersion: string): readonly [major: number, update: number] {
  const [, major, update] = /^(\d+)u(\d+)$/.exec(serverVersion) ?? [];
  if (major === undefined || update === undefined)
    throw new Error(`A server version is written like "8u4", not "${serverVersion}"`);
  return [Number(major), Number(update)];
}

function tokenOf({ headers }: FastifyRequest): string | null {
  return /^xelion (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? null;
}
