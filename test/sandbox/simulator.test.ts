import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import type { Fault } from '../../src/sandbox/faults.js';
import { type RunningSandbox, type SimulatedSystem, startSandbox } from '../../src/sandbox/simulator.js';

const system: SimulatedSystem = {
  product: 'box',
  register: (app, sandbox) => {
    app.get('/files/:id', async () => ({ url: sandbox.url }));
    app.get('/bytes', async (_, reply) => reply.type('image/png').send(Buffer.alloc(1000, 1)));
  },
  refusal: (status) => ({ refused: status }),
};

let sandbox: RunningSandbox;
beforeEach(async () => {
  sandbox = await startSandbox(system);
});
afterEach(() => sandbox.close());

async function ask(path: string, method: 'GET' | 'POST' | 'DELETE' = 'GET', body?: unknown) {
  const options = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await request(`${sandbox.url}${path}`, { method, ...options });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

describe('A sandbox', () => {
  it('listens on the loopback interface and knows where', async () => {
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(JSON.parse((await ask('/files/1')).text)).toEqual({ url: sandbox.url });
  });

  it('keeps a log of what it was asked and how it answered', async () => {
    await ask('/files/1?fields=name');
    await ask('/nothing');
    expect(sandbox.log.requests().map(({ method, path, status }) => [method, path, status])).toEqual([
      ['GET', '/files/1?fields=name', 200],
      ['GET', '/nothing', 404],
    ]);
    expect(sandbox.log.requests(/^GET \/files/)).toHaveLength(1);
  });
});

describe('A fault', () => {
  it('strikes as often as it was told, and only what it matches', async () => {
    sandbox.faults.add({ kind: 'status', status: 500, path: '^/files', times: 1 });
    const statuses = [];
    for (const path of ['/bytes', '/files/1', '/files/1']) statuses.push((await ask(path)).status);
    expect(statuses).toEqual([200, 500, 200]);
  });

  it("of a status is the system's own refusal, and tells when to come back", async () => {
    sandbox.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 7 });
    expect(await ask('/files/1')).toMatchObject({ status: 429, headers: { 'retry-after': '7' }, text: '{"refused":429}' });
  });

  it('of a reset ends the connection without an answer', async () => {
    sandbox.faults.add({ kind: 'reset' });
    await expect(ask('/files/1')).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) });
  });

  it('of a truncated body announces all of it and sends a part', async () => {
    sandbox.faults.add({ kind: 'truncate', afterBytes: 100 });
    const { headers, body } = await request(`${sandbox.url}/bytes`);
    expect(headers['content-length']).toBe('1000');
    await expect(body.arrayBuffer()).rejects.toBeDefined();
  });

  it('of a slow body sends it in pieces, whole', async () => {
    sandbox.faults.add({ kind: 'slow', bytesPerSecond: 5_000 });
    const { body } = await request(`${sandbox.url}/bytes`);
    const pieces: number[] = [];
    for await (const piece of body) pieces.push(piece.length);
    expect([pieces.length > 1, pieces.reduce((sum, bytes) => sum + bytes, 0)]).toEqual([true, 1000]);
  });

  it('of another body sends that one', async () => {
    sandbox.faults.add({ kind: 'body', contentType: 'text/html', body: '<html>' });
    expect(await ask('/bytes')).toMatchObject({ status: 200, headers: { 'content-type': 'text/html' }, text: '<html>' });
  });

  it('of latency comes before the answer, not instead of it', async () => {
    sandbox.faults.add({ kind: 'latency', milliseconds: 5 });
    expect((await ask('/files/1')).status).toBe(200);
  });
});

describe('The controls', () => {
  it('add faults and take them away', async () => {
    const fault: Fault = { kind: 'status', status: 503 };
    expect((await ask('/_sandbox/faults', 'POST', fault)).status).toBe(204);
    expect((await ask('/files/1')).status).toBe(503);
    expect((await ask('/_sandbox/faults', 'DELETE')).status).toBe(204);
    expect((await ask('/files/1')).status).toBe(200);
  });

  it('refuse what is no fault, in words', async () => {
    const { status, text } = await ask('/_sandbox/faults', 'POST', { kind: 'status', status: 200 });
    expect([status, JSON.parse(text).error]).toEqual([400, expect.stringContaining('400')]);
  });

  it('refuse a path that is no pattern', async () => {
    expect(await ask('/_sandbox/faults', 'POST', { kind: 'reset', path: '(' })).toMatchObject({ status: 400 });
  });

  it('show the log and are not in it', async () => {
    await ask('/files/1');
    expect(JSON.parse((await ask('/_sandbox/requests')).text)).toMatchObject([{ method: 'GET', path: '/files/1', status: 200 }]);
    await ask('/_sandbox/requests', 'DELETE');
    expect(sandbox.log.requests()).toEqual([]);
  });

  it('are not struck by faults', async () => {
    sandbox.faults.add({ kind: 'reset' });
    expect((await ask('/_sandbox/requests')).status).toBe(200);
  });
});
