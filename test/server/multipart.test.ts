import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formOf, openUploadServer, stored, storeMutation, type UploadServer } from './upload-server.js';

let server: UploadServer;

beforeEach(async () => {
  server = await openUploadServer({ maxFileBytes: 100_000, maxFiles: 3 });
});

afterEach(() => server.close());

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
    [
      'maps two files to one variable',
      withParts({ operations, map: '{"file":["variables.files.0"],"b":["variables.files.0"]}', file }),
    ],
    [
      'maps a file to one variable twice',
      withParts({ operations, map: '{"file":["variables.files.0","variables.files.0"]}', file }),
    ],
    ['maps a file into another', withParts({ operations, map: '{"file":["variables.files"],"b":["variables.files.0"]}', file })],
    ['maps a file to a prototype', withParts({ operations, map: '{"file":["variables.__proto__.x"]}', file })],
  ])('is answered 400 BAD_USER_INPUT when it %s', async (_, form) => {
    const { status, answer } = await server.send(form);
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(answer.data).toBeUndefined();
  });

  it('cannot change what every object inherits', async () => {
    const form = withParts({ operations, map: '{"file":["variables.toString.call"]}', file });
    const { status, answer } = await server.send(form);
    expect({ status, message: answer.errors?.[0]?.message }).toEqual({
      status: 400,
      message: 'The map field names "variables.toString.call", which is not in the operations',
    });
  });

  it('is answered 400 when its map leads deeper than its operations, however deep they are', async () => {
    const depth = 200_000;
    const deep = `{"query":"{ping}","variables":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    const form = withParts({ operations: deep, map: `{"file":["variables.a${'.0'.repeat(depth + 1)}"]}`, file });
    expect((await server.send(form)).status).toBe(400);
  });

  it('may carry one file for two variables', async () => {
    const form = withParts({
      operations: JSON.stringify({ query: storeMutation, variables: { files: [null, null] } }),
      map: '{"file":["variables.files.1","variables.files.0"]}',
      file,
    });
    expect((await server.send(form)).status).toBe(200);
  });

  it('names the variable that two files are for', async () => {
    const form = withParts({ operations, map: '{"a":["variables.files.0"],"b":["variables.files.0"]}', a: file, b: file });
    const { answer } = await server.send(form);
    expect(answer.errors?.[0]?.message).toBe('The map field names "variables.files.0" more than once');
  });

  it('is answered per file when a file is missing', async () => {
    const form = formOf([Buffer.from('a'), Buffer.from('b')]);
    form.delete('1');
    const { answer } = await server.send(form);
    expect(answer.data?.store).toMatchObject([stored(Buffer.from('a'), 'file-0.bin'), { code: 'BAD_USER_INPUT' }]);
  });

  it('may carry a file that the map does not name', async () => {
    const form = formOf([Buffer.from('a')]);
    form.append('extra', new Blob(['y'.repeat(90_000)]), 'extra');
    expect((await server.send(form)).answer.data?.store).toEqual([stored(Buffer.from('a'), 'file-0.bin')]);
  });

  it('is answered 413 PAYLOAD_TOO_LARGE with more files than are allowed', async () => {
    const { status, answer } = await server.send(formOf([1, 2, 3, 4].map(() => Buffer.from('x'))));
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it('is answered per file when more files come than the map names and are allowed', async () => {
    const form = formOf([Buffer.from('a'), randomBytes(90_000)]);
    form.delete('1');
    for (const name of ['x', 'y', 'z']) form.append(name, new Blob(['y']), name);
    const { answer } = await server.send(form);
    expect(answer.data?.store).toMatchObject([stored(Buffer.from('a'), 'file-0.bin'), { code: 'PAYLOAD_TOO_LARGE' }]);
  });

  it('is answered 413 PAYLOAD_TOO_LARGE with operations over the field limit', async () => {
    const form = withParts({ operations: JSON.stringify({ query: ' '.repeat(1024 * 1024) }), map, file });
    const { status, answer } = await server.send(form);
    expect({ status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });
});
