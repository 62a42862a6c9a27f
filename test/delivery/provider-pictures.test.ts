import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { ContentError } from '../../src/errors.js';
import { image, modelFile, photo, thumbnail } from '../catalog/ladder-harness.js';
import { offered } from '../support/pictured-shelf.js';
import { type RunningDelivery, startDelivery } from './harness.js';

let running: RunningDelivery;

beforeEach(async () => {
  running = await startDelivery({ pendingPatienceSeconds: 0 });
});

afterEach(() => running.close());

const pathTo = (id: string, expiresInSeconds = 900) =>
  running.pathTo(id, { ref: { provider: 'gallery', id }, variant: thumbnail(320), expiresInSeconds });

describe("A provider's own picture by its URL", () => {
  it('is sent byte for byte, as what it is', async () => {
    const picture = await photo(320, 240);
    running.gallery.put('model', modelFile(), () => offered(picture));
    const { status, headers, body } = await running.ask(pathTo('model'));
    expect([status, headers['content-type'], headers['content-length']]).toEqual([200, 'image/jpeg', `${picture.length}`]);
    expect(body.equals(picture)).toBe(true);
    expect(running.gallery.opened).toEqual([]);
  });

  it('is not asked for where the client has it already', async () => {
    const picture = await photo(320, 240);
    running.gallery.put('model', modelFile(), () => offered(picture));
    const { headers } = await running.ask(pathTo('model'));
    const again = await running.ask(pathTo('model', 3600), { 'if-none-match': String(headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(running.gallery.asked).toHaveLength(1);
  });

  it('is asked for once, however many clients come at once', async () => {
    const picture = await photo(320, 240);
    running.gallery.put('model', modelFile(), () => offered(picture));
    const path = pathTo('model');
    const answers = await Promise.all(Array.from({ length: 20 }, () => running.ask(path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(running.gallery.asked).toHaveLength(1);
  });

  it.each([
    ['is none', () => offered(Buffer.from('<html>Sign in</html>'))],
    ['is only an icon', () => ({ state: 'PLACEHOLDER' }) as const],
  ])('that %s is never sent: an icon of ours is', async (_, answer) => {
    running.gallery.put('model', modelFile(), answer);
    const { status, headers, body } = await running.ask(pathTo('model'));
    expect([status, headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(await sharp(body).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 320 });
  });

  it('that cannot be had now is answered with what its provider said', async () => {
    running.gallery.put('model', modelFile(), async () => {
      throw new ContentError('PROVIDER_RATE_LIMITED', 'gallery wants fewer requests', { retryAfterSeconds: 12 });
    });
    const { status, headers } = await running.ask(pathTo('model'));
    expect([status, headers['retry-after']]).toEqual([503, '12']);
  });
});

describe('A picture that its provider is still making', () => {
  const pending = () => ({ state: 'PENDING', retryAfterSeconds: 9 }) as const;

  it('is drawn here when patience ends', async () => {
    running.gallery.put('photo', await image(), pending);
    const { status, headers } = await running.ask(pathTo('photo'));
    expect([status, headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(running.gallery.opened).toHaveLength(1);
  });

  it('is answered 503 with a time to come back where it cannot be drawn here, and is there then', async () => {
    const picture = await photo(320, 240);
    let made = false;
    running.gallery.put('model', modelFile(), () => (made ? offered(picture) : pending()));
    const { status, headers } = await running.ask(pathTo('model'));
    expect([status, headers['retry-after']]).toEqual([503, '9']);
    made = true;
    expect((await running.ask(pathTo('model'))).status).toBe(200);
  });

  it('is waited for while patience lasts', async () => {
    await running.close();
    running = await startDelivery({ pendingPatienceSeconds: 20 });
    const picture = await photo(320, 240);
    running.gallery.put('model', modelFile(), () =>
      running.gallery.asked.length > 2 ? offered(picture) : { state: 'PENDING', retryAfterSeconds: 0 },
    );
    expect((await running.ask(pathTo('model'))).status).toBe(200);
  });
});
