import { afterEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Attachment } from '../../../src/attachment.js';
import type { ProviderPicture } from '../../../src/providers/provider.js';
import type { ImageFormat, LadderSize } from '../../../src/rendition.js';
import { pictureOptions } from '../../conformance/provider.js';
import {
  type OracleContentSandbox,
  type OracleContentSandboxOptions,
  openOracleContentSandbox,
} from '../../support/oracle-content.js';
import { drawPicture, writePdf } from '../../support/pictures.js';
import { call, incoming } from '../../support/vault.js';

let held: OracleContentSandbox;
afterEach(() => held.close());

async function write(filename: string, bytes: Buffer, contentType: string, options: OracleContentSandboxOptions = {}) {
  held = await openOracleContentSandbox({ seed: false, ...options });
  const upload = {
    ...incoming(bytes, { contentType }),
    container: { type: 'Folder', id: 'self' },
    filename,
    onCollision: 'FAIL',
  } as const;
  const attachment = await held.provider.write(upload, call);
  held.sandbox.log.clear();
  return attachment;
}

function thumbnail(attachment: Attachment, size: LadderSize, format: ImageFormat) {
  return held.provider.readRendition(attachment, { kind: 'thumbnail', size, format }, pictureOptions, call);
}

function openPage(attachment: Attachment, page: number) {
  return held.provider.readRendition(attachment, { kind: 'page', page, width: 1024, format: 'PNG' }, pictureOptions, call);
}

async function sizeOf(picture: ProviderPicture | null) {
  if (picture?.state !== 'READY') throw new Error('There is no picture');
  const { format, width, height } = await sharp(picture.bytes).metadata();
  return { format, width, height, sizeCap: picture.sizeCap };
}

const asked = () => held.sandbox.log.requests().map(({ method, path }) => `${method} ${path.replace(/^.*\/D[^/]*/, '')}`);
const pdf = 'application/pdf';

describe('A thumbnail', () => {
  it.each<[LadderSize, ImageFormat, string, number]>([
    [32, 'JPEG', 'thumbnailImage?format=jpeg', 150],
    [160, 'JPEG', 'thumbnailImage?format=jpeg', 150],
    [256, 'WEBP', 'smallImage?format=webp', 300],
    [320, 'WEBP', 'smallImage?format=webp', 300],
    [640, 'JPEG', 'mediumImage?format=jpeg', 1024],
    [1024, 'PNG', 'mediumImage?format=webp', 1024],
    [2048, 'AVIF', 'largeImage?format=webp', 2048],
  ])('of %i px as %s is %s, in one request', async (size, format, path, sizeCap) => {
    const attachment = await write('photo.jpg', await drawPicture(2100, 1000), 'image/jpeg');
    const drawn = { format: format === 'JPEG' ? 'jpeg' : 'webp', width: sizeCap, sizeCap };
    expect(await sizeOf(await thumbnail(attachment, size, format))).toMatchObject(drawn);
    expect(asked()).toEqual([`GET /data/${path}&version=1`]);
  });

  it('of a document shows its first page', async () => {
    const attachment = await write('a.pdf', writePdf(2), pdf);
    expect(await sizeOf(await thumbnail(attachment, 320, 'JPEG'))).toMatchObject({ format: 'jpeg', width: 300 });
  });

  it.each([
    ['a.pdf', pdf],
    ['a.bmp', 'image/bmp'],
  ])('that the system makes of photos alone is of %s the largest that it makes, in one request', async (name, contentType) => {
    const attachment = await write(name, writePdf(1), contentType);
    await thumbnail(attachment, 2048, 'JPEG');
    expect(asked()).toEqual(['GET /data/mediumImage?format=jpeg&version=1']);
  });

  it('of what the system cannot read is none', async () => {
    const attachment = await write('broken.jpg', Buffer.from('no picture'), 'image/jpeg');
    expect(await thumbnail(attachment, 320, 'JPEG')).toBeNull();
  });

  it.each(['text/plain', 'video/mp4', 'image/svg+xml', 'application/zip'])('of %s is not asked for', async (contentType) => {
    const attachment = await write('a', Buffer.from('a'), contentType);
    expect(await thumbnail(attachment, 320, 'JPEG')).toBeNull();
    expect(asked()).toEqual([]);
  });

  it('of what is not this account’s is FORBIDDEN', async () => {
    held = await openOracleContentSandbox({ credentials: () => ({ mode: 'service', token: 'user-aa' }) });
    const plan = await held.provider.stat('D3C1C1F319CFE6B102095C5DT0000000000100000001', {}, call);
    if (!plan) throw new Error('There is no plan');
    const photo = { ...plan, id: 'DD3E2C64C386901BFC239EB7D394A94AF203799A93B9', contentType: 'image/jpeg' };
    await expect(thumbnail(photo, 320, 'JPEG')).rejects.toMatchObject({ code: 'FORBIDDEN', details: { upstreamCode: '-20' } });
  });
});

describe('A page', () => {
  it('is made by the system once it is asked for, and there when it is asked for again', async () => {
    const attachment = await write('a.pdf', writePdf(3), pdf);
    expect(await openPage(attachment, 2)).toEqual({ state: 'PENDING', retryAfterSeconds: 2 });
    expect(asked()).toEqual([
      'GET /data/rendition?rendition=page2&renditionType=system&version=1',
      'GET /pages?version=1',
      'POST /pages?version=1',
    ]);
    expect(await sizeOf(await openPage(attachment, 2))).toMatchObject({ format: 'png', sizeCap: null });
    expect(held.provider.stats().documentsMakingPages).toBe(0);
  });

  it('is asked to be made once, however often it is looked for', async () => {
    const attachment = await write('a.pdf', writePdf(1), pdf, { pagesDelayMs: 60_000 });
    for (let look = 0; look < 3; look += 1) expect(await openPage(attachment, 1)).toMatchObject({ state: 'PENDING' });
    expect(held.sandbox.log.requests(/^POST/)).toHaveLength(1);
  });

  it('stays PENDING while the system is not ready, and comes then', async () => {
    held = await openOracleContentSandbox();
    const plan = await held.provider.stat('D3C1C1F319CFE6B102095C5DT0000000000100000001', {}, call);
    if (!plan) throw new Error('There is no plan');
    held.sandbox.faults.add({ kind: 'pending', path: '/data/rendition', times: 1 });
    expect(await openPage(plan, 3)).toMatchObject({ state: 'PENDING' });
    expect(await sizeOf(await openPage(plan, 3))).toMatchObject({ format: 'png' });
  });

  it('beyond the last one is none', async () => {
    const attachment = await write('a.pdf', writePdf(3), pdf);
    await openPage(attachment, 1);
    expect(await openPage(attachment, 4)).toBeNull();
  });

  it('of a type that the system makes none of is none', async () => {
    const attachment = await write('a.unknown', Buffer.from('a'), 'text/x-unknown');
    expect(await openPage(attachment, 1)).toBeNull();
    expect(held.sandbox.log.requests(/^POST/)).toHaveLength(1);
  });

  it('of a video is not asked for', async () => {
    const attachment = await write('a.mp4', Buffer.from('a'), 'video/mp4');
    expect(await openPage(attachment, 1)).toBeNull();
    expect(asked()).toEqual([]);
  });
});
