import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FastifyInstance, fastify } from 'fastify';
import { type FileUpload, GraphQLUpload } from 'graphql-upload-minimal';
import { ContentError, toContentError, toHttpStatus } from '../../src/errors.js';
import { registerUploads, type Uploads, uploadSettings } from '../../src/server/uploads.js';
import { type DiskBlobStore, openDiskBlobStore } from '../../src/vault/blobs/disk.js';

const typeDefs = `#graphql
  scalar Upload
  type Query { ping: String! }
  type Stored { filename: String! sizeBytes: Int! digest: String! }
  type Result { stored: Stored code: String message: String }
  type Mutation {
    store(files: [Upload!]!): [Result!]!
    storeSecondOnly(files: [Upload!]!): [Result!]!
    ignore(files: [Upload!]!): Boolean!
    readTwice(file: Upload!): Boolean!
    refuse(files: [Upload!]!): Boolean!
  }
`;

/** A server with one mutation that stores files on disk and answers with what it stored, and others that treat them badly. */
interface Harness {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly port: number;
  readonly uploads: Uploads;
  readonly blobs: DiskBlobStore;
  readonly directory: string;
}

let harness: Harness;

async function start(settings: Partial<Parameters<typeof uploadSettings.parse>[0] & object> = {}): Promise<Harness> {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-uploads-'));
  const blobs = await openDiskBlobStore({ directory });
  const app = fastify();
  app.setErrorHandler((error, _request, reply) => {
    const known = toContentError(error);
    return reply.code(toHttpStatus(known.code)).send({ errors: [{ message: known.message, extensions: { code: known.code } }] });
  });
  const uploads = registerUploads(app, uploadSettings.parse(settings));
  const apollo = new ApolloServer({
    typeDefs,
    resolvers: resolversOf(blobs),
    formatError: (formatted, error) => {
      const cause = error instanceof Error && 'originalError' in error ? error.originalError : error;
      return cause instanceof ContentError ? { ...formatted, extensions: { code: cause.code } } : formatted;
    },
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  app.route({ method: ['GET', 'POST'], url: '/graphql', handler: fastifyApolloHandler(apollo) });
  app.addHook('onClose', () => apollo.stop());
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  return { app, url, port: Number(new URL(url).port), uploads, blobs, directory };
}

function resolversOf(blobs: DiskBlobStore) {
  const storeOne = async (file: Promise<FileUpload>) => {
    try {
      const { filename, createReadStream } = await file;
      const staged = await blobs.stage(createReadStream(), { maxBytes: 1e12, signal: new AbortController().signal });
      await staged.commit();
      return { stored: { filename, sizeBytes: staged.sizeBytes, digest: staged.digest } };
    } catch (error) {
      const { code, message } = toContentError(error);
      return { code, message };
    }
  };
  return {
    Upload: GraphQLUpload,
    Query: { ping: () => 'pong' },
    Mutation: {
      store: (_: unknown, { files }: Files) => Promise.all(files.map(storeOne)),
      storeSecondOnly: async (_: unknown, { files: [first, second] }: Files) => {
        (await first)?.createReadStream().destroy();
        return second ? [await storeOne(second)] : [];
      },
      ignore: () => true,
      readTwice: async (_: unknown, { file }: { readonly file: Promise<FileUpload> }) => {
        const { createReadStream } = await file;
        createReadStream().resume();
        createReadStream();
        return true;
      },
      refuse: () => {
        throw new ContentError('FORBIDDEN', 'Not yours');
      },
    },
  };
}

interface Files {
  readonly files: readonly Promise<FileUpload>[];
}

beforeEach(async () => {
  harness = await start({ maxFileBytes: 100_000, maxFiles: 3 });
});

afterEach(() => stop(harness));

async function stop({ app, blobs, directory }: Harness): Promise<void> {
  app.server.closeAllConnections();
  await app.close();
  await blobs.close();
  await rm(directory, { recursive: true });
}

const preflight = { 'apollo-require-preflight': 'true' };
const storeMutation =
  'mutation ($files: [Upload!]!) { store(files: $files) { stored { filename sizeBytes digest } code message } }';
const query = (mutation: string) => `mutation ($files: [Upload!]!) { ${mutation}(files: $files) }`;

interface Answer {
  readonly data?: { readonly store?: readonly unknown[]; readonly [field: string]: unknown } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

function formOf(files: readonly Buffer[], operation = storeMutation): FormData {
  const form = new FormData();
  form.append('operations', JSON.stringify({ query: operation, variables: { files: files.map(() => null) } }));
  form.append('map', JSON.stringify(Object.fromEntries(files.map((_, index) => [index, [`variables.files.${index}`]]))));
  files.forEach((file, index) => {
    form.append(`${index}`, new Blob([new Uint8Array(file)]), `file-${index}.bin`);
  });
  return form;
}

async function send(body: FormData, headers: Record<string, string> = preflight, url = harness.url) {
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, answer: (await response.json()) as Answer };
}

function stored(bytes: Buffer, filename: string) {
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { stored: { filename, sizeBytes: bytes.length, digest }, code: null, message: null };
}

const temporaryFiles = ({ directory }: Harness) => readdir(join(directory, 'tmp'));

describe('An upload', () => {
  it('brings every file to its resolver whole', async () => {
    const files = [randomBytes(90_000), Buffer.alloc(0), randomBytes(10)];
    const { status, answer } = await send(formOf(files));
    expect(status).toBe(200);
    expect(answer.data?.store).toEqual(files.map((file, index) => stored(file, `file-${index}.bin`)));
  });

  it('brings files in any order of the operation', async () => {
    const [a, b] = [randomBytes(90_000), randomBytes(80_000)];
    const form = formOf([]);
    form.set('operations', JSON.stringify({ query: storeMutation, variables: { files: [null, null] } }));
    form.set('map', JSON.stringify({ b: ['variables.files.1'], a: ['variables.files.0'] }));
    form.append('b', new Blob([new Uint8Array(b)]), 'b.bin');
    form.append('a', new Blob([new Uint8Array(a)]), 'a.bin');
    const { answer } = await send(form);
    expect(answer.data?.store).toEqual([stored(a, 'a.bin'), stored(b, 'b.bin')]);
  });

  it('keeps a filename in any script, without its folders', async () => {
    const form = formOf([]);
    form.set('operations', JSON.stringify({ query: storeMutation, variables: { files: [null] } }));
    form.set('map', JSON.stringify({ 0: ['variables.files.0'] }));
    form.append('0', new Blob(['x']), '../../Übersicht 概要.txt');
    const { answer } = await send(form);
    expect(answer.data?.store).toMatchObject([{ stored: { filename: 'Übersicht 概要.txt' } }]);
  });

  it('accepts the operation name header in the place of the preflight header', async () => {
    expect((await send(formOf([Buffer.from('a')]), { 'x-apollo-operation-name': 'Store' })).status).toBe(200);
  });

  it('is refused before its body is read when it could come from a strange page', async () => {
    const { status, answer } = await send(formOf([Buffer.from('a')]), {});
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(harness.uploads.stats().started).toBe(0);
  });

  it('counts what runs', async () => {
    await send(formOf([Buffer.from('a')]));
    expect(harness.uploads.stats()).toMatchObject({ started: 1, refused: 0 });
  });

  it('leaves other requests alone', async () => {
    const headers = { 'content-type': 'application/json', ...preflight };
    const response = await fetch(harness.url, { method: 'POST', headers, body: JSON.stringify({ query: '{ ping }' }) });
    expect(await response.json()).toEqual({ data: { ping: 'pong' } });
  });
});

describe('The size limit', () => {
  it('lets a file of exactly the limit through', async () => {
    const file = randomBytes(100_000);
    expect((await send(formOf([file]))).answer.data?.store).toEqual([stored(file, 'file-0.bin')]);
  });

  it('ends a file of one byte more with PAYLOAD_TOO_LARGE and leaves nothing of it', async () => {
    const { answer } = await send(formOf([randomBytes(100_001)]));
    const message = 'The file is larger than the 100000 bytes that are allowed';
    expect(answer.data?.store).toEqual([{ stored: null, code: 'PAYLOAD_TOO_LARGE', message }]);
    expect(await temporaryFiles(harness)).toEqual([]);
  });

  it('ends only the file that is too large', async () => {
    const last = randomBytes(50_000);
    const { answer } = await send(formOf([randomBytes(900_000), last]));
    expect(answer.data?.store).toMatchObject([{ code: 'PAYLOAD_TOO_LARGE' }, stored(last, 'file-1.bin')]);
  });

  it('holds for a file that is opened after the limit was passed', async () => {
    const first = randomBytes(90_000);
    // The second file's bytes have arrived by the time that the first is stored.
    const { answer } = await send(formOf([first, randomBytes(100_001)]));
    expect(answer.data?.store).toMatchObject([stored(first, 'file-0.bin'), { code: 'PAYLOAD_TOO_LARGE' }]);
  });
});

describe('A file that is not read', () => {
  it('is passed over when its stream is destroyed, so that the next one arrives', async () => {
    const second = randomBytes(70_000);
    const { answer } = await send(
      formOf([randomBytes(90_000), second], storeMutation.replace('store(', 'store: storeSecondOnly(')),
    );
    expect(answer.data?.store).toEqual([stored(second, 'file-1.bin')]);
  });

  it('does not hold up the answer', async () => {
    const { answer } = await send(formOf([randomBytes(90_000), randomBytes(90_000)], query('ignore')));
    expect(answer).toEqual({ data: { ignore: true } });
  });

  it('cannot be read twice', async () => {
    const form = formOf([]);
    form.set('operations', JSON.stringify({ query: 'mutation ($f: Upload!) { readTwice(file: $f) }', variables: { f: null } }));
    form.set('map', '{"0":["variables.f"]}');
    form.append('0', new Blob(['x']), 'x');
    expect((await send(form)).answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('A request that is not as the multipart specification says', () => {
  const withParts = (parts: Record<string, string | Blob>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(parts)) form.append(name, value);
    return form;
  };
  const operations = JSON.stringify({ query: storeMutation, variables: { files: [null] } });
  const map = '{"file":["variables.files.0"]}';
  const file = new Blob(['x']);

  it.each([
    ['has no parts', withParts({})],
    ['has no operations', withParts({ map, file })],
    ['has no map', withParts({ operations, file })],
    ['has operations that are not JSON', withParts({ operations: '{', map, file })],
    ['has operations that are no object', withParts({ operations: 'null', map, file })],
    ['has a map that is not JSON', withParts({ operations, map: '{', file })],
    ['has a map that is a list', withParts({ operations, map: '[]', file })],
    ['has a map of a text instead of a list', withParts({ operations, map: '{"file":"variables.files.0"}', file })],
    ['has a map of numbers', withParts({ operations, map: '{"file":[1]}', file })],
    ['has its map before the operations', withParts({ map, operations, file })],
    ['maps a file to a variable inside nothing', withParts({ operations, map: '{"file":["variables.none.0"]}', file })],
    ['maps a file beyond the end of a list', withParts({ operations, map: '{"file":["variables.files.4294967294"]}', file })],
    ['maps a file to the length of a list', withParts({ operations, map: '{"file":["variables.files.length"]}', file })],
    ['maps a file to a prototype', withParts({ operations, map: '{"file":["variables.__proto__.x"]}', file })],
  ])('is answered 400 BAD_USER_INPUT when it %s', async (_, form) => {
    const { status, answer } = await send(form);
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(answer.data).toBeUndefined();
  });

  it('cannot change what every object inherits', async () => {
    const form = withParts({ operations, map: '{"file":["variables.toString.call"]}', file });
    const { status, answer } = await send(form);
    expect({ status, message: answer.errors?.[0]?.message }).toEqual({
      status: 400,
      message: 'The map field names "variables.toString.call", which is not in the operations',
    });
  });

  it('is answered per file when a file is missing', async () => {
    const form = formOf([Buffer.from('a'), Buffer.from('b')]);
    form.delete('1');
    const { answer } = await send(form);
    expect(answer.data?.store).toMatchObject([stored(Buffer.from('a'), 'file-0.bin'), { code: 'BAD_USER_INPUT' }]);
  });

  it('may carry a file that the map does not name', async () => {
    const form = formOf([Buffer.from('a')]);
    form.append('extra', new Blob(['y'.repeat(90_000)]), 'extra');
    expect((await send(form)).answer.data?.store).toEqual([stored(Buffer.from('a'), 'file-0.bin')]);
  });

  it('is answered 413 PAYLOAD_TOO_LARGE with more files than are allowed', async () => {
    const { status, answer } = await send(formOf([1, 2, 3, 4].map(() => Buffer.from('x'))));
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it('is answered per file when more files come than the map names and are allowed', async () => {
    const form = formOf([Buffer.from('a'), randomBytes(90_000)]);
    form.delete('1');
    for (const name of ['x', 'y', 'z']) form.append(name, new Blob(['y']), name);
    const { answer } = await send(form);
    expect(answer.data?.store).toMatchObject([stored(Buffer.from('a'), 'file-0.bin'), { code: 'PAYLOAD_TOO_LARGE' }]);
  });

  it('is answered 413 PAYLOAD_TOO_LARGE with operations over the field limit', async () => {
    const form = withParts({ operations: JSON.stringify({ query: ' '.repeat(1024 * 1024) }), map, file });
    const { status, answer } = await send(form);
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });
});

describe('The number of uploads at once', () => {
  it('is limited; one more is answered OVERLOADED', async () => {
    const crowded = await start({ maxConcurrent: 1 });
    const first = await openRaw(crowded);
    first.write(head({ 'transfer-encoding': 'chunked' }));
    while (crowded.uploads.stats().active === 0) await new Promise(setImmediate);
    const { status, answer } = await send(formOf([Buffer.from('a')]), preflight, crowded.url);
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 503, code: 'OVERLOADED' });
    first.destroy();
    await stop(crowded);
  });
});

// ── Over a bare connection ───────────────────────────────────────────────────

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

async function openRaw({ port }: Harness): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  return socket;
}

/** What has come over the connection when it matches; all of it when it closes first. */
async function receive(socket: Socket, until: RegExp): Promise<string> {
  let received = '';
  for await (const part of socket.iterator({ destroyOnReturn: false })) {
    received += String(part);
    if (until.test(received)) break;
  }
  return received;
}

describe('A connection', () => {
  it('carries a chunked upload and then the next request', async () => {
    const socket = await openRaw(harness);
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
    const socket = await openRaw(harness);
    const body = fields(operation) + fileStart('0') + 'x'.repeat(90_000) + bodyEnd;
    socket.write(head({ 'content-length': `${body.length}` }) + body + ping);
    const received = await receive(socket, /pong/);
    expect(received).toContain(answer);
    expect(received).toContain('pong');
    socket.destroy();
  });

  it('carries the next request after a malformed upload', async () => {
    const socket = await openRaw(harness);
    const body = `--${boundary}\r\n: no name\r\n\r\nx${bodyEnd}`.repeat(3);
    socket.write(head({ 'content-length': `${body.length}` }) + body + ping);
    const received = await receive(socket, /pong/);
    expect(received).toMatch(/^HTTP\/1.1 400 .*BAD_USER_INPUT/s);
    expect(received).toContain('pong');
    socket.destroy();
  });

  it('carries the next request after an upload without a boundary', async () => {
    const socket = await openRaw(harness);
    socket.write(`${head({ 'content-type': 'multipart/form-data;', 'content-length': '3' })}abc${ping}`);
    const received = await receive(socket, /pong/);
    expect(received).toMatch(/^HTTP\/1.1 400 .*BAD_USER_INPUT/s);
    expect(received).toContain('pong');
    socket.destroy();
  });

  it('carries the next request after a body that ends inside a file', async () => {
    const socket = await openRaw(harness);
    const body = `${fields() + fileStart('0')}abc`;
    socket.write(head({ 'content-length': `${body.length}` }) + body);
    expect(await receive(socket, /\}\]\}\}/)).toContain('BAD_USER_INPUT');
    socket.write(ping);
    expect(await receive(socket, /pong/)).toContain('pong');
    expect(await temporaryFiles(harness)).toEqual([]);
    socket.destroy();
  });

  it('is answered and then closed when far more is sent than anybody reads', async () => {
    const socket = await openRaw(harness);
    socket.write(head({ 'transfer-encoding': 'chunked' }) + chunk(fields(query('ignore')) + fileStart('0')));
    const timer = setInterval(() => socket.writable && socket.write(chunk('x'.repeat(60_000))), 0);
    expect(await receive(socket, /never/)).toContain('"ignore":true');
    clearInterval(timer);
    socket.destroy();
  });

  it('leaves nothing behind when the client goes away in the middle of a file', async () => {
    const socket = await openRaw(harness);
    const start = fields() + fileStart('0') + 'x'.repeat(50_000);
    socket.write(head({ 'content-length': '90000' }) + start);
    while ((await temporaryFiles(harness)).length === 0) await new Promise(setImmediate);
    socket.destroy();
    while (harness.uploads.stats().active > 0 || (await temporaryFiles(harness)).length > 0) await new Promise(setImmediate);
    expect(await temporaryFiles(harness)).toEqual([]);
  });

  it('is answered when its client falls silent in the middle of a file, and then closed', async () => {
    const impatient = await start({ idleTimeoutSeconds: 0.1 });
    const socket = await openRaw(impatient);
    socket.write(head({ 'content-length': '90000' }) + fields() + fileStart('0'));
    const received = await receive(socket, /never/);
    expect(received).toContain('The upload made no progress for 0.1 seconds');
    expect(await temporaryFiles(impatient)).toEqual([]);
    await stop(impatient);
  });

  it('is answered when its client falls silent before the first file', async () => {
    const impatient = await start({ idleTimeoutSeconds: 0.1 });
    const socket = await openRaw(impatient);
    socket.write(head({ 'content-length': '90000' }));
    const received = await receive(socket, /never/);
    expect(received).toMatch(/^HTTP\/1.1 400 .*The upload made no progress for 0.1 seconds/s);
    await stop(impatient);
  });
});
