import { afterEach, describe, expect, it } from '@jest/globals';
import type { Attachment } from '../../src/attachment.js';
import type { Call } from '../../src/call.js';
import { Catalog } from '../../src/catalog/catalog.js';
import { OwnPictures } from '../../src/catalog/own-pictures.js';
import { Renditions } from '../../src/catalog/renditions.js';
import type { RenderedImage, Renderer } from '../../src/rendering/renderer.js';
import { Gate, openTestRendering, type TestRendering } from '../rendering/harness.js';
import { ShelfProvider } from '../support/shelf-provider.js';
import { silentLog } from '../support/vault.js';
import { thumbnail } from './ladder-harness.js';

const contentType = 'application/x-own';
const image: RenderedImage = {
  format: 'JPEG',
  width: 1,
  height: 1,
  bytes: Buffer.from('picture'),
  thumbhash: Buffer.from('hash'),
};

let test: TestRendering;

afterEach(() => test.close());

/** Files whose drawing waits for the gate, one at a time. What is drawn is noted by its file's size. */
async function openShelf() {
  const gate = new Gate();
  const started: number[] = [];
  const ended: unknown[] = [];
  const renderer: Renderer = {
    name: 'own',
    contentTypes: [contentType],
    queue: 'document',
    facts: async () => ({ width: 100, height: 50, vector: true, pageCount: null }),
    thumbnail: async ({ sizeBytes }, _spec, signal) => {
      started.push(sizeBytes);
      signal.addEventListener('abort', () => ended.push(signal.reason));
      await gate.opened;
      return image;
    },
    close: async () => {},
  };
  const settings = { queues: { documentWidth: 1, maxWaiting: 1000 }, spool: { maxWaiting: 1000 } };
  test = await openTestRendering({ renderers: [renderer], settings });
  const shelf = new ShelfProvider('shelf');
  const parts = { catalog: new Catalog([shelf]), rendering: test.rendering, ownPictures: new OwnPictures(0), maxPictureBytes: 1 };
  const put = async (sizeBytes: number): Promise<Attachment> => {
    shelf.files.set(`${sizeBytes}`, { bytes: Buffer.alloc(sizeBytes), contentType, filename: 'own' });
    const attachment = await shelf.stat(`${sizeBytes}`, {});
    if (!attachment) throw new Error('it was just put there');
    return attachment;
  };
  return { gate, started, ended, renditions: new Renditions(parts), put };
}

function callOf(scope: string, signal = new AbortController().signal): Call {
  return { viewer: { id: scope, name: scope, roles: [], scope }, signal, log: silentLog };
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise(setImmediate);
}

const size = thumbnail(320);

describe('Viewers who want pictures at the same time', () => {
  it('take turns: one picture does not wait for the hundreds of another viewer', async () => {
    const { gate, started, renditions, put } = await openShelf();
    const sizes = Array.from({ length: 300 }, (_, index) => index + 1);
    const files = await Promise.all(sizes.map(put));
    const flood = files.map((file) => renditions.draw(file, size, callOf('flooder')));
    await until(() => test.rendering.stats().documentWaiting === 299);
    const single = renditions.draw(await put(1000), size, callOf('another'));
    await until(() => test.rendering.stats().documentWaiting === 300);
    gate.open();
    expect(await single).toMatchObject({ state: 'READY' });
    expect(started.indexOf(1000)).toBeLessThanOrEqual(2);
    await Promise.all(flood);
  });

  it('bring forward what another waits for when they want it too', async () => {
    const { gate, started, renditions, put } = await openShelf();
    const files = await Promise.all(Array.from({ length: 100 }, (_, index) => put(index + 1)));
    const flood = files.map((file) => renditions.draw(file, size, callOf('flooder')));
    await until(() => test.rendering.stats().documentWaiting === 99);
    const last = files.at(-1);
    const wanted = last && renditions.draw(last, size, callOf('another'));
    gate.open();
    expect(await wanted).toMatchObject({ state: 'READY' });
    expect(started.indexOf(100)).toBeLessThanOrEqual(2);
    expect(test.rendering.stats()).toMatchObject({ documentJoined: 1 });
    await Promise.all(flood);
  });

  it('are told to come back when their picture is likely there: sooner the fewer come before it', async () => {
    const { gate, renditions, put } = await openShelf();
    const files = await Promise.all(Array.from({ length: 101 }, (_, index) => put(index + 1)));
    const flood = files.map((file) => renditions.draw(file, size, callOf('flooder')));
    await until(() => test.rendering.stats().documentWaiting === 100);
    const retryAfter = async (index: number) => {
      const file = files[index];
      const answer = file && (await renditions.drawOrPending(file, size, 0, callOf('flooder')));
      return answer?.state === 'PENDING' ? answer.retryAfterSeconds : Number.NaN;
    };
    // Before any work has ended, each is taken to last 100 ms; files are opened several at a time, so their order is not exact.
    const seconds = [await retryAfter(20), await retryAfter(50), await retryAfter(100)];
    for (const [index, expected] of [2, 5, 10].entries()) expect(Math.abs((seconds[index] ?? 0) - expected)).toBeLessThan(2);
    gate.open();
    await Promise.all(flood);
  });
});

describe('A viewer who leaves', () => {
  it('before the answer ends the work that was done for it alone', async () => {
    const { gate, started, ended, renditions, put } = await openShelf();
    const leaving = new AbortController();
    const left = renditions.drawOrPending(await put(1), size, 60_000, callOf('somebody', leaving.signal));
    await until(() => started.length === 1);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(ended).toMatchObject([{ message: 'gone' }]);
    gate.open();
  });

  it('with the answer that it is PENDING finds it later', async () => {
    const { gate, started, ended, renditions, put } = await openShelf();
    const file = await put(1);
    expect(await renditions.drawOrPending(file, size, 0, callOf('somebody'))).toMatchObject({ state: 'PENDING' });
    await until(() => started.length === 1);
    gate.open();
    await until(() => renditions.find(file, size) !== null);
    expect(ended).toEqual([]);
  });
});
