import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';

export const sandboxToken = 'sandbox-token';
/** The first of the refresh tokens: each can be used once, for the next pair. */
export const sandboxRefreshToken = 'sandbox-refresh-token';
const clientId = 'demo';
const clientSecret = 'demo';

interface Access {
  readonly userId: string | null;
  readonly expiresAt: number;
}

/** Who has a token, and until when. The oldest of more than 1,000 end early. */
export class Tokens {
  readonly #access = new LRUCache<string, Access>({ max: 1_000 });
  readonly #refresh = new LRUCache<string, Access>({ max: 1_000 });
  readonly #lifetimeSeconds: number;

  constructor(lifetimeSeconds: number) {
    this.#lifetimeSeconds = lifetimeSeconds;
    this.#access.set(sandboxToken, { userId: null, expiresAt: Number.POSITIVE_INFINITY });
    this.#refresh.set(sandboxRefreshToken, { userId: null, expiresAt: Number.POSITIVE_INFINITY });
  }

  find(token: string): Access | null {
    const access = this.#access.get(token);
    return access && access.expiresAt > Date.now() ? access : null;
  }

  issue(userId: string | null, refreshable: boolean): Record<string, unknown> {
    const access = { userId, expiresAt: Date.now() + this.#lifetimeSeconds * 1_000 };
    const token = randomBytes(16).toString('hex');
    const refreshToken = randomBytes(16).toString('hex');
    this.#access.set(token, access);
    if (refreshable) this.#refresh.set(refreshToken, access);
    return {
      access_token: token,
      expires_in: this.#lifetimeSeconds,
      restricted_to: [],
      token_type: 'bearer',
      ...(refreshable ? { refresh_token: refreshToken } : {}),
    };
  }

  /** null: unknown, or used already. */
  refresh(token: string): Record<string, unknown> | null {
    const access = this.#refresh.get(token);
    this.#refresh.delete(token);
    return access ? this.issue(access.userId, true) : null;
  }

  revoke(token: string): void {
    this.#access.delete(token);
    this.#refresh.delete(token);
  }
}

/** https://developer.box.com/reference/post-oauth2-token/ */
export function addTokenRoutes(app: FastifyInstance, tokens: Tokens): void {
  app.post('/oauth2/token', async (request, reply) => {
    const answer = grant(tokens, formOf(request));
    return reply
      .code('error' in answer ? 400 : 200)
      .header('cache-control', 'no-store')
      .send(answer);
  });
  app.post('/oauth2/revoke', async (request, reply) => {
    tokens.revoke(formOf(request).get('token') ?? '');
    return reply.code(200).send();
  });
}

/** Any other body says nothing. */
function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}

/** Those that Box has and this sandbox has nobody for. */
const otherGrants = new Set([
  'authorization_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange',
]);

function grant(tokens: Tokens, form: URLSearchParams): Record<string, unknown> {
  const type = form.get('grant_type') ?? '';
  if (!['client_credentials', 'refresh_token', ...otherGrants].includes(type)) {
    return failure('invalid_request', 'Invalid grant_type parameter or parameter missing');
  }
  if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
    return failure('invalid_client', 'The client credentials are invalid');
  }
  if (otherGrants.has(type)) return failure('unauthorized_client', 'The grant type is unauthorized for this client_id');
  if (type === 'client_credentials') return clientCredentials(tokens, form);
  return tokens.refresh(form.get('refresh_token') ?? '') ?? failure('invalid_grant', 'Invalid refresh token');
}

function clientCredentials(tokens: Tokens, form: URLSearchParams): Record<string, unknown> {
  const type = form.get('box_subject_type');
  const id = form.get('box_subject_id');
  if ((type !== 'enterprise' && type !== 'user') || !id) return failure('invalid_grant', 'Grant credentials are invalid');
  return tokens.issue(type === 'user' ? id : null, false);
}

function failure(error: string, description: string): Record<string, unknown> {
  return { error, error_description: description };
}

/** The token that a request proves itself by; `access_token` in the query stands for the header where that is allowed. */
export function tokenOf({ headers, query }: FastifyRequest, allowQuery: boolean): string | null {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
  const inQuery = (query as { readonly access_token?: unknown }).access_token;
  return bearer ?? (allowQuery && typeof inQuery === 'string' ? inQuery : null);
}

const downloadLifetimeMs = 15 * 60_000;

/** Download addresses that need no other credential and end by themselves. */
export class DownloadLinks {
  readonly #key = randomBytes(32);

  /** One path segment. */
  write(fileId: string, versionId: string): string {
    const claim = Buffer.from(`${fileId}.${versionId}.${Date.now() + downloadLifetimeMs}`).toString('base64url');
    return `${claim}.${this.#sign(claim)}`;
  }

  /** null: ended, or none of ours. */
  read(token: string): { readonly fileId: string; readonly versionId: string } | null {
    const [claim = '', signature = ''] = token.split('.');
    const expected = Buffer.from(this.#sign(claim));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const [fileId = '', versionId = '', until] = Buffer.from(claim, 'base64url').toString().split('.');
    return Number(until) > Date.now() ? { fileId, versionId } : null;
  }

  #sign(claim: string): string {
    return createHmac('sha256', this.#key).update(claim).digest('base64url');
  }
}
