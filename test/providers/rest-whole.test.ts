import { describe, expect, it } from '@jest/globals';
import { tokenCredentials } from '../../src/providers/credentials.js';
import { Gate } from '../rendering/harness.js';
import { call, callWith } from '../support/vault.js';
import { answering, noting, restTo, serve } from './rest-harness.js';

describe('An answer that is read whole', () => {
  it('comes with its status, its headers and its bytes', async () => {
    const rest = restTo(await serve(answering(200, 'picture', { 'x-version': '7' })));
    const answer = await rest.whole({ url: '/' }, 7, call);
    expect([answer.status, answer.headers.get('x-version'), answer.bytes().toString()]).toEqual([200, '7', 'picture']);
  });

  it('of several pieces is one', async () => {
    const rest = restTo(
      await serve((_request, response) => {
        response.write('pic', () => setImmediate(() => response.end('ture')));
      }),
    );
    expect((await rest.whole({ url: '/' }, 100, call)).bytes().toString()).toBe('picture');
  });

  it('that has more bytes than are wanted is PROVIDER_ERROR, for whoever wants them', async () => {
    const rest = restTo(await serve(answering(302, 'picture', { location: '/elsewhere' })));
    const answer = await rest.whole({ url: '/', expected: [302] }, 6, call);
    expect(answer.headers.get('location')).toBe('/elsewhere');
    expect(() => answer.bytes()).toThrow(
      expect.objectContaining({ code: 'PROVIDER_ERROR', message: expect.stringContaining('more than 6 bytes') }),
    );
  });

  it('that breaks off is PROVIDER_ERROR and worth another try', async () => {
    const rest = restTo(
      await serve((_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => setImmediate(() => response.destroy()));
      }),
    );
    const answer = await rest.whole({ url: '/' }, 100, call);
    expect(() => answer.bytes()).toThrow(
      expect.objectContaining({ code: 'PROVIDER_ERROR', details: expect.objectContaining({ retryable: true }) }),
    );
  });

  it('that never comes because nobody is there is PROVIDER_UNAVAILABLE', async () => {
    const rest = restTo('http://127.0.0.1:9');
    await expect(rest.whole({ url: '/' }, 100, call)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });

  it('that does not come in time is PROVIDER_TIMEOUT', async () => {
    const rest = restTo(await serve(() => {}), { timeoutMs: 50 });
    await expect(rest.whole({ url: '/' }, 100, call)).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT' });
  });

  it('is a refusal with what it says', async () => {
    const rest = restTo(await serve(answering(403, '{"why":"no"}')));
    await expect(rest.whole({ url: '/' }, 100, call)).rejects.toThrow('refused: {"why":"no"}');
  });

  it('is asked for again with a new credential where the old one was refused', async () => {
    const seen: (string | undefined)[] = [];
    const tokens = ['old', 'new'];
    const credentials = tokenCredentials(async () => ({
      headers: { authorization: `Bearer ${tokens.shift()}` },
      expiresAt: Number.POSITIVE_INFINITY,
    }));
    const url = await serve(
      noting(seen, (request, response) => {
        response.writeHead(request.headers.authorization === 'Bearer new' ? 200 : 401).end('picture');
      }),
    );
    expect((await restTo(url, { credentials }).whole({ url: '/' }, 100, call)).bytes().toString()).toBe('picture');
    expect(seen).toEqual(['Bearer old', 'Bearer new']);
  });

  it('is not waited for when the client has left, and its connection is closed', async () => {
    const [leaving, closed] = [new AbortController(), new Gate()];
    const url = await serve((request, response) => {
      request.socket.once('close', () => closed.open());
      response.write('half', () => leaving.abort(new Error('left')));
    });
    await expect(restTo(url).whole({ url: '/' }, 100, callWith(leaving.signal))).rejects.toThrow('left');
    await closed.opened;
  });

  it('is not asked for when the client has left before', async () => {
    let asked = 0;
    const rest = restTo(
      await serve((_request, response) => {
        asked += 1;
        response.end('picture');
      }),
    );
    const left = AbortSignal.abort(new Error('left'));
    await expect(rest.whole({ url: '/' }, 100, callWith(left))).rejects.toThrow('left');
    await rest.whole({ url: '/' }, 100, call);
    expect(asked).toBe(1);
  });

  it('is what comes after the hints that announce it', async () => {
    const rest = restTo(
      await serve((_request, response) => {
        response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => response.writeHead(203).end('picture'));
      }),
    );
    const answer = await rest.whole({ url: '/' }, 100, call);
    expect([answer.status, answer.bytes().toString()]).toEqual([203, 'picture']);
  });

  it('is told to the observer of the call with its bytes', async () => {
    const told: unknown[] = [];
    const upstream = { requested: (provider: string, bytes: number) => told.push([provider, bytes]), cached() {}, stale() {} };
    const rest = restTo(await serve(answering(200, 'picture')));
    await rest.whole({ url: '/' }, 100, { ...call, upstream });
    expect(told).toEqual([['remote', 7]]);
  });
});
