import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import type { RenderedImage, Renderer } from '../../src/rendering/renderer.js';
import type { RenderSource } from '../../src/rendering/rendering.js';
import { asked, Gate, openTestRendering, ready, type TestRendering, thumbnail } from './harness.js';
import { softShapes } from './image/drawing.js';

describe('Rendering', () => {
  let test: TestRendering;

  beforeEach(async () => {
    test = await openTestRendering();
  });

  afterEach(() => test.close());

  const photo = () => softShapes(300, 200).jpeg().toBuffer();

  /** A remote source, with its openings counted. */
  const toRemote = (bytes: Buffer, contentType = 'image/jpeg', contentKey = 'remote') => {
    const source = {
      opened: 0,
      contentKey,
      provider: 'afar',
      contentType,
      sizeBytes: bytes.length,
      open: async () => {
        source.opened += 1;
        return { contentType, sizeBytes: bytes.length, range: null, body: { stream: Readable.from([bytes]) } };
      },
    };
    return source satisfies RenderSource;
  };

  it('draws a picture once for a hundred who ask at the same time, from one opening of a remote source', async () => {
    const source = toRemote(await photo());
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => test.rendering.render(source, thumbnail(128), asked)));
    expect(new Set(outcomes.map((outcome) => ready(outcome).bytes.length)).size).toBe(1);
    expect(source.opened).toBe(1);
    expect(test.rendering.stats()).toMatchObject({ imageDone: 1, imageJoined: 99 });
  });

  it('opens a remote source once for several sizes', async () => {
    const source = toRemote(await photo());
    await Promise.all(([32, 64, 128] as const).map((size) => test.rendering.render(source, thumbnail(size), asked)));
    expect(source.opened).toBe(1);
  });

  it('finds what was drawn without drawing or opening anything', async () => {
    const source = toRemote(await photo());
    expect(test.rendering.find(source.contentKey, thumbnail(128))).toBeNull();
    const drawn = await test.rendering.render(source, thumbnail(128), asked);
    expect(test.rendering.find(source.contentKey, thumbnail(128))).toEqual(drawn);
    expect(await test.rendering.render(source, thumbnail(128), asked)).toEqual(drawn);
    expect(test.rendering.find(source.contentKey, thumbnail(64))).toBeNull();
    expect(test.rendering.stats()).toMatchObject({ imageDone: 1 });
  });

  it('knows facts, size to come and thumbhash only after it has seen the source', async () => {
    const source = toRemote(await photo());
    const { rendering } = test;
    const { contentKey } = source;
    expect([rendering.knownFacts(contentKey), rendering.expectedSize(contentKey, thumbnail(128))]).toEqual([null, null]);
    const facts = await rendering.facts(source, asked);
    expect(facts).toMatchObject({ width: 300, height: 200, vector: false, pageCount: null });
    expect(rendering.knownFacts(contentKey)).toEqual(facts);
    expect(rendering.expectedSize(contentKey, thumbnail(32))).toEqual({ width: 32, height: 21 });
    expect(rendering.thumbhash(contentKey)).toBeNull();
    await rendering.render(source, thumbnail(128), asked);
    expect(rendering.thumbhash(contentKey)?.length).toBeGreaterThan(10);
  });

  it('names a type that nothing here can draw, and opens nothing', async () => {
    const source = toRemote(Buffer.from('7z'), 'application/x-7z-compressed');
    expect(await test.rendering.render(source, thumbnail(128), asked)).toEqual({
      state: 'UNSUPPORTED',
      reason: 'Nothing here can draw application/x-7z-compressed',
    });
    await expect(test.rendering.facts(source, asked)).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(source.opened).toBe(0);
  });

  it('says that a picture has no pages', async () => {
    const spec = { kind: 'page', page: 1, width: 640, format: 'PNG' } as const;
    const outcome = await test.rendering.render(toRemote(await photo()), spec, asked);
    expect(outcome).toEqual({ state: 'UNSUPPORTED', reason: 'image/jpeg has no pages' });
  });

  it('opens and reads a broken file once, whatever is asked of it', async () => {
    const source = toRemote(Buffer.from('not a picture'));
    const failure = { state: 'FAILED', reason: 'The JPEG picture is damaged or incomplete' };
    expect(await test.rendering.render(source, thumbnail(128), asked)).toEqual(failure);
    expect(await test.rendering.render(source, thumbnail(64), asked)).toEqual(failure);
    expect(test.rendering.find(source.contentKey, thumbnail(128))).toEqual(failure);
    await expect(test.rendering.facts(source, asked)).rejects.toMatchObject({ message: failure.reason });
    expect(source.opened).toBe(1);
  });

  it('keeps nothing of a source that could not be opened', async () => {
    const source = toRemote(await photo());
    const down = { ...source, open: () => Promise.reject(new ContentError('PROVIDER_UNAVAILABLE', 'Down')) };
    await expect(test.rendering.render(down, thumbnail(128), asked)).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    expect((await test.rendering.render(source, thumbnail(128), asked)).state).toBe('READY');
  });

  it('refuses a remote file that is too large to be kept meanwhile', async () => {
    const small = await openTestRendering({ settings: { spool: { maxFileBytes: 1000 } } });
    const outcome = await small.rendering.render(toRemote(await photo()), thumbnail(128), asked);
    expect(outcome).toMatchObject({ state: 'UNSUPPORTED', reason: expect.stringContaining('too large') });
    await small.close();
  });

  it('rejects with the reason of the one who leaves', async () => {
    const leaving = new AbortController();
    const left = test.rendering.render(toRemote(await photo()), thumbnail(128), { ...asked, signal: leaving.signal });
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
  });

  it('holds no more memory after many pictures than after a few', async () => {
    const bytes = await softShapes(2000, 1500).png().toBuffer();
    const drawSome = async (count: number) => {
      for (let index = 0; index < count; index += 1) await test.draw(bytes, 'image/png', 640, 'JPEG');
      return process.memoryUsage.rss();
    };
    const before = await drawSome(15);
    expect((await drawSome(45)) - before).toBeLessThan(60 * 1024 ** 2);
  });
});

describe('Rendering with a renderer of one’s own', () => {
  let test: TestRendering;

  afterEach(() => test.close());

  const image: RenderedImage = {
    format: 'PNG',
    width: 1,
    height: 1,
    bytes: Buffer.from('not looked at'),
    thumbhash: Buffer.from('hash'),
  };

  const openWith = async (draw: (signal: AbortSignal) => Promise<RenderedImage>, settings: object = {}) => {
    const renderer: Renderer = {
      name: 'own',
      contentTypes: ['application/x-own'],
      queue: 'document',
      facts: async () => ({ width: 100, height: 50, vector: true, pageCount: 3 }),
      thumbnail: (_source, _spec, signal) => draw(signal),
      page: (_source, _spec, signal) => draw(signal),
      close: async () => {},
    };
    test = await openTestRendering({ renderers: [renderer], settings });
    return test;
  };

  const page = (number: number) => ({ kind: 'page', page: number, width: 320, format: 'PNG' }) as const;

  it('throws NOT_FOUND for a page beyond the last and does not keep it', async () => {
    const error = new ContentError('NOT_FOUND', 'Page 9 does not exist: the document has 3 pages');
    const { rendering, toSource } = await openWith(() => Promise.reject(error));
    const source = await toSource('', 'application/x-own');
    await expect(rendering.render(source, page(9), asked)).rejects.toBe(error);
    expect(rendering.find(source.contentKey, page(9))).toBeNull();
  });

  it('foretells the size of the first page only', async () => {
    const { rendering, toSource } = await openWith(async () => image);
    const source = await toSource('', 'application/x-own');
    await rendering.facts(source, asked);
    expect(rendering.expectedSize(source.contentKey, page(1))).toEqual({ width: 320, height: 160 });
    expect(rendering.expectedSize(source.contentKey, page(2))).toBeNull();
  });

  it('forgets a failure that may not hold after a while', async () => {
    const answers = [
      Promise.reject(new ContentError('PROVIDER_TIMEOUT', 'Too slow', { retryable: true })),
      Promise.resolve(image),
    ];
    answers[0]?.catch(() => {});
    const { rendering, toSource } = await openWith(async () => answers.shift() ?? image, { store: { retryRefusalsAfterMs: 0 } });
    const source = await toSource('', 'application/x-own');
    expect(await rendering.render(source, thumbnail(32), asked)).toEqual({ state: 'FAILED', reason: 'Too slow' });
    expect((await rendering.render(source, thumbnail(32), asked)).state).toBe('READY');
  });

  it('does not take a fault of its own for one of the file', async () => {
    const { rendering, toSource } = await openWith(() => Promise.reject(new TypeError('x is undefined')));
    const source = await toSource('', 'application/x-own');
    await expect(rendering.render(source, thumbnail(32), asked)).rejects.toThrow(TypeError);
    expect(rendering.find(source.contentKey, thumbnail(32))).toBeNull();
  });

  it('answers FAILED for what takes longer than the deadline, and OVERLOADED for what waits longer', async () => {
    const gate = new Gate();
    const settings = { queues: { documentWidth: 1, deadlineMs: 100 } };
    const { rendering, toSource } = await openWith(() => gate.opened.then(() => image), settings);
    const [slow, waiting] = [await toSource('', 'application/x-own'), await toSource('', 'application/x-own')];
    const failed = rendering.render(slow, thumbnail(32), asked);
    while (rendering.stats().documentRunning === 0) await new Promise(setImmediate);
    const refused = rendering.render(waiting, thumbnail(32), asked).catch((error: unknown) => error);
    expect(await failed).toMatchObject({ state: 'FAILED', reason: expect.stringContaining('0.1 s') });
    expect(await refused).toMatchObject({ code: 'OVERLOADED' });
    gate.open();
  });

  it('answers OVERLOADED when too many wait, and draws again when there is room', async () => {
    const gate = new Gate();
    const settings = { queues: { documentWidth: 1, maxWaiting: 2 } };
    const { rendering, toSource } = await openWith(() => gate.opened.then(() => image), settings);
    const sources = await Promise.all(Array.from({ length: 10 }, () => toSource('', 'application/x-own')));
    const codes = sources.map((source) =>
      rendering.render(source, thumbnail(32), asked).then(
        ({ state }) => state,
        (error: ContentError) => error.code,
      ),
    );
    while (rendering.stats().documentRefused !== 7) await new Promise(setImmediate);
    gate.open();
    const counted = await Promise.all(codes);
    expect(counted.filter((code) => code === 'OVERLOADED')).toHaveLength(7);
    expect(counted.filter((code) => code === 'READY')).toHaveLength(3);
  });

  it('tells the renderer to end when the last one who waits has left', async () => {
    const started = new Gate();
    const ended = new Gate();
    const { rendering, toSource } = await openWith(
      (signal) =>
        new Promise((_, reject) => {
          started.open();
          signal.addEventListener('abort', () => {
            ended.open();
            reject(signal.reason);
          });
        }),
    );
    const leaving = new AbortController();
    const source = await toSource('', 'application/x-own');
    const left = rendering.render(source, thumbnail(32), { ...asked, signal: leaving.signal });
    await started.opened;
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await ended.opened;
    expect(rendering.find(source.contentKey, thumbnail(32))).toBeNull();
  });
});
