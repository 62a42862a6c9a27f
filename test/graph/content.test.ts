import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openGraph, openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { MemoryProvider } from '../support/memory-provider.js';

const query = (fields: string) => `query ($id: ID!) { attachment(id: $id) { filename content { ${fields} } } }`;

describe('Content', () => {
  let graph: VaultGraph;
  const ids = { digits: '', empty: '' };

  beforeAll(async () => {
    graph = await openVaultGraph({ inlineMaxBytes: 10, inlineTotalBytes: 25 });
    ids.digits = await graph.store('digits.txt', '0123456789abcdef');
    ids.empty = await graph.store('empty.txt', '');
  });
  afterAll(() => graph.close());

  it('has the type, size and URL of the file without opening it', async () => {
    const opened = graph.calls.open;
    const answer = await graph.run(query('contentType sizeBytes url'), { id: ids.digits });
    expect(answer.at('attachment.content')).toMatchObject({ contentType: 'text/plain', sizeBytes: 16 });
    const grant = graph.urls.verify(`${answer.at('attachment.content.url')}`.replace('http://files.test', ''));
    expect(grant).toMatchObject({ variant: { kind: 'source' }, version: 1, disposition: 'ATTACHMENT' });
    expect(graph.calls.open).toBe(opened);
  });

  it.each([
    ['(offset: 4, length: 3)', '456'],
    ['(offset: 10)', 'abcdef'],
    ['(length: 2)', '01'],
    ['(offset: 14, length: 10)', 'ef'],
  ])('gives the bytes of base64%s', async (args, text) => {
    const answer = await graph.run(query(`base64${args}`), { id: ids.digits });
    expect(Buffer.from(`${answer.at('attachment.content.base64')}`, 'base64').toString()).toBe(text);
  });

  it('is too large to be carried inline over the cap, and has its URL still', async () => {
    const answer = await graph.run(query('base64 dataUrl url'), { id: ids.digits });
    expect(answer.at('attachment.content')).toMatchObject({
      base64: null,
      dataUrl: null,
      url: expect.stringContaining('http://'),
    });
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'PAYLOAD_TOO_LARGE' } },
      { extensions: { code: 'PAYLOAD_TOO_LARGE' } },
    ]);
    expect(answer.errors[0]?.message).toBe('16 bytes are too many to be carried inline; at most 10 are. Fetch them by url');
  });

  it('is carried inline as often as all of a query together may be, and read no oftener', async () => {
    const opened = graph.calls.open;
    const answer = await graph.run(query('a: base64(length: 10) b: base64(length: 10) c: base64(length: 10)'), {
      id: ids.digits,
    });
    expect(answer.errors).toMatchObject([{ path: ['attachment', 'content', 'c'], extensions: { code: 'PAYLOAD_TOO_LARGE' } }]);
    expect(graph.calls.open).toBe((opened ?? 0) + 2);
  });

  it.each([
    ['(offset: 16)', 'RANGE_NOT_SATISFIABLE', 'offset 16 lies beyond the end: the content has 16 bytes'],
    ['(offset: -1)', 'BAD_USER_INPUT', 'offset must be 0 or more, got -1'],
    ['(length: 0)', 'BAD_USER_INPUT', 'length must be 1 or more, got 0'],
  ])('refuses base64%s with %s', async (args, code, message) => {
    const answer = await graph.run(query(`sizeBytes base64${args}`), { id: ids.digits });
    expect(answer.at('attachment.content')).toEqual({ sizeBytes: 16, base64: null });
    expect(answer.errors).toMatchObject([{ message, extensions: { code } }]);
  });

  it('of an empty file is empty', async () => {
    const answer = await graph.run(query('sizeBytes base64 dataUrl'), { id: ids.empty });
    expect(answer.at('attachment.content')).toEqual({ sizeBytes: 0, base64: '', dataUrl: 'data:text/plain;base64,' });
  });

  it('of a version that is not there is null with NOT_FOUND', async () => {
    const answer = await graph.run('query ($id: ID!) { attachment(id: $id) { filename content(version: 7) { url } } }', {
      id: ids.digits,
    });
    expect(answer).toMatchObject({
      data: { attachment: { filename: 'digits.txt', content: null } },
      errors: [{ message: '"digits.txt" has no version 7', extensions: { code: 'NOT_FOUND' } }],
    });
  });
});

describe('Content of a provider without ranges and sizes', () => {
  const big = Buffer.alloc(5000, 'x');
  const permissions = { read: true, download: false, replace: false, delete: false, share: false };
  const provider = new MemoryProvider('box', [
    { id: 'digits', bytes: '0123456789', attachment: { sizeBytes: null } },
    { id: 'big', bytes: big, attachment: { sizeBytes: null } },
    { id: 'mismatched', attachment: { state: 'CHECKSUM_MISMATCH' } },
    { id: 'private', bytes: 'secret', attachment: { permissions } },
  ]);
  let graph: Awaited<ReturnType<typeof openGraph>>;

  beforeAll(async () => {
    graph = await openGraph([provider], { inlineMaxBytes: 1500 });
  });
  afterAll(() => graph.close());

  it('has a range cut out of the whole', async () => {
    const answer = await graph.run(query('a: base64(offset: 2, length: 3) b: base64(offset: 8, length: 100)'), {
      id: 'gid://box/Attachment/digits',
    });
    expect(Buffer.from(`${answer.at('attachment.content.a')}`, 'base64').toString()).toBe('234');
    expect(Buffer.from(`${answer.at('attachment.content.b')}`, 'base64').toString()).toBe('89');
  });

  it('is cut off at the cap, whatever comes', async () => {
    const answer = await graph.run(query('all: base64 part: base64(offset: 3000, length: 1200)'), {
      id: 'gid://box/Attachment/big',
    });
    expect(answer.at('attachment.content.all')).toBeNull();
    expect(Buffer.from(`${answer.at('attachment.content.part')}`, 'base64').length).toBe(1200);
    expect(answer.errors).toMatchObject([{ path: ['attachment', 'content', 'all'], extensions: { code: 'PAYLOAD_TOO_LARGE' } }]);
  });

  it('of an attachment that is not whole is null with CONFLICT, which names the state', async () => {
    const answer = await graph.run(query('url'), { id: 'gid://box/Attachment/mismatched' });
    expect(answer).toMatchObject({
      data: { attachment: { content: null } },
      errors: [{ message: 'The attachment is CHECKSUM_MISMATCH and has no content', extensions: { code: 'CONFLICT' } }],
    });
  });

  it('of an attachment that may not be downloaded is null with FORBIDDEN', async () => {
    const answer = await graph.run(query('url'), { id: 'gid://box/Attachment/private' });
    expect(answer).toMatchObject({ data: { attachment: { content: null } }, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });
});
