import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formOf, openUploadServer, preflight, query, stored, storeMutation, type UploadServer } from './upload-server.js';

let server: UploadServer;

beforeEach(async () => {
  server = await openUploadServer({ maxFileBytes: 100_000, maxFiles: 3 });
});

afterEach(() => server.close());

describe('An upload', () => {
  it('brings every file to its resolver whole', async () => {
    const files = [randomBytes(90_000), Buffer.alloc(0), randomBytes(10)];
    const { status, answer } = await server.send(formOf(files));
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
    const { answer } = await server.send(form);
    expect(answer.data?.store).toEqual([stored(a, 'a.bin'), stored(b, 'b.bin')]);
  });

  it('keeps a filename in any script, without its folders', async () => {
    const form = formOf([]);
    form.set('operations', JSON.stringify({ query: storeMutation, variables: { files: [null] } }));
    form.set('map', JSON.stringify({ 0: ['variables.files.0'] }));
    form.append('0', new Blob(['x']), '../../Übersicht 概要.txt');
    const { answer } = await server.send(form);
    expect(answer.data?.store).toMatchObject([{ stored: { filename: 'Übersicht 概要.txt' } }]);
  });

  it('accepts the operation name header in the place of the preflight header', async () => {
    expect((await server.send(formOf([Buffer.from('a')]), { 'x-apollo-operation-name': 'Store' })).status).toBe(200);
  });

  it('is refused before its body is read when it could come from a strange page', async () => {
    const { status, answer } = await server.send(formOf([Buffer.from('a')]), {});
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(server.uploads.stats().started).toBe(0);
  });

  it('counts what runs', async () => {
    await server.send(formOf([Buffer.from('a')]));
    expect(server.uploads.stats()).toMatchObject({ started: 1, refused: 0 });
  });

  it('leaves other requests alone', async () => {
    const headers = { 'content-type': 'application/json', ...preflight };
    const response = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify({ query: '{ ping }' }) });
    expect(await response.json()).toEqual({ data: { ping: 'pong' } });
  });
});

describe('The size limit', () => {
  it('lets a file of exactly the limit through', async () => {
    const file = randomBytes(100_000);
    expect((await server.send(formOf([file]))).answer.data?.store).toEqual([stored(file, 'file-0.bin')]);
  });

  it('ends a file of one byte more with PAYLOAD_TOO_LARGE and leaves nothing of it', async () => {
    const { answer } = await server.send(formOf([randomBytes(100_001)]));
    const message = 'The file is larger than the 100000 bytes that are allowed';
    expect(answer.data?.store).toEqual([{ stored: null, code: 'PAYLOAD_TOO_LARGE', message }]);
    expect(await server.temporaryFiles()).toEqual([]);
  });

  it('ends only the file that is too large', async () => {
    const last = randomBytes(50_000);
    const { answer } = await server.send(formOf([randomBytes(900_000), last]));
    expect(answer.data?.store).toMatchObject([{ code: 'PAYLOAD_TOO_LARGE' }, stored(last, 'file-1.bin')]);
  });

  it('holds for a file that is opened after the limit was passed', async () => {
    const first = randomBytes(90_000);
    // The second file's bytes have arrived by the time that the first is stored.
    const { answer } = await server.send(formOf([first, randomBytes(100_001)]));
    expect(answer.data?.store).toMatchObject([stored(first, 'file-0.bin'), { code: 'PAYLOAD_TOO_LARGE' }]);
  });
});

describe('A file that is not read', () => {
  it('is passed over when its stream is destroyed, so that the next one arrives', async () => {
    const second = randomBytes(70_000);
    const { answer } = await server.send(
      formOf([randomBytes(90_000), second], storeMutation.replace('store(', 'store: storeSecondOnly(')),
    );
    expect(answer.data?.store).toEqual([stored(second, 'file-1.bin')]);
  });

  it('does not hold up the answer', async () => {
    const { answer } = await server.send(formOf([randomBytes(90_000), randomBytes(90_000)], query('ignore')));
    expect(answer).toEqual({ data: { ignore: true } });
  });

  it('cannot be read twice', async () => {
    const form = formOf([]);
    form.set('operations', JSON.stringify({ query: 'mutation ($f: Upload!) { readTwice(file: $f) }', variables: { f: null } }));
    form.set('map', '{"0":["variables.f"]}');
    form.append('0', new Blob(['x']), 'x');
    expect((await server.send(form)).answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
