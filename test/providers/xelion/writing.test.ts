import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Provider, Upload } from '../../../src/providers/provider.js';
import { callWith, incoming, sha256 } from '../../support/vault.js';
import { adapterOf, ask, openXelionSandbox, type XelionSandbox } from '../../support/xelion.js';

let xelion: XelionSandbox;
let provider: Required<Provider>;
beforeEach(async () => {
  xelion = await openXelionSandbox();
  provider = xelion.provider as Required<Provider>;
});
afterEach(() => xelion.close());

const call = callWith();
const [chat, external, disabled] = ['1899001', '1899003', '1899004'];

const write = (more: Partial<Upload> = {}, own = call) =>
  provider.write(
    { ...incoming('hello'), container: { type: 'Room', id: chat }, filename: 'a.txt', onCollision: 'FAIL', ...more },
    own,
  );

const requests = () => xelion.sandbox.log.requests().map(({ method, path }) => `${method} ${path.replace('/api/v1/master', '')}`);
const conceptOf = async () => ((await ask(`${xelion.url}/chats/${chat}/concept`)).body as { object: object }).object;
const messageCount = async () =>
  ((await ask(`${xelion.url}/chats/${chat}/messages?limit=100`)).body as { data: unknown[] }).data.length;

describe('An upload to a chat session', () => {
  it('is streamed into the concept, sent, and read again', async () => {
    const written = await write();
    const [communication, attachment] = written.id.split('-');
    expect(requests()).toEqual([
      `GET /chats/${chat}`,
      `POST /chats/${chat}/concept/attachment`,
      `POST /chats/${chat}/messages`,
      `GET /communications/${communication}`,
    ]);
    expect(written).toMatchObject({
      filename: 'a.txt',
      contentType: 'text/plain',
      sizeBytes: 5,
      contentKey: `xelion-test-${attachment}`,
      container: { type: 'Message', id: communication },
    });
    const opened = await provider.open(written.id, {}, call);
    if (!opened || !('stream' in opened.body)) throw new Error('There is nothing to read');
    expect((await buffer(opened.body.stream)).toString()).toBe('hello');
  });

  it('keeps the letters of a name that the server has', async () => {
    expect((await write({ filename: 'Grüße, "1"; 2.txt' })).filename).toBe('Grüße, "1"; 2.txt');
    expect((await write({ filename: 'Plan 日本.txt' })).filename).toBe('Plan ??.txt');
  });

  it('waits for others to the same session, since they share one concept', async () => {
    const first = new PassThrough();
    const writing = write({ content: first, filename: 'first.txt' });
    const second = write({ filename: 'second.txt' });
    const third = write({ filename: 'third.txt' });
    first.end('late');
    const written = await Promise.all([writing, second, third]);
    expect(written.map(({ filename }) => filename)).toEqual(expect.arrayContaining(['first.txt', 'second.txt', 'third.txt']));
    const steps = requests().filter((step) => step.startsWith('POST'));
    expect(steps.map((step) => step.includes('concept'))).toEqual([true, false, true, false, true, false]);
  });

  it('that waits is left at once when its call ends', async () => {
    const [first, leaving, reason] = [new PassThrough(), new AbortController(), new Error('the client left')];
    for (const piece of ['one', 'two']) first.write(piece);
    const writing = write({ content: first });
    const answered = (count: number) =>
      until(() => xelion.sandbox.log.requests(/GET .*chats/).filter(({ status }) => status === 200).length === count);
    await answered(1);
    const waiting = write({}, callWith(leaving.signal));
    await answered(2);
    leaving.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    first.end();
    expect(await writing).toMatchObject({ state: 'READY' });
    expect(xelion.sandbox.log.requests(/POST .*concept/)).toHaveLength(1);
  });
});

describe('An upload that was sent', () => {
  const isSent = async (id: string) => {
    const opened = await provider.open(id, {}, call);
    return opened !== null && 'stream' in opened.body && (await buffer(opened.body.stream)).toString() === 'hello';
  };

  it.each([
    ['is lost', { kind: 'truncate', afterBytes: 0 }],
    ['is none of the system', { kind: 'body', contentType: 'text/html', body: '<html>' }],
  ] as const)('is found though the answer %s', async (_what, fault) => {
    const before = await messageCount();
    xelion.sandbox.faults.add({ ...fault, method: 'POST', path: 'messages$', times: 1 });
    const written = await write();
    expect([await isSent(written.id), await messageCount()]).toEqual([true, before + 1]);
    expect(xelion.sandbox.log.requests(/POST .*messages$/)).toHaveLength(1);
  });

  it('is returned though it cannot be read again', async () => {
    xelion.sandbox.faults.add({ kind: 'status', status: 500, method: 'GET', path: 'communications/\\d+$', times: 1 });
    const written = await write();
    expect(written).toMatchObject({ filename: 'a.txt', sizeBytes: 5, modifiedAt: expect.any(Date), state: 'READY' });
    expect(await isSent(written.id)).toBe(true);
  });

  it('was told its size before', async () => {
    await write();
    const [upload] = xelion.sandbox.log.requests(/POST .*concept\/attachment/);
    expect(upload?.headers).toMatchObject({ 'content-length': '5' });
  });

  it('may have come after a session that had ended', async () => {
    const credentials = { mode: 'login', userName: 'demo', password: 'demo', userSpace: 'uploads' } as const;
    const own = adapterOf(xelion.url, { credentials });
    xelion.sandbox.faults.add({ kind: 'expiredToken', path: 'concept/attachment', times: 1 });
    const upload = {
      ...incoming('hello'),
      container: { type: 'Room', id: chat },
      filename: 'a.txt',
      onCollision: 'FAIL',
    } as const;
    expect(await own.write?.(upload, call)).toMatchObject({ filename: 'a.txt' });
    await own.close?.();
  });
});

describe('An upload that fails', () => {
  it.each([
    ['more than 10 MB', () => incoming(Buffer.alloc(10 * 1024 * 1024 + 1)), 'PAYLOAD_TOO_LARGE'],
    ['another digest', () => incoming('a', { digest: { algorithm: 'sha256', hex: sha256('b') } }), 'DIGEST_MISMATCH'],
    ['a broken sender', () => incoming('', { content: broken() }), 'BAD_USER_INPUT'],
  ])('because of %s leaves nothing', async (_reason, content, code) => {
    const before = await messageCount();
    await expect(write(content())).rejects.toMatchObject({ code });
    expect([await messageCount(), await conceptOf()]).toEqual([before, { text: null, attachment: null }]);
  });

  it('when it is sent is taken out of the concept, whose text stays', async () => {
    await ask(`${xelion.url}/chats/${chat}/concept`, { method: 'PUT', body: { text: 'half a thought' } });
    const before = await messageCount();
    xelion.sandbox.faults.add({ kind: 'status', status: 500, method: 'POST', path: 'messages$' });
    await expect(write()).rejects.toMatchObject({ code: 'PROVIDER_ERROR', details: { retryable: false } });
    expect(xelion.sandbox.log.requests(/POST .*messages$/)).toHaveLength(1);
    expect([await messageCount(), await conceptOf()]).toEqual([before, { text: 'half a thought', attachment: null }]);
  });

  it.each(['a.txt', 'Plan 日本?.txt'])(
    'without an answer to its upload is taken out of the concept too: %s',
    async (filename) => {
      xelion.sandbox.faults.add({ kind: 'body', contentType: 'text/html', body: '<html>', path: 'concept/attachment', times: 1 });
      await expect(write({ filename })).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
      expect(xelion.sandbox.log.requests(/PUT .*concept$/)).toHaveLength(1);
      expect(await conceptOf()).toEqual({ text: null, attachment: null });
    },
  );

  it('with its call leaves nothing and rejects with its reason', async () => {
    const leaving = new AbortController();
    xelion.sandbox.faults.add({ kind: 'latency', milliseconds: 300, method: 'POST', path: 'messages$' });
    const before = await messageCount();
    const writing = write({}, callWith(leaving.signal));
    const reason = new Error('the client left');
    const noticed = expect(writing).rejects.toBe(reason);
    await until(() => xelion.sandbox.log.requests(/POST .*messages$/).length === 1);
    leaving.abort(reason);
    await noticed;
    expect([await messageCount(), await conceptOf()]).toEqual([before, { text: null, attachment: null }]);
  });

  it.each([
    ['a session that is not there', '7', 'NOT_FOUND'],
    ['a chat with people outside', external, 'NOT_SUPPORTED_BY_PROVIDER'],
    ['a disabled session', disabled, 'CONFLICT'],
  ])('because of %s costs no upload', async (_name, id, code) => {
    await expect(write({ container: { type: 'Room', id } })).rejects.toMatchObject({ code });
    expect(xelion.sandbox.log.requests(/POST/)).toEqual([]);
  });

  it('does not hold up the next one', async () => {
    const [failed, done] = await Promise.allSettled([write({ content: broken() }), write()]);
    expect([failed.status, done.status]).toEqual(['rejected', 'fulfilled']);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

function broken(): PassThrough {
  const source = new PassThrough();
  source.write('half');
  setImmediate(() => source.destroy(new Error('the connection was lost')));
  return source;
}
