import { describe, expect, it } from '@jest/globals';
import { accountSettings } from '../../src/composition/account-settings.js';
import { configuredAccounts } from '../../src/composition/accounts.js';

/** The account that stands in content keys. */
function accountOf(credentials: object, baseUrl = 'https://chat.example') {
  const settings = accountSettings.parse({ kind: 'xelion', baseUrl, credentials });
  return configuredAccounts({ phone: settings })[0]?.account;
}

const login = { mode: 'login', userName: 'ann', password: 'one' } as const;

describe('The account in content keys', () => {
  it.each([
    ['a token', { mode: 'service', token: 'one' }, { mode: 'service', token: 'two' }],
    ['a password', login, { ...login, password: 'two' }],
    ['a key of the application', { ...login, appKey: 'one' }, { ...login, appKey: 'two' }],
  ])('does not depend on %s', (_, one, other) => {
    expect(accountOf(one)).toMatch(/^phone-[0-9a-f]{8}$/);
    expect(accountOf(one)).toBe(accountOf(other));
  });

  it('is another one for another user, and for another system', () => {
    const accounts = [accountOf(login), accountOf({ ...login, userName: 'bob' }), accountOf(login, 'https://phone.example')];
    expect(new Set(accounts).size).toBe(3);
  });
});
