import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Variant } from '../../src/rendition.js';
import { file, type RunningDelivery, startDelivery, until } from './harness.js';

const thumbnail: Variant = { kind: 'thumbnail', size: 160, format: 'JPEG' };

let running: RunningDelivery;

afterEach(() => running.close());

function photo(): Promise<Buffer> {
  return sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
    .png()
    .toBuffer();
}

describe('The same picture asked for 100 times at once', () => {
  it('is drawn once, and everybody gets it', async () => {
    running = await startDelivery();
    running.shelf.files.set('photo', file(await photo(), { contentType: 'image/png' }));
    const path = running.pathTo('photo', { variant: thumbnail });
    const answers = await Promise.all(Array.from({ length: 100 }, () => running.ask(path)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.toString('base64')}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect(running.shelf.opened).toHaveLength(1);
    expect(running.rendering.stats()).toMatchObject({ imageDone: 1 });
  });

  it('is still drawn for the others when one of them leaves', async () => {
    running = await startDelivery();
    const bytes = await photo();
    const gate = opener();
    running.shelf.files.set(
      'photo',
      file(bytes, { contentType: 'image/png', open: () => gate.opened.then(() => ({ stream: Readable.from([bytes]) })) }),
    );
    const path = running.pathTo('photo', { variant: thumbnail });
    const leaving = new AbortController();
    const left = fetch(running.origin + path, { signal: leaving.signal });
    await until(() => running.shelf.opened.length === 1);
    const staying = running.ask(path);
    await until(() => running.renditions.stats().joined === 1);
    leaving.abort();
    await expect(left).rejects.toThrow('aborted');
    gate.open();
    expect((await staying).status).toBe(200);
  });
});

describe('More work than there is room for', () => {
  it('is answered 503 with a time to come back, and the rest is done', async () => {
    running = await startDelivery({}, { spool: { width: 1, maxWaiting: 1 } });
    const gate = opener();
    const paths = await Promise.all(
      ['one', 'two', 'three'].map(async (id) => {
        const bytes = await photo();
        const open = () => gate.opened.then(() => ({ stream: Readable.from([bytes]) }));
        running.shelf.files.set(id, file(bytes, { contentType: 'image/png', open }));
        return running.pathTo(id, { variant: thumbnail });
      }),
    );
    const asked = paths.map((path) => running.ask(path));
    const refused = await Promise.race(asked);
    gate.open();
    expect([refused.status, JSON.parse(refused.body.toString()).code]).toEqual([503, 'OVERLOADED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await Promise.all(asked)).map(({ status }) => status).sort()).toEqual([200, 200, 503]);
  });
});

function opener() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
