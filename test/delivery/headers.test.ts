import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { file, type RunningDelivery, startDelivery } from './harness.js';

let running: RunningDelivery;

beforeAll(async () => {
  running = await startDelivery();
});

afterAll(() => running.close());

async function headersOf(filename: string, contentType: string, disposition: 'INLINE' | 'ATTACHMENT') {
  running.shelf.files.set('named', file('x', { filename, contentType }));
  return (await running.ask(running.pathTo('named', { disposition }), {}, 'HEAD')).headers;
}

describe('The filename', () => {
  it.each([
    ['plan.txt', 'attachment; filename="plan.txt"'],
    ['the "final" plan.txt', 'attachment; filename="the \\"final\\" plan.txt"'],
    ['back\\slash.txt', 'attachment; filename="back\\\\slash.txt"'],
    ['Größe.txt', `attachment; filename="Gr__e.txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt`],
    ['🎉 party.txt', `attachment; filename="__ party.txt"; filename*=UTF-8''%F0%9F%8E%89%20party.txt`],
    ["it's 100%25.txt", `attachment; filename="it's 100%25.txt"; filename*=UTF-8''it%27s%20100%2525.txt`],
    ['two\r\nlines: x.txt', `attachment; filename="two__lines: x.txt"; filename*=UTF-8''two%0D%0Alines%3A%20x.txt`],
    ['nul\0.txt', `attachment; filename="nul_.txt"; filename*=UTF-8''nul%00.txt`],
    ['half \ud83d pair.txt', `attachment; filename="half _ pair.txt"; filename*=UTF-8''half%20%EF%BF%BD%20pair.txt`],
  ])('%j comes as RFC 6266 writes it', async (filename, header) => {
    expect((await headersOf(filename, 'text/plain', 'ATTACHMENT'))['content-disposition']).toBe(header);
  });
});

describe('What is shown in the browser', () => {
  const shown = [
    'image/png',
    'image/jpeg',
    'image/gif',
    'image/webp',
    'image/avif',
    'application/pdf',
    'text/plain',
    'video/mp4',
    'audio/mpeg',
  ];
  const saved = [
    'image/svg+xml',
    'text/html',
    'application/xhtml+xml',
    'text/xml',
    'text/javascript',
    'application/json',
    'image/tiff',
    'x',
  ];

  it.each(shown)('%s is, when that was asked for', async (contentType) => {
    expect((await headersOf('a', contentType, 'INLINE'))['content-disposition']).toMatch(/^inline/);
    expect((await headersOf('a', contentType, 'ATTACHMENT'))['content-disposition']).toMatch(/^attachment/);
  });

  it.each(saved)('%s is not: it is saved, whatever was asked for', async (contentType) => {
    const headers = await headersOf('a', contentType, 'INLINE');
    expect(headers['content-disposition']).toMatch(/^attachment/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });
});

describe('The type', () => {
  it.each([
    ['text/plain', 'text/plain; charset=utf-8'],
    ['image/png', 'image/png'],
    ['text/html\r\nx: y', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('%j is sent as %j', async (contentType, sent) => {
    expect((await headersOf('a', contentType, 'INLINE'))['content-type']).toBe(sent);
  });
});
