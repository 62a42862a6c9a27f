import type { IncomingMessage, RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Call } from '../../src/call.js';
import { type Credentials, tokenCredentials } from '../../src/providers/credentials.js';
import { call, callWith } from '../support/vault.js';
import { answering, noting, restTo, serve } from './rest-harness.js';

describe('An answer whose body says nothing', () => {
  it('gives all the cookies that it sets', async () => {
    const rest = restTo(
      await serve((_request, response) => {
        response.writeHead(204, { 'set-cookie': ['lang=en; Path=/', 'session=1; HttpOnly'] }).end();
      }),
    );
    const { cookies } = await rest.done({ url: '/' }, call);
    expect(cookies).toEqual(['lang=en; Path=/', 'session=1; HttpOnly']);
  });
});

describe('An answer in JSON', () => {
  const named = z.object({ name: z.string() });

  it('comes in the shape that was told', async () => {
    const rest = restTo(`${await serve((request, response) => response.end(JSON.stringify({ name: request.url })))}/api/`);
    expect(await rest.json(named, { url: '/files/1?fields=name' }, call)).toEqual({ name: '/api/files/1?fields=name' });
  });

  it('that breaks off is PROVIDER_UNAVAILABLE', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"name":"a');
      setImmediate(() => response.destroy());
    });
    const asked = restTo(url).json(named, { url: '/' }, call);
    await expect(asked).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', details: { retryable: true } });
  });

  it.each(['<html>', '', '{"name":1}', 'null'])('that is %j is PROVIDER_ERROR', async (body) => {
    const rest = restTo(await serve(answering(200, body)));
    await expect(rest.json(named, { url: '/' }, call)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });
});

describe('A refusal', () => {
  it.each([
    ['{"code":"x"}', { code: 'x' }],
    ['<html>', '<html>'],
    ['', null],
  ])('of the body %j is told with it', async (body, told) => {
    const rest = restTo(await serve(answering(418, body)));
    const refused = rest.send({ url: '/' }, call);
    await expect(refused).rejects.toMatchObject({
      message: `refused: ${JSON.stringify(told)}`,
      details: { upstreamStatus: 418 },
    });
  });

  it('that the caller expects is an answer', async () => {
    const rest = restTo(await serve(answering(404, 'none', { 'x-reason': 'gone' })));
    const { status, headers, body } = await rest.send({ url: '/', expected: [404] }, call);
    expect([status, headers.get('x-reason'), (await buffer(body)).toString()]).toEqual([404, 'gone', 'none']);
  });
});

describe('Credentials', () => {
  it('go to the origin of the account', async () => {
    const seen: (string | undefined)[] = [];
    const rest = restTo(await serve(noting(seen, answering(200, ''))));
    await rest.done({ url: '/' }, call);
    await rest.done({ url: '/', anonymous: true }, call);
    expect(seen).toEqual(['Bearer secret', undefined]);
  });

  it('never go to another one', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve(noting(seen, answering(200, '')));
    const rest = restTo(await serve(answering(200, '')), { otherHosts: { hosts: [], origins: [other] } });
    await rest.done({ url: `${other}/download` }, call);
    expect(seen).toEqual([undefined]);
  });

  function renewable(): Credentials {
    let obtained = 0;
    return tokenCredentials(async () => {
      obtained += 1;
      return { headers: { authorization: `Bearer ${obtained}` }, expiresAt: Number.POSITIVE_INFINITY };
    });
  }

  it('that are refused are renewed and sent once more', async () => {
    const seen: (string | undefined)[] = [];
    const listener: RequestListener = (_request, response) => {
      response.writeHead(seen.at(-1) === 'Bearer 2' ? 200 : 401).end();
    };
    const rest = restTo(await serve(noting(seen, listener)), { credentials: renewable() });
    expect(await rest.done({ url: '/' }, call)).toMatchObject({ status: 200 });
    expect(seen).toEqual(['Bearer 1', 'Bearer 2']);
  });

  it('that stay refused are not tried for ever', async () => {
    const seen: (string | undefined)[] = [];
    const rest = restTo(await serve(noting(seen, answering(401, ''))), { credentials: renewable() });
    await expect(rest.done({ url: '/' }, call)).rejects.toMatchObject({ details: { upstreamStatus: 401 } });
    expect(seen).toHaveLength(2);
  });

  it('that are refused with a stream are not sent again: it was read', async () => {
    const seen: (string | undefined)[] = [];
    const rest = restTo(await serve(noting(seen, answering(401, ''))), { credentials: renewable() });
    const body = Readable.from([Buffer.from('bytes')], { objectMode: false });
    await expect(rest.done({ method: 'POST', url: '/', body }, call)).rejects.toMatchObject({ details: { upstreamStatus: 401 } });
    expect(seen).toHaveLength(1);
  });

  it('that are refused with a stream are renewed for the next request', async () => {
    const seen: (string | undefined)[] = [];
    const listener: RequestListener = (_request, response) => {
      response.writeHead(seen.at(-1) === 'Bearer 2' ? 200 : 401).end();
    };
    const rest = restTo(await serve(noting(seen, listener)), { credentials: renewable() });
    const post = () =>
      rest.done({ method: 'POST', url: '/', body: Readable.from([Buffer.from('bytes')], { objectMode: false }) }, call);
    await expect(post()).rejects.toMatchObject({ details: { upstreamStatus: 401 } });
    expect(await post()).toMatchObject({ status: 200 });
  });
});

describe('A request elsewhere', () => {
  it.each(['http://127.0.0.1:9/', 'https://files.example.com/', 'http://dl.example.org/', 'https://[::1]/', 'https://10.0.0.1/'])(
    'to %s is refused without a connection',
    async (url) => {
      const rest = restTo('http://127.0.0.1:1', { otherHosts: { hosts: ['*.example.org'], origins: [] } });
      await expect(rest.send({ url }, call)).rejects.toMatchObject({
        code: 'PROVIDER_ERROR',
        message: expect.stringMatching(/may not/),
      });
    },
  );

  it('to a listed name that leads to this machine is refused', async () => {
    const rest = restTo('http://127.0.0.1:1', { otherHosts: { hosts: ['localhost'], origins: [] } });
    const refused = rest.send({ url: 'https://localhost:9/' }, call);
    await expect(refused).rejects.toMatchObject({ code: 'PROVIDER_ERROR', message: expect.stringMatching(/may not/) });
  });
});

describe('Connections', () => {
  it('are held to sixteen origins, however many answers lead to', async () => {
    const urls = await Promise.all(Array.from({ length: 17 }, () => serve(answering(200, 'file'))));
    const rest = restTo('http://127.0.0.1:1', { otherHosts: { hosts: [], origins: urls } });
    for (const url of urls) await rest.done({ url: `${url}/` }, call);
    expect(rest.stats().connections).toBe(16);
    expect(await rest.done({ url: `${urls[0]}/` }, call)).toMatchObject({ status: 200 });
  });
});

describe('A system', () => {
  it('that does not listen is PROVIDER_UNAVAILABLE', async () => {
    const rest = restTo('http://127.0.0.1:1');
    await expect(rest.send({ url: '/' }, call)).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      details: { retryable: true },
    });
  });

  it('that ends the connection is PROVIDER_UNAVAILABLE', async () => {
    const rest = restTo(await serve((request) => request.socket.destroy()));
    await expect(rest.send({ url: '/' }, call)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
  });

  it('that does not answer in time is PROVIDER_TIMEOUT', async () => {
    const rest = restTo(await serve(() => {}), { timeoutMs: 1 });
    await expect(rest.send({ url: '/' }, call)).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT', details: { retryable: true } });
  });

  it('that sends less than it announced never seems whole', async () => {
    const rest = restTo(
      await serve((_request, response) => {
        response.writeHead(200, { 'content-length': '10' }).write('half');
        setImmediate(() => response.destroy());
      }),
    );
    const { body } = await rest.send({ url: '/' }, call);
    await expect(buffer(body)).rejects.toBeDefined();
  });
});

describe('A call', () => {
  it('that ends while it waits ends for its own reason', async () => {
    const arrived: IncomingMessage[] = [];
    const leaving = new AbortController();
    const reason = new Error('the client left');
    const rest = restTo(
      await serve((request) => {
        arrived.push(request);
        leaving.abort(reason);
      }),
    );
    await expect(rest.send({ url: '/' }, callWith(leaving.signal))).rejects.toBe(reason);
    expect(arrived).toHaveLength(1);
  });

  it('that ends by itself is PROVIDER_TIMEOUT', async () => {
    const rest = restTo(await serve(() => {}));
    const asked = rest.send({ url: '/' }, callWith(AbortSignal.timeout(1)));
    await expect(asked).rejects.toMatchObject({ code: 'PROVIDER_TIMEOUT', details: { provider: 'remote' } });
  });

  it('is told of each request with the bytes of its answer', async () => {
    const told: [string, number][] = [];
    const observed: Call = {
      ...call,
      upstream: { requested: (provider, bytes) => void told.push([provider, bytes]), cached() {}, stale() {} },
    };
    const rest = restTo(await serve(answering(200, 'hello')));
    const { body } = await rest.send({ url: '/' }, observed);
    expect((await buffer(body)).toString()).toBe('hello');
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([['remote', 5]]);
  });
});
