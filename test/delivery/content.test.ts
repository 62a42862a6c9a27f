import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Variant } from '../../src/rendition.js';
import { type Answer, file, type RunningDelivery, startDelivery } from './harness.js';

const thumbnail: Variant = { kind: 'thumbnail', size: 160, format: 'JPEG' };
const page: Variant = { kind: 'page', page: 1, width: 160, format: 'JPEG' };
const small = randomBytes(70_000);
const large = randomBytes(3 * 1024 * 1024 + 17);

let running: RunningDelivery;

beforeAll(async () => {
  running = await startDelivery();
  const { shelf, whole, directory } = running;
  const path = (name: string) => join(directory, name);
  await Promise.all([writeFile(path('small'), small), writeFile(path('large'), large), writeFile(path('empty'), '')]);
  shelf.files.set('stream', file(small));
  shelf.files.set('small', file(small, { open: () => ({ path: path('small') }) }));
  shelf.files.set('large', file(large, { open: () => ({ path: path('large') }) }));
  shelf.files.set('empty', file('', { open: () => ({ path: path('empty') }) }));
  shelf.files.set('deleted', file(small, { open: () => ({ path: path('deleted') }) }));
  shelf.files.set('deleted-large', file(large, { open: () => ({ path: path('deleted') }) }));
  shelf.files.set('unsized', file(small, { statedSizeBytes: null }));
  shelf.files.set('photo', file(await photo(), { contentType: 'image/png', filename: 'photo.png' }));
  shelf.files.set('broken', file('not a picture', { contentType: 'image/png', filename: 'broken.png' }));
  shelf.files.set('packed', file('7z', { contentType: 'application/x-7z-compressed' }));
  shelf.files.set('covered', file('x', { filename: 'report.pdf', renditions: { 'cover.png': small } }));
  whole.files.set('stream', file(small));
});

afterAll(() => running.close());

describe('GET of a signed URL', () => {
  it.each(['small', 'large', 'stream', 'unsized', 'empty'])('gives the very bytes of the file (%s)', async (id) => {
    const answer = await running.ask(running.pathTo(id));
    expect(answer.status).toBe(200);
    expect(answer.body.equals(running.shelf.files.get(id)?.bytes ?? Buffer.from('none'))).toBe(true);
  });

  it('says what the file is, for how long it may be kept, and that it may do nothing', async () => {
    const { headers } = await running.ask(running.pathTo('small'));
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '70000',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"sha256-[0-9a-f]{64}"$/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'cross-origin',
    });
    const [, maxAge] = /^private, max-age=(\d+), immutable$/.exec(String(headers['cache-control'])) ?? [];
    expect(Number(maxAge)).toBeGreaterThan(890);
    expect(Number(maxAge)).toBeLessThanOrEqual(1125);
  });

  it('of no certain version has to be asked about again', async () => {
    const { headers } = await running.ask(running.pathTo('small', { version: null }));
    expect(headers['cache-control']).toBe('private, no-cache');
  });

  it('gives a picture no larger than asked for, of the type asked for', async () => {
    const answer = await running.ask(running.pathTo('photo', { variant: thumbnail }));
    expect(answer.headers['content-type']).toBe('image/jpeg');
    expect(await sharp(answer.body).metadata()).toMatchObject({ format: 'jpeg', width: 160, height: 120 });
  });

  it('gives an icon, for a short time, where nothing can draw the type', async () => {
    const path = running.pathTo('packed', { variant: thumbnail });
    const { status, headers, body } = await running.ask(path);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'image/jpeg', 'private, max-age=60']);
    expect(await sharp(body).metadata()).toMatchObject({ format: 'jpeg', width: 160, height: 160 });
    const again = await running.ask(path, { 'if-none-match': String(headers.etag) });
    expect([again.status, again.headers.etag, again.headers['cache-control']]).toEqual([
      304,
      headers.etag,
      'private, max-age=60',
    ]);
  });

  it('gives a rendition that somebody uploaded', async () => {
    const answer = await running.ask(running.pathTo('covered', { variant: { kind: 'uploaded', name: 'cover.png' } }));
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.body.equals(small)).toBe(true);
  });
});

describe('HEAD', () => {
  const forms: [string, Variant][] = [
    ['small', { kind: 'source' }],
    ['large', { kind: 'source' }],
    ['stream', { kind: 'source' }],
    ['empty', { kind: 'source' }],
    ['photo', thumbnail],
    ['broken', thumbnail],
    ['packed', thumbnail],
    ['missing', { kind: 'source' }],
  ];

  it.each(forms)('says of %s (%j) what GET says, without a body', async (id, variant) => {
    const path = running.pathTo(id, { variant });
    const [head, get] = [await running.ask(path, {}, 'HEAD'), await running.ask(path)];
    expect(head.body).toHaveLength(0);
    expect(comparable(head)).toEqual(comparable(get));
  });

  it('opens nothing and ignores ranges', async () => {
    const before = running.shelf.opened.length;
    const { status } = await running.ask(running.pathTo('small'), { range: 'bytes=0-9' }, 'HEAD');
    expect([status, running.shelf.opened.length]).toEqual([200, before]);
  });
});

describe('Other methods', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s is refused and told which are possible', async (method) => {
    const answer = await running.ask(running.pathTo('small'), { 'content-type': 'application/json' }, method);
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('OPTIONS allows any page to send conditions and ranges along', async () => {
    const asked = {
      origin: 'https://reader.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'if-none-match, range',
    };
    const { status, headers, body } = await running.ask(running.pathTo('small'), asked, 'OPTIONS');
    expect([status, body.length, headers.allow]).toEqual([204, 0, 'GET, HEAD, OPTIONS']);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': expect.stringMatching(/If-None-Match.*Range/),
    });
  });
});

describe('A conditional request', () => {
  it.each<[string, (etag: string) => Record<string, string>, number]>([
    ['the tag', (etag) => ({ 'if-none-match': etag }), 304],
    ['the tag, weak', (etag) => ({ 'if-none-match': `W/${etag}` }), 304],
    ['a list with the tag', (etag) => ({ 'if-none-match': `"a", ${etag}, "b"` }), 304],
    ['any tag', () => ({ 'if-none-match': '*' }), 304],
    ['another tag', () => ({ 'if-none-match': '"a"' }), 200],
    ['the tag and a range', (etag) => ({ 'if-none-match': etag, range: 'bytes=0-1' }), 304],
    ['another tag and a range', () => ({ 'if-none-match': '"a"', range: 'bytes=0-1' }), 206],
    ['a date', () => ({ 'if-modified-since': new Date().toUTCString() }), 200],
    ['a range if the tag still holds', (etag) => ({ range: 'bytes=0-1', 'if-range': etag }), 206],
    ['a range if another tag holds', () => ({ range: 'bytes=0-1', 'if-range': '"a"' }), 200],
    ['a range if a weak tag holds', (etag) => ({ range: 'bytes=0-1', 'if-range': `W/${etag}` }), 200],
    ['a range if nothing changed since', () => ({ range: 'bytes=0-1', 'if-range': new Date().toUTCString() }), 200],
  ])('with %s is answered rightly', async (_what, headersFor, status) => {
    const etag = String((await running.ask(running.pathTo('small'), {}, 'HEAD')).headers.etag);
    expect((await running.ask(running.pathTo('small'), headersFor(etag))).status).toBe(status);
  });

  it('that is answered 304 has read nothing and repeats the tag and the cache rules', async () => {
    const path = running.pathTo('stream');
    const { headers } = await running.ask(path);
    const before = running.shelf.opened.length;
    const again = await running.ask(path, { 'if-none-match': String(headers.etag) });
    expect([again.status, again.body.length, running.shelf.opened.length]).toEqual([304, 0, before]);
    expect([again.headers.etag, again.headers['content-length']]).toEqual([headers.etag, undefined]);
    expect(again.headers['cache-control']).toMatch(/immutable$/);
  });

  it('of a picture is answered 304 before anything is drawn', async () => {
    running.shelf.files.set('undrawn', file(await photo(), { contentType: 'image/png' }));
    const path = running.pathTo('undrawn', { variant: thumbnail });
    const before = running.shelf.opened.length;
    expect((await running.ask(path, { 'if-none-match': '*' })).status).toBe(304);
    expect(running.shelf.opened).toHaveLength(before);
  });

  it('of the next version is answered with its bytes', async () => {
    running.shelf.files.set('growing', file('one'));
    const path = running.pathTo('growing', { version: null });
    const etag = String((await running.ask(path)).headers.etag);
    running.shelf.files.set('growing', file('two'));
    const answer = await running.ask(path, { 'if-none-match': etag });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'two']);
  });
});

describe('A range', () => {
  const ranges: [string, number, number][] = [
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, -1],
    ['bytes=100-199', 100, 199],
    ['bytes=-1', -1, -1],
    ['bytes=-500', -500, -1],
    ['bytes=-999999999999', 0, -1],
    ['bytes=10-999999999999', 10, -1],
    ['Bytes= 5-6 ', 5, 6],
  ];

  it.each(['small', 'large', 'stream', 'photo'])('of %s is exactly the bytes asked for', async (id) => {
    const path = running.pathTo(id, id === 'photo' ? { variant: thumbnail } : {});
    const { body } = await running.ask(path);
    const at = (position: number) => (position < 0 ? body.length + position : position);
    for (const [range, first, last] of ranges) {
      const part = await running.ask(path, { range });
      const expected = body.subarray(at(first), at(last) + 1);
      expect([range, part.status, part.body.equals(expected)]).toEqual([range, 206, true]);
      expect(part.headers['content-range']).toBe(`bytes ${at(first)}-${at(last)}/${body.length}`);
      expect(part.headers['content-length']).toBe(`${expected.length}`);
    }
  });

  it('reads together to the whole file', async () => {
    const parts: Buffer[] = [];
    for (let start = 0; start < large.length; start += 700_001) {
      parts.push((await running.ask(running.pathTo('large'), { range: `bytes=${start}-${start + 700_000}` })).body);
    }
    expect(Buffer.concat(parts).equals(large)).toBe(true);
  });

  it.each(['bytes=70000-', 'bytes=99999-100000', 'bytes=-0'])(
    'outside of the file is answered 416 with its size (%s)',
    async (range) => {
      const answer = await running.ask(running.pathTo('small'), { range });
      expect([answer.status, answer.headers['content-range']]).toEqual([416, 'bytes */70000']);
      expect(json(answer).code).toBe('RANGE_NOT_SATISFIABLE');
    },
  );

  it.each(['bytes=0-1,5-6', 'bytes=6-5', 'bytes=-', 'bytes=a-b', 'items=0-1', 'bytes=1', 'nonsense'])(
    'that is not one range of bytes is answered with the whole (%s)',
    async (range) => {
      const answer = await running.ask(running.pathTo('small'), { range });
      expect([answer.status, answer.body.length]).toEqual([200, small.length]);
    },
  );

  it('is passed on to a provider that has ranges', async () => {
    await running.ask(running.pathTo('stream'), { range: 'bytes=5-9' });
    expect(running.shelf.opened.at(-1)).toEqual({ start: 5, end: 9 });
  });

  it('of a provider that has none is answered with the whole, as announced', async () => {
    const path = running.pathTo('stream', { ref: { provider: 'whole', id: 'stream' } });
    const answer = await running.ask(path, { range: 'bytes=5-9' });
    expect([answer.status, answer.headers['accept-ranges'], answer.body.length]).toEqual([200, 'none', small.length]);
    expect(running.whole.opened).toEqual([null]);
  });
});

describe('A refusal', () => {
  it.each<[string, string, Variant, number, string]>([
    ['an unknown attachment', 'missing', { kind: 'source' }, 404, 'NOT_FOUND'],
    ['a file that is deleted before it is read', 'deleted', { kind: 'source' }, 404, 'NOT_FOUND'],
    ['a large file that is deleted before it is read', 'deleted-large', { kind: 'source' }, 404, 'NOT_FOUND'],
    ['an unknown rendition', 'covered', { kind: 'uploaded', name: 'none' }, 404, 'NOT_FOUND'],
    ['a page of a type that has none', 'packed', page, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a broken picture', 'broken', thumbnail, 422, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('of %s is small, plain and never kept', async (_what, id, variant, status, code) => {
    const answer = await running.ask(running.pathTo(id, { variant }));
    expect([answer.status, answer.headers['cache-control']]).toEqual([status, 'no-store']);
    expect(json(answer)).toEqual({ code, message: expect.any(String), requestId: expect.any(String) });
  });

  it('of an altered URL is 403 and of an expired one 410', async () => {
    running.clock.now -= 3_600_000;
    const path = running.pathTo('small', { expiresInSeconds: 60 });
    running.clock.now += 3_600_000;
    expect((await running.ask(path.replace('exp=', 'exp=9'))).status).toBe(403);
    const expired = await running.ask(path);
    expect([expired.status, json(expired).code]).toEqual([410, 'GONE']);
  });

  it.each([
    ['in the trash', file('x', { state: 'TRASHED' }), 404],
    ['whose checksum did not match', file('x', { state: 'CHECKSUM_MISMATCH' }), 409],
    ['that this viewer may not download', file('x', { download: false }), 403],
  ])('meets a file %s', async (_what, shelved, status) => {
    running.shelf.files.set('refused', shelved);
    expect((await running.ask(running.pathTo('refused'))).status).toBe(status);
  });

  it('of something unexpected hides what happened and logs it under the request id', async () => {
    const fail = () => Promise.reject(new Error('password is 1234'));
    running.shelf.files.set('failing', file('x', { open: fail }));
    const answer = await running.ask(running.pathTo('failing'));
    expect([answer.status, json(answer).message]).toEqual([500, 'Internal error']);
    const line = running.logged.find((one) => one.includes('password is 1234'));
    expect(line).toContain(`"reqId":"${json(answer).requestId}"`);
  });

  it('logs no URL and no signature', async () => {
    const before = running.logged.length;
    await running.ask(running.pathTo('missing'));
    expect(running.logged.length).toBeGreaterThan(before);
    expect(running.logged.filter((line) => line.includes('sig=') || line.includes('/content/'))).toEqual([]);
  });

  it('of a file that changed between its metadata and its bytes asks for a new URL', async () => {
    running.shelf.files.set('changing', file('four', { openedSizeBytes: 6 }));
    expect((await running.ask(running.pathTo('changing'))).status).toBe(409);
  });
});

function comparable({ status, headers }: Answer) {
  const { date: _date, connection: _connection, 'keep-alive': _keepAlive, ...lasting } = headers;
  const { 'cache-control': cacheControl, 'content-length': length, ...rest } = lasting;
  const counted = status === 200 ? length : 'as long as its request id';
  return { status, ...rest, length: counted, cacheControl: String(cacheControl).replace(/\d+/, 'seconds') };
}

function json({ body }: Answer): { readonly code: string; readonly message: string; readonly requestId: string } {
  return JSON.parse(body.toString());
}

/** Noise, so that its thumbnails are not tiny. */
function photo(): Promise<Buffer> {
  return sharp(randomBytes(640 * 480 * 3), { raw: { width: 640, height: 480, channels: 3 } })
    .png()
    .toBuffer();
}
