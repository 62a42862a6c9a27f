import { newToken } from './ids.js';
import type { User } from './model.js';

export const demo: User = {
  id: 'U0EAA20910FAF3052ACB79E4T00000000001',
  displayName: 'Demo',
  loginName: 'demo',
  principal: 'DefaultTenant.Demo',
};
export const userAA: User = {
  id: 'UEB6AD431E4357AE752CE3F2B5D17B95F470',
  displayName: 'User AA',
  loginName: 'userAALoginName',
  principal: 'DefaultTenant.UserA',
};
export const userBB: User = {
  id: 'U5083EA1954687218BA6C3D9B5D17B95F470',
  displayName: 'User BB',
  loginName: 'U5083EA1954687218BA6C3D9B5D17B95F470',
  principal: 'DefaultTenant.UserB',
};
/** Whoever comes by a public link for everybody. */
export const anybody: User = { id: '', displayName: 'Anonymous', loginName: 'anonymous', principal: 'anonymous' };

const tokenLifeSeconds = 3600;

/** Who may speak to the instance, and the tokens that it gave out. */
export class Directory {
  readonly #bearers = new Map<string, { readonly user: User; readonly endsAt: number }>(
    Object.entries({ 'sandbox-token': demo, 'user-aa': userAA, 'user-bb': userBB }).map(([token, user]) => [
      token,
      { user, endsAt: Number.POSITIVE_INFINITY },
    ]),
  );

  /** The user of an Authorization header; null where it proves nothing. */
  identify(authorization: string | undefined): User | null {
    const [, scheme = '', proof = ''] = /^(\S+)\s+(\S+)$/.exec(authorization ?? '') ?? [];
    if (scheme.toLowerCase() === 'basic') return isDemo(proof) ? demo : null;
    const bearer = scheme.toLowerCase() === 'bearer' ? this.#bearers.get(proof) : undefined;
    return bearer && bearer.endsAt > Date.now() ? bearer.user : null;
  }

  /** OAuth 2 client credentials: a token that acts as demo; null for another client. */
  issueToken(authorization: string | undefined): { readonly token: string; readonly expiresInSeconds: number } | null {
    const [, proof = ''] = /^basic\s+(\S+)$/i.exec(authorization ?? '') ?? [];
    if (!isDemo(proof)) return null;
    for (const [token, { endsAt }] of this.#bearers) if (endsAt <= Date.now()) this.#bearers.delete(token);
    const token = newToken();
    this.#bearers.set(token, { user: demo, endsAt: Date.now() + tokenLifeSeconds * 1000 });
    return { token, expiresInSeconds: tokenLifeSeconds };
  }
}

function isDemo(proof: string): boolean {
  return Buffer.from(proof, 'base64').toString() === 'demo:demo';
}
