import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openViewer } from '../../src/identity/viewer.js';
import { Viewers } from '../../src/identity/viewers.js';

const sources = { calls: { header: 'x-calls-authorization' }, chat: { cookie: 'session' } };
const secret = createSecretKey('a key for these tests, long enough', 'utf8');

describe('Who asks', () => {
  it('is the open viewer where no provider takes a credential of its own', () => {
    expect(new Viewers({ sources: {}, secret }).ofRequest({ authorization: 'secret' })).toBe(openViewer);
  });

  it('is the open viewer where the request brings no credential', () => {
    expect(open().viewers.ofRequest({ cookie: 'other=1; sessions=2', 'x-calls-authorization': ' ' })).toBe(openViewer);
  });

  it('brings the header of one provider and the cookie of another', () => {
    const { credentials } = open().viewers.ofRequest({
      'x-calls-authorization': 'calls abc',
      cookie: 'a=b; session=s%201=; c=d',
    });
    expect(credentials).toEqual({ calls: 'calls abc', chat: 's%201=' });
  });

  it('is the same for the same credentials, and never for others', () => {
    const { viewers } = open();
    const scopes = ['one', 'two', 'one'].map((session) => viewers.ofRequest({ cookie: `session=${session}` }).scope);
    expect(scopes[0]).toBe(scopes[2]);
    expect(scopes[0]).not.toBe(scopes[1]);
    expect(scopes).not.toContain(openViewer.scope);
  });

  it('has a scope that cannot be tried out without the key', () => {
    const other = new Viewers({ sources, secret: createSecretKey('another key', 'utf8') });
    const headers = { cookie: 'session=one' };
    expect(open().viewers.ofRequest(headers).scope).not.toBe(other.ofRequest(headers).scope);
  });

  it('has a scope that shows nothing of the credential', () => {
    expect(open().viewers.ofRequest({ cookie: 'session=top-secret' }).scope).toMatch(/^viewer-[\w-]{22}$/);
  });
});

describe('A content URL', () => {
  it('acts with the credentials of whom it was signed for', () => {
    const { viewers } = open();
    const viewer = viewers.ofRequest({ cookie: 'session=one' });
    viewers.ofRequest({ cookie: 'session=two' });
    expect(viewers.ofScope(viewer.scope).credentials).toEqual({ chat: 'one' });
  });

  it('finds them as long as it lives', () => {
    const { viewers, clock } = open();
    const { scope } = viewers.ofRequest({ cookie: 'session=one' });
    viewers.keepUntil(scope, clock.now / 1000 + 86_400);
    viewers.keepUntil(scope, clock.now / 1000 + 900);
    clock.now += 86_399_000;
    expect(viewers.ofScope(scope).credentials).toEqual({ chat: 'one' });
    clock.now += 2_000;
    expect(() => viewers.ofScope(scope)).toThrow(/no longer holds the credentials/);
  });

  it('is refused after a restart, until its viewer has asked again', () => {
    const { scope } = open().viewers.ofRequest({ cookie: 'session=one' });
    const { viewers } = open();
    expect(() => viewers.ofScope(scope)).toThrow(/query for a new URL/);
    viewers.ofRequest({ cookie: 'session=one' });
    expect(viewers.ofScope(scope).credentials).toEqual({ chat: 'one' });
  });

  it('of the open viewer always works', () => {
    expect(open().viewers.ofScope(openViewer.scope)).toBe(openViewer);
  });
});

describe('The credentials that are held', () => {
  it('are those of the latest 10,000 viewers at most', () => {
    const { viewers } = open();
    const first = viewers.ofRequest({ cookie: 'session=0' });
    for (let session = 1; session <= 10_000; session++) viewers.ofRequest({ cookie: `session=${session}` });
    expect(viewers.stats()).toEqual({ kept: 10_000 });
    expect(() => viewers.ofScope(first.scope)).toThrow();
  });
});

/** A server that has just started, with a clock of its own. */
function open() {
  const clock = { now: Date.now() };
  return { clock, viewers: new Viewers({ sources, secret, now: () => clock.now }) };
}
