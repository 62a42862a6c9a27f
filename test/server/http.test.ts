import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { Client, request } from 'undici';
import { ContentError } from '../../src/errors.js';
import { createHttpServer } from '../../src/server/http.js';
import { serverSettings } from '../../src/server/settings.js';

let app: FastifyInstance;
let url: string;

beforeAll(async () => {
  const settings = serverSettings.parse({
    logLevel: 'silent',
    publicUrl: 'https://files.example.com',
    corsOrigins: ['https://app.example.com'],
  });
  app = await createHttpServer({ settings, shortcut: () => false });
  app.post('/echo', async (incoming) => incoming.body);
  app.get('/busy', async () => {
    throw new ContentError('OVERLOADED', 'Too much is being drawn', { retryAfterSeconds: 3 });
  });
  app.get('/bug', async () => {
    throw new Error('the secret is 42');
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => app.close());

describe('Who may speak to the server', () => {
  it.each(['localhost:4000', '127.0.0.1', '[::1]:80', 'files.example.com'])('a client that calls it %s', async (host) => {
    expect((await ask('/absent', { headers: { host } })).status).toBe(404);
  });

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:4000'])(
    'not a page that made its own name %s point here',
    async (host) => {
      expect(await ask('/absent', { headers: { host } })).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    },
  );

  it('a page of a configured origin, and of no other', async () => {
    const allowed = await ask('/absent', { headers: { origin: 'https://app.example.com' } });
    const other = await ask('/absent', { headers: { origin: 'https://evil.example' } });
    expect([allowed.headers['access-control-allow-origin'], other.headers['access-control-allow-origin']]).toEqual([
      'https://app.example.com',
      undefined,
    ]);
  });
});

describe('What answers before the router', () => {
  it('answers nothing new once the server closes, so that a kept connection ends', async () => {
    const held: ServerResponse[] = [];
    const hold = (_request: IncomingMessage, response: ServerResponse) => held.push(response) > 0;
    const settings = serverSettings.parse({ logLevel: 'silent' });
    const closing = await createHttpServer({ settings, shortcut: hold });
    const client = new Client(await closing.listen({ host: '127.0.0.1', port: 0 }));
    const first = client.request({ path: '/content/first', method: 'GET' });
    while (held.length === 0) await new Promise(setImmediate);
    const closed = closing.close();
    const second = client.request({ path: '/content/second', method: 'GET' });
    while (closing.server.listening) await new Promise(setImmediate);
    held[0]?.end();
    const answers = await Promise.all([first, second]);
    await closed;
    await client.destroy();
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 503]);
  });
});

describe('An error', () => {
  it('has the shape of GraphQL and names the request', async () => {
    const { body } = await ask('/absent');
    expect(body).toEqual({
      errors: [{ message: 'There is nothing at GET /absent', extensions: { code: 'NOT_FOUND', requestId: expect.any(String) } }],
    });
  });

  it('has that shape too when the URL itself is malformed', async () => {
    expect(await ask('/absent/%zz')).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('keeps the text of a bug to itself', async () => {
    const { status, body } = await ask('/bug');
    expect({ status, secret: JSON.stringify(body).includes('the secret') }).toEqual({ status: 500, secret: false });
  });

  it('says when to come back', async () => {
    const { status, headers, body } = await ask('/busy');
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '3' });
    expect(body).toMatchObject({ errors: [{ extensions: { retryAfterSeconds: 3 } }] });
  });

  it('tells malformed JSON from a bug', async () => {
    const headers = { 'content-type': 'application/json' };
    expect(await ask('/echo', { method: 'POST', headers, body: '{"query":' })).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
    });
  });

  it('names the limit of a body that is too large', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask('/echo', { method: 'POST', headers, body: `"${'x'.repeat(1024 * 1024)}"` });
    expect(answer).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it('tells an unknown media type', async () => {
    const headers = { 'content-type': 'text/csv' };
    expect(await ask('/echo', { method: 'POST', headers, body: 'a,b' })).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
  });
});

async function ask(path: string, options: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string } = {}) {
  const answer = await request(url + path, options);
  const body = (await answer.body.json()) as { errors?: readonly { extensions: { code: string } }[] };
  return { status: answer.statusCode, headers: answer.headers, body, code: body.errors?.[0]?.extensions.code };
}
