import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formOf, openUploadServer, preflight, query, storeMutation, type UploadServer } from './upload-server.js';

let server: UploadServer;

beforeEach(async () => {
  server = await openUploadServer({ maxFileBytes: 100_000, maxFiles: 3 });
});

afterEach(() => server.close());

describe('A connection', () => {
  it('carries a chunked upload and then the next request', async () => {
    const socket = await server.connect();
    socket.write(head({ 'transfer-encoding': 'chunked' }));
    const body = fields() + fileStart('0') + 'abc'.repeat(10_000) + bodyEnd;
    for (let start = 0; start < body.length; start += 1_000) socket.write(chunk(body.slice(start, start + 1_000)));
    socket.write('0\r\n\r\n');
    expect(await receive(socket, /"store".*\}\]\}\}/s)).toContain('"sizeBytes":30000');
    socket.write(ping);
    expect(await receive(socket, /pong/)).toContain('pong');
    socket.destroy();
  });

  it.each([
    ['a file that nobody reads', query('ignore'), '"ignore":true'],
    ['an operation that is refused', query('refuse'), 'FORBIDDEN'],
    ['an operation that is not valid', query('unknown'), 'GRAPHQL_VALIDATION_FAILED'],
  ])('carries the next request after %s', async (_, operation, answer) => {
    const socket = await server.connect();
    const body = fields(operation) + fileStart('0') + 'x'.repeat(90_000) + bodyEnd;
    socket.write(head({ 'content-length': `${body.length}` }) + body + ping);
    const received = await receive(socket, /pong/);
    expect(received).toContain(answer);
    expect(received).toContain('pong');
    socket.destroy();
  });

  it('carries the next request after a malformed upload', async () => {
    const socket = await server.connect();
    const body = `--${boundary}\r\n: no name\r\n\r\nx${bodyEnd}`.repeat(3);
    socket.write(head({ 'content-length': `${body.length}` }) + body + ping);
    const received = await receive(socket, /pong/);
    expect(received).toMatch(/^HTTP\/1.1 400 .*BAD_USER_INPUT/s);
    expect(received).toContain('pong');
    socket.destroy();
  });

  it('carries the next request after an upload without a boundary', async () => {
    const socket = await server.connect();
    socket.write(`${head({ 'content-type': 'multipart/form-data;', 'content-length': '3' })}abc${ping}`);
    const received = await receive(socket, /pong/);
    expect(received).toMatch(/^HTTP\/1.1 400 .*BAD_USER_INPUT/s);
    expect(received).toContain('pong');
    socket.destroy();
  });

  it('carries the next request after a body that ends inside a file', async () => {
    const socket = await server.connect();
    const body = `${fields() + fileStart('0')}abc`;
    socket.write(head({ 'content-length': `${body.length}` }) + body);
    expect(await receive(socket, /\}\]\}\}/)).toContain('BAD_USER_INPUT');
    socket.write(ping);
    expect(await receive(socket, /pong/)).toContain('pong');
    expect(await server.temporaryFiles()).toEqual([]);
    socket.destroy();
  });

  it('is answered and then closed when far more is sent than anybody reads', async () => {
    const socket = await server.connect();
    socket.write(head({ 'transfer-encoding': 'chunked' }) + chunk(fields(query('ignore')) + fileStart('0')));
    const timer = setInterval(() => socket.writable && socket.write(chunk('x'.repeat(60_000))), 0);
    expect(await receive(socket, /never/)).toContain('"ignore":true');
    clearInterval(timer);
    socket.destroy();
  });

  it('gives its answer to a client that reads only after it has sent far more than anybody reads', async () => {
    const socket = await server.connect();
    const start = fields(query('ignore')) + fileStart('0');
    const restBytes = 48 * 1024 * 1024;
    socket.write(head({ 'content-length': `${start.length + restBytes + bodyEnd.length}` }) + start);
    const piece = Buffer.alloc(1024 * 1024, 'x');
    for (let sent = 0; sent < restBytes; sent += piece.length) if (!socket.write(piece)) await once(socket, 'drain');
    socket.write(bodyEnd);
    expect(await receive(socket, /never/)).toContain('"ignore":true');
    socket.destroy();
  });

  it('leaves nothing behind when the client goes away in the middle of a file', async () => {
    const socket = await server.connect();
    const start = fields() + fileStart('0') + 'x'.repeat(50_000);
    socket.write(head({ 'content-length': '90000' }) + start);
    while ((await server.temporaryFiles()).length === 0) await new Promise(setImmediate);
    socket.destroy();
    while (server.uploads.stats().active > 0 || (await server.temporaryFiles()).length > 0) await new Promise(setImmediate);
    expect(await server.temporaryFiles()).toEqual([]);
  });

  it('is answered when its client falls silent in the middle of a file, and then closed', async () => {
    const impatient = await openUploadServer({ idleTimeoutSeconds: 0.1 });
    const socket = await impatient.connect();
    socket.write(head({ 'content-length': '90000' }) + fields() + fileStart('0'));
    const received = await receive(socket, /never/);
    expect(received).toContain('The upload made no progress for 0.1 seconds');
    expect(await impatient.temporaryFiles()).toEqual([]);
    await impatient.close();
  });

  it('is answered when its client falls silent before the first file', async () => {
    const impatient = await openUploadServer({ idleTimeoutSeconds: 0.1 });
    const socket = await impatient.connect();
    socket.write(head({ 'content-length': '90000' }));
    const received = await receive(socket, /never/);
    expect(received).toMatch(/^HTTP\/1.1 400 .*The upload made no progress for 0.1 seconds/s);
    await impatient.close();
  });
});

describe('The number of uploads at once', () => {
  it('is limited; one more is answered OVERLOADED', async () => {
    const crowded = await openUploadServer({ maxConcurrent: 1 });
    const first = await crowded.connect();
    first.write(head({ 'transfer-encoding': 'chunked' }));
    while (crowded.uploads.stats().active === 0) await new Promise(setImmediate);
    const { status, answer } = await crowded.send(formOf([Buffer.from('a')]));
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 503, code: 'OVERLOADED' });
    first.destroy();
    await crowded.close();
  });
});

// ── What goes over a bare connection ─────────────────────────────────────────

const boundary = 'cut-here';

function head(headers: Record<string, string>): string {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': `multipart/form-data; boundary=${boundary}`,
    ...preflight,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function field(name: string, value: string): string {
  return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

function fileStart(name: string): string {
  return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${name}.bin"\r\n\r\n`;
}

const bodyEnd = `\r\n--${boundary}--\r\n`;

function fields(operation = storeMutation): string {
  const operations = JSON.stringify({ query: operation, variables: { files: [null] } });
  return field('operations', operations) + field('map', '{"0":["variables.files.0"]}');
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

const ping = 'GET /graphql?query=%7Bping%7D HTTP/1.1\r\nhost: 127.0.0.1\r\napollo-require-preflight: true\r\n\r\n';

/** What has come over the connection when it matches; all of it when it closes first. */
async function receive(socket: Socket, until: RegExp): Promise<string> {
  let received = '';
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    received += String(part);
    if (until.test(received)) break;
  }
  return received;
}
