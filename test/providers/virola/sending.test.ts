import { PassThrough, Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Attachment, ContainerKey } from '../../../src/attachment.js';
import type { Upload } from '../../../src/providers/provider.js';
import { attachmentStates } from '../../../src/sandbox/virola/model.js';
import { call, callWith, incoming, textOf } from '../../support/vault.js';
import { messagesOf, openVirolaSandbox, type VirolaSandbox, type VirolaSandboxOptions } from '../../support/virola.js';

let opened: VirolaSandbox | null = null;

afterEach(async () => {
  await opened?.close();
  opened = null;
});

async function open(options: VirolaSandboxOptions = {}): Promise<VirolaSandbox> {
  opened = await openVirolaSandbox(options);
  return opened;
}

const room: ContainerKey = { type: 'Room', id: '2' };
const contract: ContainerKey = { type: 'Message', id: '6-1234567' };

function send({ provider }: VirolaSandbox, more: Partial<Upload> = {}, signal = call.signal): Promise<Attachment> {
  const upload = { ...incoming('hello'), container: room, filename: 'a.txt', onCollision: 'FAIL', ...more } as const;
  return provider.write(upload, callWith(signal));
}

const textsIn = async ({ url }: VirolaSandbox, id = 2) => (await messagesOf(url, id)).map(({ text }) => text);
const filesIn = async ({ url }: VirolaSandbox, id = 6) =>
  (await messagesOf(url, id)).flatMap(({ attachments }) => attachments.map(({ fileName }) => fileName));

describe('An upload to a room', () => {
  it('is a message of its own, and costs five requests', async () => {
    const virola = await open({ seed: false });
    const written = await send(virola, { filename: 'Grüße "1" #2.txt' });
    expect(written).toMatchObject({ filename: 'Grüße "1" #2.txt', sizeBytes: 5, state: 'READY', container: { type: 'Message' } });
    expect(virola.sandbox.log.requests()).toHaveLength(5);
    expect(await textsIn(virola)).toEqual(['Grüße "1" #2.txt']);
    expect(await textOf(await virola.provider.open(written.id, {}, call))).toBe('hello');
  });

  it.each(['inclusive', 'exclusive'] as const)(
    'finds its message among others of the same text where cursors are %s',
    async (cursor) => {
      const virola = await open({ seed: false, cursor });
      const written = await Promise.all(['one', 'two', 'three'].map((bytes) => send(virola, incoming(bytes))));
      expect(new Set(written.map(({ container }) => container?.id)).size).toBe(3);
      const contents = written.map(async ({ id }) => textOf(await virola.provider.open(id, {}, call)));
      expect(await Promise.all(contents)).toEqual(['one', 'two', 'three']);
    },
  );

  it('is returned when the server has verified it', async () => {
    const virola = await open({ seed: false });
    virola.sandbox.faults.add({ kind: 'pending', path: 'limit=2&direction=forward', times: 2 });
    expect(await send(virola)).toMatchObject({ state: 'READY' });
    expect(virola.sandbox.log.requests(/limit=2&direction=forward/)).toHaveLength(3);
  });

  it('waits while it is in a state that nobody knows', async () => {
    const virola = await open({ seed: false });
    const attachment = { attachmentId: 9, attachmentState: 'VirusScanOnServerSide', fileName: 'a.txt', fileSize: 5, roomId: 2 };
    const messages = [1, 2, 3].map((step) => ({
      messageId: 1_234_000 + step,
      roomId: 2,
      userId: 3,
      text: 'a.txt',
      attachments: [{ ...attachment, textMessageId: 1_234_000 + step }],
    }));
    const body = JSON.stringify({ httpStatusCode: 200, messages, roomId: 2 });
    virola.sandbox.faults.add({
      kind: 'body',
      contentType: 'application/json',
      body,
      path: 'limit=2&direction=forward',
      times: 1,
    });
    expect(await send(virola)).toMatchObject({ state: 'READY', filename: 'a.txt' });
  });

  it.each(attachmentStates.filter((state) => /Failed$|Mismatch$/.test(state)))(
    'that ends in %s leaves no message',
    async (uploadState) => {
      const virola = await open({ seed: false, uploadState });
      await expect(send(virola)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
      expect(await textsIn(virola)).toEqual([]);
    },
  );

  it.each([
    [403, 'FORBIDDEN'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [500, 'PROVIDER_ERROR'],
    [503, 'PROVIDER_UNAVAILABLE'],
  ])('whose file is refused with %i is %s and leaves no message', async (status, code) => {
    const virola = await open({ seed: false });
    virola.sandbox.faults.add({ kind: 'status', status, method: 'POST', path: '/attachments' });
    await expect(send(virola)).rejects.toMatchObject({ code, details: { upstreamStatus: status } });
    expect(await textsIn(virola)).toEqual([]);
    expect(virola.sandbox.log.requests(/POST .*\/attachments/)).toHaveLength(1);
  });

  it('whose success the body denies has failed', async () => {
    const virola = await open({ seed: false });
    const body = JSON.stringify({ httpStatusCode: 500, errorText: 'Disk full' });
    virola.sandbox.faults.add({ kind: 'body', contentType: 'application/json', body, method: 'POST', path: '/attachments' });
    await expect(send(virola)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(await textsIn(virola)).toEqual([]);
  });

  it('whose connection is lost leaves no message, wherever that happens', async () => {
    for (const [method, path] of [
      ['POST', '/rooms/2/messages'],
      ['GET', 'limit=100'],
      ['POST', '/attachments'],
      ['GET', 'limit=2&direction=forward'],
    ] as const) {
      const virola = await open({ seed: false });
      virola.sandbox.faults.add({ kind: 'reset', method, path, times: 1 });
      await expect(send(virola)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
      expect(await textsIn(virola)).toEqual([]);
      await virola.close();
    }
    opened = null;
  });

  it('whose message was posted though no answer came leaves none', async () => {
    const virola = await open({ seed: false });
    virola.sandbox.faults.add({ kind: 'truncate', afterBytes: 0, method: 'POST', path: '/rooms/2/messages', times: 1 });
    await expect(send(virola)).rejects.toMatchObject({ name: 'ContentError' });
    expect(await textsIn(virola)).toEqual([]);
  });

  it('that may not be posted says so and posts nothing', async () => {
    const virola = await open();
    const announcements = { type: 'Room', id: '10' } as const;
    await expect(send(virola, { container: announcements })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await textsIn(virola, 10)).toHaveLength(1);
  });

  it('whose client leaves midway leaves no message', async () => {
    const virola = await open({ seed: false });
    const controller = new AbortController();
    const content = new PassThrough();
    content.write('half');
    const writing = send(virola, { content }, controller.signal);
    while (virola.sandbox.log.requests(/POST .*\/attachments/).length === 0)
      await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('the client left');
    controller.abort(reason);
    await expect(writing).rejects.toBe(reason);
    expect(content.destroyed).toBe(true);
    expect(await textsIn(virola)).toEqual([]);
  });

  it('is never held whole', async () => {
    const virola = await open({ seed: false });
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const pieces = Array.from({ length: 24 }, () => piece);
    const written = await send(virola, { content: Readable.from(pieces, { objectMode: false }) });
    expect(written.sizeBytes).toBe(24 * piece.length);
  });

  it('renews a session that has ended before its bytes are on their way', async () => {
    const virola = await open({ seed: false, settings: { credentials: { mode: 'login', userName: 'demo', password: 'demo' } } });
    await virola.provider.check(call);
    virola.sandbox.faults.add({ kind: 'expiredToken', times: 1 });
    expect(await send(virola)).toMatchObject({ state: 'READY' });
  });
});

describe('An upload to a message', () => {
  it('adds to it', async () => {
    const virola = await open();
    const written = await send(virola, { container: contract });
    expect(written).toMatchObject({ filename: 'a.txt', container: { type: 'Message', id: '6-1234567' } });
    expect(await filesIn(virola)).toEqual(['Document.pdf', 'a.txt']);
    expect(await textsIn(virola, 6)).toHaveLength(1);
  });

  it('is told from others of the same name that arrive at the same time', async () => {
    const virola = await open();
    const written = await Promise.all(
      ['one', 'two', 'three'].map((bytes) => send(virola, { ...incoming(bytes), container: contract })),
    );
    const contents = written.map(async ({ id }) => textOf(await virola.provider.open(id, {}, call)));
    expect(await Promise.all(contents)).toEqual(['one', 'two', 'three']);
  });

  it('that fails leaves what was there', async () => {
    const virola = await open({ uploadState: 'ChecksumVerificationOnServerSideMismatch' });
    await expect(send(virola, { container: contract })).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    expect(await filesIn(virola)).toEqual(['Document.pdf']);
  });

  it('that is not there is NOT_FOUND, and a comment is a message too', async () => {
    const virola = await open();
    const unknown = { type: 'Message', id: '6-1' } as const;
    await expect(send(virola, { container: unknown })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const project = await virola.provider.listContainers({ type: 'Room', id: '3' }, { first: 50, after: null }, call);
    const plan = project.items.at(-1)?.item ?? unknown;
    const [comment] = (await virola.provider.listContainers(plan, { first: 1, after: null }, call)).items;
    const written = await send(virola, { container: comment?.item ?? unknown });
    expect(written.container?.id).toBe(comment?.item.id);
  });

  it('waits for its turn, and a client that leaves meanwhile is gone at once', async () => {
    const virola = await open();
    const slow = new PassThrough();
    slow.write('half');
    const first = send(virola, { container: contract, content: slow, filename: 'slow.txt' });
    const controller = new AbortController();
    const second = send(virola, { container: contract }, controller.signal);
    controller.abort(new Error('the client left'));
    await expect(second).rejects.toThrow('the client left');
    slow.end(' done');
    expect(await first).toMatchObject({ filename: 'slow.txt', sizeBytes: 9 });
    expect(await filesIn(virola)).toEqual(['Document.pdf', 'slow.txt']);
  });
});

describe('Removing', () => {
  it('takes the attachment and leaves its message', async () => {
    const virola = await open();
    expect(await virola.provider.remove('3423', { permanently: false }, call)).toBe(true);
    expect(await filesIn(virola)).toEqual([]);
    expect(await textsIn(virola, 6)).toHaveLength(1);
  });

  it("of somebody else's is FORBIDDEN", async () => {
    const virola = await open();
    const [theirs] = (await messagesOf(virola.url, 2)).flatMap(({ attachments }) => attachments);
    const removing = virola.provider.remove(`${theirs?.attachmentId}`, { permanently: true }, call);
    await expect(removing).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
