import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Attachment, OpenedContent } from '../../../src/attachment.js';
import type { ProviderPicture } from '../../../src/providers/provider.js';
import type { RenditionSpec } from '../../../src/rendition.js';
import { pictureOptions } from '../../conformance/provider.js';
import { type BoxProvider, type BoxSandbox, openBoxSandbox } from '../../support/box.js';
import { call, incoming } from '../../support/vault.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function open(options: Parameters<typeof openBoxSandbox>[0] = {}): Promise<BoxSandbox> {
  const opened = await openBoxSandbox(options);
  closing.push(opened.close);
  return opened;
}

/** A server that answers in the place of Box. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bytesOf(opened: OpenedContent | null): Promise<Buffer> {
  if (!opened || 'path' in opened.body) throw new Error('There is no stream');
  return buffer(opened.body.stream);
}

async function stat(provider: BoxProvider, id: string): Promise<Attachment> {
  const attachment = await provider.stat(id, {}, call);
  if (!attachment) throw new Error('There is no such file');
  return attachment;
}

describe('A download', () => {
  it('follows the redirect without the credential', async () => {
    const { provider, sandbox } = await open();
    await bytesOf(await provider.open('880012345605', {}, call));
    const asked = sandbox.log.requests();
    expect(asked.map(({ path, headers }) => [path.split('/')[1], headers.authorization])).toEqual([
      ['2.0', 'Bearer sandbox-token'],
      ['d', undefined],
    ]);
  });

  it('of a version that was told costs no request to find it', async () => {
    const { provider, sandbox } = await open();
    const { versionNumber } = await stat(provider, '880012345605');
    sandbox.log.clear();
    await bytesOf(await provider.open('880012345605', { version: versionNumber ?? 0 }, call));
    expect(sandbox.log.requests()).toHaveLength(2);
  });

  it('of an older version gives its bytes after newer ones came', async () => {
    const { provider } = await open();
    const { id } = await provider.write(
      { ...incoming('one'), container: { type: 'Folder', id: '0' }, filename: 'a.txt', onCollision: 'FAIL' },
      call,
    );
    await provider.writeVersion(id, { ...incoming('second'), ifVersion: 1 }, call);
    expect((await bytesOf(await provider.open(id, { version: 1 }, call))).toString()).toBe('one');
    expect(await provider.stat(id, { version: 1 }, call)).toMatchObject({ versionNumber: 1, sizeBytes: 3 });
  });

  it('passes a range on, and gives the size of the whole', async () => {
    const { provider } = await open();
    const whole = await bytesOf(await provider.open('12345', {}, call));
    const part = await provider.open('12345', { range: { start: 10, end: 19 } }, call);
    expect(part).toMatchObject({ range: { start: 10, end: 19 }, sizeBytes: whole.length });
    expect(await bytesOf(part)).toEqual(whole.subarray(10, 20));
  });

  it('that is not ready yet says when to ask again', async () => {
    const { provider, sandbox } = await open();
    sandbox.faults.add({ kind: 'pending', path: '/content', retryAfterSeconds: 3 });
    await expect(provider.open('12345', {}, call)).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      details: { retryAfterSeconds: 3, retryable: true },
    });
  });

  it('that ends early fails', async () => {
    const { provider, sandbox } = await open();
    sandbox.faults.add({ kind: 'truncate', path: '^/d/', afterBytes: 100 });
    const opened = await provider.open('12345', {}, call);
    await expect(bytesOf(opened)).rejects.toThrow();
  });

  it.each([
    ['http://127.0.0.1:1/d/1/x/download', 'a host that is not allowed'],
    ['https://127.0.0.1/d/1/x/download', 'an address'],
    ['https://boxcloud.com.example/d/1/x/download', 'a name like the allowed one'],
    ['file:///d/1/x/download', 'what is no address of the web'],
    ['/d/1/x/download', 'what is no whole address'],
  ])('is not followed to %s, %s', async (location) => {
    const baseUrl = await serve((_, response) => response.writeHead(302, { location }).end());
    const { provider } = await open({ settings: { baseUrl } });
    await expect(provider.open('12345', {}, call)).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });

  it.each([
    [202, 'PROVIDER_UNAVAILABLE'],
    [204, 'PROVIDER_ERROR'],
    [206, 'PROVIDER_ERROR'],
  ])('that the download host answers with %i is no file', async (status, code) => {
    const baseUrl = await serve((request, response) => {
      if (request.url?.startsWith('/2.0')) response.writeHead(302, { location: `${baseUrl}/d` }).end();
      else response.writeHead(status).end();
    });
    const { provider } = await open({ settings: { baseUrl } });
    await expect(provider.open('12345', {}, call)).rejects.toMatchObject({ code, details: { upstreamStatus: status } });
  });

  it('in another range than the one asked for is refused', async () => {
    const baseUrl = await serve((request, response) => {
      if (request.url?.startsWith('/2.0')) response.writeHead(302, { location: `${baseUrl}/d` }).end();
      else response.end('all of it');
    });
    const { provider } = await open({ settings: { baseUrl } });
    const opening = provider.open('12345', { range: { start: 1, end: 2 } }, call);
    await expect(opening).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
  });
});

const jpeg = (size: Extract<RenditionSpec, { kind: 'thumbnail' }>['size']) =>
  ({ kind: 'thumbnail', size, format: 'JPEG' }) as const;
const png = (size: Extract<RenditionSpec, { kind: 'thumbnail' }>['size']) =>
  ({ kind: 'thumbnail', size, format: 'PNG' }) as const;

async function sizeOf(picture: ProviderPicture | null) {
  if (picture?.state !== 'READY') return picture;
  const { format, width, height } = await sharp(picture.bytes).metadata();
  return { format, longest: Math.max(width, height), sizeCap: picture.sizeCap };
}

/** As Box tells of a file, for a server in its place. */
function fileOf({ id, filename, contentKey }: Attachment) {
  return { type: 'file', id, name: filename, file_version: { id: contentKey.split('-').at(-1) } };
}

describe('A picture of Box', () => {
  it.each([
    [jpeg(32), 'thumbnail.jpg?min_width=32&', { format: 'jpeg', longest: 32, sizeCap: 32 }],
    [jpeg(128), 'thumbnail.jpg?min_width=160&', { format: 'jpeg', longest: 160, sizeCap: 160 }],
    [jpeg(320), 'thumbnail.jpg?min_width=320&', { format: 'jpeg', longest: 320, sizeCap: 320 }],
    [{ kind: 'thumbnail', size: 160, format: 'WEBP' } as const, 'thumbnail.jpg?min_width=160&', { format: 'jpeg' }],
    [png(64), 'thumbnail.png?min_width=64&', { format: 'png', longest: 64, sizeCap: 64 }],
    [png(160), 'thumbnail.png?min_width=256&', { format: 'png', longest: 256, sizeCap: 256 }],
  ])('for %j is its thumbnail %s', async (spec, path, expected) => {
    const { provider, sandbox } = await open();
    const attachment = await stat(provider, '12345');
    sandbox.log.clear();
    expect(await sizeOf(await provider.readRendition(attachment, spec, pictureOptions, call))).toMatchObject(expected);
    expect(sandbox.log.requests().map(({ path: asked }) => asked)).toEqual([expect.stringContaining(path)]);
  });

  it('that is larger is a representation, read with the token', async () => {
    const { provider } = await open();
    const attachment = await stat(provider, '12345');
    expect(await sizeOf(await provider.readRendition(attachment, jpeg(640), pictureOptions, call))).toEqual({
      format: 'jpeg',
      longest: 1024,
      sizeCap: 1024,
    });
    expect(await sizeOf(await provider.readRendition(attachment, jpeg(2048), pictureOptions, call))).toMatchObject({
      sizeCap: 2048,
    });
  });

  it('that Box makes on request is PENDING until it is ready', async () => {
    const { provider } = await open();
    const attachment = await stat(provider, '123');
    const states = [];
    for (const _ of [1, 2]) states.push((await provider.readRendition(attachment, png(640), pictureOptions, call))?.state);
    expect(states).toEqual(['PENDING', 'READY']);
  });

  it('is PENDING for as long as Box says', async () => {
    const { provider, sandbox } = await open();
    const attachment = await stat(provider, '12345');
    sandbox.faults.add({ kind: 'pending', path: 'thumbnail', retryAfterSeconds: 9, times: 1 });
    expect(await provider.readRendition(attachment, jpeg(160), pictureOptions, call)).toEqual({
      state: 'PENDING',
      retryAfterSeconds: 9,
    });
    expect((await provider.readRendition(attachment, jpeg(160), pictureOptions, call))?.state).toBe('READY');
  });

  it.each(['880012345605', '880012345606'])('of the file %s is never more than an icon', async (id) => {
    const { provider } = await open();
    expect(await provider.readRendition(await stat(provider, id), jpeg(160), pictureOptions, call)).toEqual({
      state: 'PLACEHOLDER',
    });
  });

  it.each([
    [202, 'PENDING'],
    [302, 'PLACEHOLDER'],
  ])('that is answered with %i is that, though the answer breaks off', async (status, state) => {
    const { provider } = await open();
    const attachment = await stat(provider, '12345');
    const baseUrl = await serve((request, response) => {
      if (!request.url?.includes('/thumbnail')) return response.end(JSON.stringify(fileOf(attachment)));
      response.writeHead(status, { 'content-length': '9', location: 'https://cdn.example/icon.gif' }).flushHeaders();
      return setImmediate(() => response.destroy());
    });
    const other = await open({ settings: { baseUrl } });
    expect(await other.provider.readRendition(attachment, jpeg(160), pictureOptions, call)).toMatchObject({ state });
  });

  it('is found among entries of other forms', async () => {
    const { provider } = await open();
    const attachment = await stat(provider, '12345');
    const info = { url: 'https://api.box.com/2.0/internal_files/1' };
    const content = { url_template: 'https://dl.boxcloud.com/api/2.0/files/1/content' };
    const entries = [
      { representation: 'ORIGINAL', status: { state: 'success' }, content },
      { representation: 'jpg', properties: {}, info, status: { state: 'pending' }, content },
    ];
    const baseUrl = await serve((_, response) =>
      response.end(JSON.stringify({ ...fileOf(attachment), representations: { entries } })),
    );
    const other = await open({ settings: { baseUrl } });
    expect(await other.provider.readRendition(attachment, jpeg(1024), pictureOptions, call)).toMatchObject({ state: 'PENDING' });
  });

  it('is none of a text, where representations are asked for', async () => {
    const { provider } = await open();
    expect(await provider.readRendition(await stat(provider, '880012345605'), jpeg(1024), pictureOptions, call)).toBeNull();
  });

  it('of a page is the page, and none behind the last', async () => {
    const { provider } = await open();
    const attachment = await stat(provider, '880012345603');
    const page = (number: number) =>
      provider.readRendition(attachment, { kind: 'page', page: number, width: 640, format: 'JPEG' }, pictureOptions, call);
    await page(1);
    expect(await sizeOf(await page(3))).toMatchObject({ format: 'png', sizeCap: null });
    expect(await page(4)).toBeNull();
  });

  it('of a page that is wanted wider than Box has any is the largest, where pages are not drawn here', async () => {
    const { provider, sandbox } = await open();
    const sheet = { ...(await stat(provider, '880012345603')), contentType: 'application/vnd.ms-excel' };
    const openPage = () =>
      provider.readRendition(sheet, { kind: 'page', page: 1, width: 2048, format: 'PNG' }, pictureOptions, call);
    expect(await openPage()).toMatchObject({ state: 'PENDING' });
    expect(await sizeOf(await openPage())).toMatchObject({ format: 'png' });
    expect(sandbox.log.requests().some(({ headers }) => headers['x-rep-hints'] === '[png?dimensions=2048x2048]')).toBe(true);
  });

  it('is none of a page of a PDF that is wanted wider than Box has any, without a request', async () => {
    const { provider, sandbox } = await open();
    const attachment = await stat(provider, '880012345603');
    sandbox.log.clear();
    expect(
      await provider.readRendition(attachment, { kind: 'page', page: 1, width: 2048, format: 'PNG' }, pictureOptions, call),
    ).toBeNull();
    expect(sandbox.log.requests()).toHaveLength(0);
  });

  it.each([jpeg(160), jpeg(1024)])('is none of a version that is no longer the current one: %j', async (spec) => {
    const { provider } = await open();
    const before = await stat(provider, '12345');
    await provider.writeVersion('12345', { ...incoming('new'), ifVersion: null }, call);
    expect(await provider.readRendition(before, spec, pictureOptions, call)).toBeNull();
  });

  it('is there of a version that another adapter was told of', async () => {
    const { provider, url } = await open();
    await stat(provider, '12345');
    const other = await open({ settings: { baseUrl: url, uploadUrl: `${url}/api` } });
    const photo = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#123' } })
      .jpeg()
      .toBuffer();
    const replaced = await other.provider.writeVersion('12345', { ...incoming(photo), ifVersion: null }, call);
    if (!replaced) throw new Error('There is no such file');
    expect((await provider.readRendition(replaced, jpeg(160), pictureOptions, call))?.state).toBe('READY');
  });

  it('is looked up where the adapter has not seen the file before', async () => {
    const { provider, url, sandbox } = await open();
    const attachment = await stat(provider, '12345');
    const other = await open({ settings: { baseUrl: url } });
    sandbox.log.clear();
    expect((await other.provider.readRendition(attachment, jpeg(160), pictureOptions, call))?.state).toBe('READY');
    expect(sandbox.log.requests()).toHaveLength(2);
  });
});
