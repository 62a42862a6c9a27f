import { randomUUID } from 'node:crypto';
import type { ProviderName } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { type Credentials, fixedCredentials, forwardedCredentials, type Token, tokenCredentials } from '../credentials.js';
import { type Session, toHeaders, type XelionApi } from './api.js';
import { isUserSpaceTaken } from './errors.js';
import type { LoginSettings, XelionSettings } from './settings.js';

export interface AccountCredentials {
  readonly credentials: Credentials;
  /** Ends the session that was logged in to: the system allows one per user space. */
  logOut(): Promise<void>;
}

type LoginApi = Pick<XelionApi, 'login' | 'renew' | 'logout'>;

/** `api` sends the logins; it is asked for when one is needed. */
export function toCredentials(provider: ProviderName, { credentials }: XelionSettings, api: () => LoginApi): AccountCredentials {
  switch (credentials.mode) {
    case 'service':
      return { credentials: fixedCredentials(toHeaders(credentials.token)), logOut: async () => {} };
    case 'forward':
      return { credentials: forwardedCredentials(provider, (given) => toForwarded(provider, given)), logOut: async () => {} };
    case 'login': {
      const logins = new Logins(credentials, api);
      return { credentials: tokenCredentials((call, previous) => logins.obtain(call, previous)), logOut: () => logins.logOut() };
    }
  }
}

/** "xelion <token>", or the token alone. What is meant for another system ("Bearer …") is never passed on. */
function toForwarded(provider: ProviderName, given: string): Readonly<Record<string, string>> {
  const token = /^(?:xelion )?([^\s,]{1,512})$/i.exec(given.trim())?.[1];
  if (token !== undefined) return toHeaders(token);
  throw new ContentError('PROVIDER_UNAUTHENTICATED', `The credential for ${provider} must be "xelion <token>"`, { provider });
}

/** A refused login is not tried again for so long: wrong passwords in a row get an account locked. */
const refusalHoldsMs = 30_000;

const logoutTimeoutMs = 2_000;

/** The session of one account; renewed while it lasts, else begun anew. */
class Logins {
  #session: Session | null = null;
  #lastCall: Call | null = null;
  #userSpace: string;
  #refused: { readonly error: ContentError; readonly until: number } | null = null;

  constructor(
    private readonly settings: LoginSettings,
    private readonly api: () => LoginApi,
  ) {
    this.#userSpace = settings.userSpace;
  }

  async obtain(call: Call, previous: Token | null): Promise<Token> {
    this.#lastCall = call;
    const renewed = previous && this.#session?.renewalToken ? await this.#renew(this.#session, call) : null;
    this.#session = renewed ?? (await this.#logIn(call));
    const { token, validUntil } = this.#session;
    return { headers: toHeaders(token), expiresAt: validUntil?.getTime() ?? Number.POSITIVE_INFINITY };
  }

  async logOut(): Promise<void> {
    if (!this.#session || !this.#lastCall) return;
    const { viewer, log } = this.#lastCall;
    const call = { viewer, log, signal: AbortSignal.timeout(logoutTimeoutMs) };
    await this.api()
      .logout(this.#session, call)
      .catch((err: unknown) => log.debug({ err }, 'could not log out'));
  }

  /** null: the session is over. */
  async #renew(session: Session, call: Call): Promise<Session | null> {
    return this.api()
      .renew(session, call)
      .catch((error: unknown) => {
        if (isUnauthenticated(error)) return null;
        throw error;
      });
  }

  async #logIn(call: Call): Promise<Session> {
    if (this.#refused && this.#refused.until > Date.now()) throw this.#refused.error;
    return this.#logInTo(this.#userSpace, call)
      .catch((error: unknown) => {
        if (!isUserSpaceTaken(error)) throw error;
        // Somebody else's, or left behind by a crash: it would last until it ends by itself.
        this.#userSpace = `${this.settings.userSpace}-${randomUUID()}`;
        return this.#logInTo(this.#userSpace, call);
      })
      .catch((error: unknown) => {
        if (isUnauthenticated(error)) this.#refused = { error, until: Date.now() + refusalHoldsMs };
        throw error;
      });
  }

  #logInTo(userSpace: string, call: Call): Promise<Session> {
    const { mode: _, ...account } = this.settings;
    return this.api().login({ ...account, userSpace }, this.#session?.token ?? null, call);
  }
}

function isUnauthenticated(error: unknown): error is ContentError {
  return error instanceof ContentError && error.code === 'PROVIDER_UNAUTHENTICATED';
}
