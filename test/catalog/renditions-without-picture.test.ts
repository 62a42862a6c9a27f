import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import { Gate } from '../rendering/harness.js';
import { offered } from '../support/pictured-shelf.js';
import { image, modelFile, openLadder, photo, ready, type TestLadder, thumbnail } from './ladder-harness.js';

let test: TestLadder;

beforeEach(async () => {
  test = await openLadder();
});

afterEach(() => test.close());

describe('A system that is still making the picture', () => {
  it('is told of as PENDING, and asked again by the next question', async () => {
    const picture = await photo(320, 240);
    let made = false;
    test.shelf.put('photo', await image(), () => (made ? offered(picture) : { state: 'PENDING', retryAfterSeconds: 7 }));
    expect(await test.draw('photo')).toEqual({ state: 'PENDING', retryAfterSeconds: 7 });
    expect(await test.draw('photo')).toEqual({ state: 'PENDING', retryAfterSeconds: 7 });
    made = true;
    expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'PROVIDER' });
  });

  it('is asked again while there is patience', async () => {
    const picture = await photo(320, 240);
    test.shelf.put('model', modelFile(), () =>
      test.shelf.asked.length > 2 ? offered(picture) : { state: 'PENDING', retryAfterSeconds: 0 },
    );
    const answer = await test.renditions.drawPatiently(await test.stat('model'), thumbnail(320), 10_000, test.call());
    expect(answer).toMatchObject({ state: 'READY', madeBy: 'PROVIDER' });
  });

  it('is no longer waited for when patience ends: what can be is drawn here', async () => {
    test.shelf.put('photo', await image(), () => ({ state: 'PENDING', retryAfterSeconds: 60 }));
    test.shelf.put('model', modelFile(), () => ({ state: 'PENDING', retryAfterSeconds: 60 }));
    const patiently = async (id: string) => test.renditions.drawPatiently(await test.stat(id), thumbnail(320), 0, test.call());
    expect(await patiently('photo')).toMatchObject({ state: 'READY', madeBy: 'RENDERED_HERE' });
    expect(await patiently('model')).toEqual({ state: 'PENDING', retryAfterSeconds: 60 });
  });
});

describe('A system that has only an icon', () => {
  it('has no part in a picture that can be drawn here', async () => {
    test.shelf.put('photo', await image(), () => ({ state: 'PLACEHOLDER' }));
    expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'RENDERED_HERE' });
  });

  it('leaves the place to an icon of ours otherwise, with the reason, and is not asked again at once', async () => {
    test.shelf.put('model', modelFile(), () => ({ state: 'PLACEHOLDER' }));
    const answer = await test.draw('model');
    expect(answer).toMatchObject({
      state: 'PLACEHOLDER',
      reason: 'Nothing here can draw model/step, and shelf has only an icon for it',
      width: 320,
      height: 320,
    });
    expect(await test.draw('model')).toEqual(answer);
    expect(test.renditions.find(await test.stat('model'), thumbnail(320))).toEqual(answer);
    expect(test.shelf.asked).toHaveLength(1);
  });

  it('does not hide that a file is broken', async () => {
    test.shelf.put('photo', { ...(await image()), bytes: Buffer.from('no picture') }, () => ({ state: 'PLACEHOLDER' }));
    expect(await test.draw('photo')).toMatchObject({ state: 'FAILED' });
  });
});

describe('A system that fails', () => {
  const down = () =>
    new ContentError('PROVIDER_UNAVAILABLE', 'shelf cannot be reached', { provider: 'shelf', upstreamStatus: 503 });

  it.each([
    'PROVIDER_UNAVAILABLE',
    'PROVIDER_TIMEOUT',
    'PROVIDER_RATE_LIMITED',
    'PROVIDER_UNAUTHENTICATED',
    'FORBIDDEN',
  ] as const)('with %s is told of with that code, and asked again by the next question', async (code) => {
    const picture = await photo(320, 240);
    test.shelf.put('photo', await image(), async () => {
      if (test.shelf.asked.length === 1) throw new ContentError(code, 'not now', { provider: 'shelf' });
      return offered(picture);
    });
    await expect(test.draw('photo')).rejects.toMatchObject({ code, details: { provider: 'shelf' } });
    expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'PROVIDER' });
    expect(test.shelf.opened).toEqual([]);
  });

  it.each(['UNSUPPORTED_MEDIA_TYPE', 'INVALID_SIZE', 'NOT_FOUND', 'PROVIDER_ERROR'] as const)(
    'with %s for the picture does not keep it from being drawn here',
    async (code) => {
      test.shelf.put('photo', await image(), async () => {
        throw new ContentError(code, 'no picture', { provider: 'shelf' });
      });
      expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'RENDERED_HERE' });
    },
  );

  it('for the picture of what cannot be drawn here is told of, and never remembered as a fault of the file', async () => {
    const picture = await photo(320, 240);
    test.shelf.put('model', modelFile(), async () => {
      if (test.shelf.asked.length === 1)
        throw new ContentError('PROVIDER_ERROR', 'oops', { provider: 'shelf', upstreamStatus: 500 });
      return offered(picture);
    });
    await expect(test.draw('model')).rejects.toMatchObject({ code: 'PROVIDER_ERROR', details: { upstreamStatus: 500 } });
    expect(await test.draw('model')).toMatchObject({ state: 'READY' });
  });

  it('while the original is read is told of, and not remembered either', async () => {
    let fails = true;
    const shelved = await image();
    const open = () => {
      if (fails) throw down();
      return { stream: Readable.from([shelved.bytes], { objectMode: false }) };
    };
    test.shelf.put('photo', { ...shelved, open }, () => null);
    await expect(test.draw('photo')).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', details: { upstreamStatus: 503 } });
    fails = false;
    expect(await test.draw('photo')).toMatchObject({ state: 'READY', madeBy: 'RENDERED_HERE' });
  });
});

describe('Equal wishes at once', () => {
  it('are one question and one picture, whoever has them', async () => {
    const [gate, picture] = [new Gate(), await photo(800, 600)];
    test.shelf.put('photo', await image(), () => gate.opened.then(() => offered(picture)));
    const drawn = Array.from({ length: 20 }, () => test.draw('photo'));
    gate.open();
    const answers = await Promise.all(drawn);
    expect(new Set(answers.map((answer) => ready(answer).bytes)).size).toBe(1);
    expect(test.shelf.asked).toHaveLength(1);
    expect(test.rendering.stats()).toMatchObject({ imageDone: 1 });
    expect(test.renditions.stats()).toMatchObject({ joined: 19, picturesUsed: 1 });
  });

  it('are asked again by others when the credentials of the one that began are refused', async () => {
    const [gate, picture] = [new Gate(), await photo(320, 240)];
    test.shelf.put('photo', await image(), async () => {
      const isFirst = test.shelf.asked.length === 1;
      await gate.opened;
      if (isFirst) throw new ContentError('PROVIDER_UNAUTHENTICATED', 'not you', { provider: 'shelf' });
      return offered(picture);
    });
    const answers = [test.draw('photo'), test.draw('photo'), test.draw('photo')];
    gate.open();
    const [first, ...others] = await Promise.allSettled(answers);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'PROVIDER_UNAUTHENTICATED' } });
    expect(others).toMatchObject([{ value: { state: 'READY' } }, { value: { state: 'READY' } }]);
    expect(test.shelf.asked).toHaveLength(2);
  });

  it('go on for the others when the one that began leaves', async () => {
    const [gate, picture, leaving] = [new Gate(), await photo(320, 240), new AbortController()];
    test.shelf.put('photo', await image(), () => gate.opened.then(() => offered(picture)));
    const attachment = await test.stat('photo');
    const left = test.renditions.draw(attachment, thumbnail(320), test.call(leaving.signal));
    const stayed = test.renditions.draw(attachment, thumbnail(320), test.call());
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    gate.open();
    expect(await stayed).toMatchObject({ state: 'READY' });
  });
});

describe('What is known without asking', () => {
  it('is nothing of a picture that only the system can tell of', async () => {
    test.shelf.put('model', modelFile(), () => null);
    const attachment = await test.stat('model');
    expect(test.renditions.find(attachment, thumbnail(320))).toBeNull();
    expect(test.renditions.expectedSize(attachment, thumbnail(320))).toBeNull();
    expect(test.renditions.mayHave(attachment, 'thumbnail')).toBe(true);
    expect(test.shelf.asked).toEqual([]);
  });

  it('is the size of a picture that is stored', async () => {
    const picture = await photo(300, 200);
    test.shelf.put('photo', await image(), () => offered(picture, 1024));
    await test.draw('photo');
    expect(test.renditions.expectedSize(await test.stat('photo'), thumbnail(320))).toMatchObject({ width: 300, height: 200 });
  });

  it('is that a system with a thumbnail has one of what cannot be drawn here', async () => {
    test.shelf.put('model', modelFile(), () => null);
    const attachment = await test.stat('model');
    expect(test.renditions.hasThumbnail(attachment)).toBe(false);
    expect(test.renditions.hasThumbnail({ ...attachment, hasThumbnail: true })).toBe(true);
  });
});
