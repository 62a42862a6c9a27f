import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { drawPicture } from '../support/pictures.js';

let graph: VaultGraph;
const ids = { photo: '', broken: '', packed: '' };

beforeAll(async () => {
  graph = await openVaultGraph();
  ids.photo = await graph.store('photo.jpg', await drawPicture(800, 600));
  ids.broken = await graph.store('broken.jpg', (await drawPicture(50, 50)).subarray(0, 200));
  ids.packed = await graph.store('archive.7z', Buffer.concat([Buffer.from('377abcaf271c', 'hex'), Buffer.alloc(200)]));
});
afterAll(() => graph.close());

function ask(id: string, fields: string) {
  return graph.run(`query ($id: ID!) { attachment(id: $id) { ${fields} } }`, { id });
}

describe('A thumbnail', () => {
  it('is drawn in the size, snapped up to the ladder, and the format asked for', async () => {
    const answer = await ask(
      ids.photo,
      'thumbnail(size: 300, format: WEBP) { state width height format contentType sizeBytes madeBy base64 reason }',
    );
    expect(answer.at('attachment.thumbnail')).toMatchObject({
      state: 'READY',
      width: 320,
      height: 240,
      format: 'WEBP',
      contentType: 'image/webp',
      madeBy: 'RENDERED_HERE',
      reason: null,
    });
    const bytes = Buffer.from(`${answer.at('attachment.thumbnail.base64')}`, 'base64');
    expect(bytes.length).toBe(answer.at('attachment.thumbnail.sizeBytes'));
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 320, height: 240 });
  });

  it('is 320 px in JPEG where nothing is said, and where null is', async () => {
    const answer = await ask(ids.photo, 'a: thumbnail { width format } b: thumbnail(size: null, format: null) { width format }');
    expect(answer.data).toEqual({ attachment: { a: { width: 320, format: 'JPEG' }, b: { width: 320, format: 'JPEG' } } });
  });

  it('is not enlarged', async () => {
    expect((await ask(ids.photo, 'thumbnail(size: 2048) { width height state }')).at('attachment.thumbnail')).toEqual({
      width: 800,
      height: 600,
      state: 'READY',
    });
  });

  it('has a URL, format and type that cost no look at the file', async () => {
    const fresh = await graph.store('fresh.png', await drawPicture(64, 64, 'png', '#123456'));
    const opened = graph.calls.open;
    const answer = await ask(fresh, 'thumbnail(size: 32) { url format contentType }');
    expect(answer.at('attachment.thumbnail')).toMatchObject({ format: 'JPEG', contentType: 'image/jpeg' });
    expect(graph.calls.open).toBe(opened);
    const grant = graph.urls.verify(`${answer.at('attachment.thumbnail.url')}`.replace('http://files.test', ''));
    expect(grant).toMatchObject({
      version: 1,
      variant: { kind: 'thumbnail', size: 32, format: 'JPEG' },
      disposition: 'INLINE',
      scope: 'open',
    });
  });

  it('is drawn once, however many fields and aliases ask for it', async () => {
    const fresh = await graph.store('once.png', await drawPicture(90, 90, 'png', '#654321'));
    await ask(fresh, 'pageCount');
    const aliases = Array.from({ length: 20 }, (_, index) => `t${index}: thumbnail(size: 64) { base64 state sizeBytes }`);
    const joined = graph.renditions.stats().joined ?? 0;
    const answer = await ask(fresh, aliases.join(' '));
    expect(answer.errors).toEqual([]);
    expect(answer.at('attachment.t0')).toEqual(answer.at('attachment.t19'));
    expect((graph.renditions.stats().joined ?? 0) - joined).toBeGreaterThanOrEqual(19);
  });

  it.each([0, -1, 2049])('is refused in size %i, naming the range', async (size) => {
    const answer = await ask(ids.photo, `filename thumbnail(size: ${size}) { url }`);
    expect(answer.data).toEqual({ attachment: { filename: 'photo.jpg', thumbnail: null } });
    expect(answer.errors).toMatchObject([
      { message: `size must be from 1 to 2048, got ${size}`, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it('is refused in an unknown format, naming the known ones', async () => {
    const answer = await ask(ids.photo, 'thumbnail(format: BMP) { url }');
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(answer.errors[0]?.message).toContain('Allowed: JPEG, PNG, WEBP, AVIF.');
  });

  it.each(['state', 'base64'])(
    'is a PLACEHOLDER, an icon with the reason, for a type that nothing can draw (%s first)',
    async (first) => {
      const fields = `${first} state reason url base64 dataUrl format contentType width height madeBy sizeBytes`;
      const answer = await ask(ids.packed, `hasThumbnail thumbhash thumbnail(size: 100, format: WEBP) { ${fields} }`);
      expect(answer.errors).toEqual([]);
      expect(answer.at('attachment')).toMatchObject({ hasThumbnail: false, thumbhash: null });
      const { base64, dataUrl, sizeBytes, url, ...thumbnail } = answer.at('attachment.thumbnail') as Record<string, unknown>;
      expect(thumbnail).toEqual({
        state: 'PLACEHOLDER',
        reason: 'Nothing here can draw application/x-7z-compressed',
        format: 'WEBP',
        contentType: 'image/webp',
        width: 128,
        height: 128,
        madeBy: null,
      });
      const bytes = Buffer.from(String(base64), 'base64');
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 128, height: 128 });
      expect(dataUrl).toBe(`data:image/webp;base64,${base64}`);
      expect(sizeBytes).toBe(bytes.length);
      expect(url).toContain('/content/');
    },
  );

  it('draws no icon for its URL, size and type', async () => {
    const answer = await ask(ids.packed, 'thumbnail(size: 640) { url width height format contentType }');
    expect(answer.at('attachment.thumbnail')).toMatchObject({ width: 640, height: 640, format: 'JPEG' });
    expect((await ask(ids.packed, 'thumbnail(size: 640) { state }')).at('attachment.thumbnail.state')).toBe('PLACEHOLDER');
    expect(graph.rendering.stats()).toMatchObject({ iconsKept: 2 });
  });

  it.each(['state', 'base64'])('is FAILED, with the reason and without a URL, for a broken file (%s first)', async (first) => {
    const answer = await ask(ids.broken, `thumbnail { ${first} state reason width base64 url }`);
    expect(answer.at('attachment.thumbnail')).toMatchObject({ state: 'FAILED', width: null, base64: null, url: null });
    expect(answer.at('attachment.thumbnail.reason')).toEqual(expect.stringMatching(/\w+ \w+/));
    expect((await ask(ids.broken, 'thumbnail { url }')).at('attachment.thumbnail.url')).toBeNull();
  });

  it('has no URL when it fails while it is drawn for another field', async () => {
    const whole = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
      .png()
      .toBuffer();
    const id = await graph.store('cut off.png', whole.subarray(0, whole.length / 2));
    const answer = await ask(id, 'thumbnail(size: 64) { state url }');
    expect(answer.at('attachment.thumbnail')).toEqual({ state: 'FAILED', url: null });
  });

  it('is PENDING, and says when to ask again, while drawing takes longer than a query waits', async () => {
    const hasty = await openVaultGraph({ patienceMs: 0 });
    const id = await hasty.store('large.png', await drawPicture(1200, 1200, 'png'));
    const query = `{ attachment(id: "${id}") { thumbnail(format: AVIF, size: 1024) { state retryAfterSeconds reason } } }`;
    expect((await hasty.run(query)).at('attachment.thumbnail')).toEqual({ state: 'PENDING', retryAfterSeconds: 1, reason: null });
    await hasty.close();
  });

  it('carries its bytes inline up to the cap, and beyond it has its URL still', async () => {
    const capped = await openVaultGraph({ inlineMaxBytes: 500 });
    const id = await capped.store('photo.png', await drawPicture(800, 600, 'png'));
    const answer = await capped.run(`{ attachment(id: "${id}") { thumbnail(size: 640, format: PNG) { base64 dataUrl url } } }`);
    expect(answer.at('attachment.thumbnail.base64')).toBeNull();
    expect(answer.at('attachment.thumbnail.url')).toMatch(/^http:\/\/files\.test\/content\//);
    expect(answer.errors).toMatchObject([
      { path: ['attachment', 'thumbnail', 'base64'], extensions: { code: 'PAYLOAD_TOO_LARGE' } },
      { path: ['attachment', 'thumbnail', 'dataUrl'], extensions: { code: 'PAYLOAD_TOO_LARGE' } },
    ]);
    await capped.close();
  });

  it('comes as a data URL as well', async () => {
    const url = `${(await ask(ids.photo, 'thumbnail(size: 32, format: PNG) { dataUrl }')).at('attachment.thumbnail.dataUrl')}`;
    expect(url).toMatch(/^data:image\/png;base64,iVBOR/);
  });

  it.each([0, 604_801])('has no URL that lives %i seconds', async (seconds) => {
    const answer = await ask(ids.photo, `thumbnail { url(expiresInSeconds: ${seconds}) format }`);
    expect(answer.at('attachment.thumbnail')).toEqual({ url: null, format: 'JPEG' });
    expect(answer.errors[0]?.message).toBe(`expiresInSeconds must be from 1 to 604800, got ${seconds}`);
  });

  it('has no URL in the trash, where nothing is delivered from', async () => {
    const id = await graph.store('trashed.png', await drawPicture(33, 33, 'png'));
    await graph.run('mutation ($id: ID!) { deleteAttachment(input: { attachment: $id }) { deletedId } }', { id });
    const answer = await ask(id, 'state thumbnail { url state }');
    expect(answer.data).toEqual({ attachment: { state: 'TRASHED', thumbnail: { url: null, state: 'READY' } } });
  });

  it('leaves a blur behind, which never is a reason to draw', async () => {
    const id = await graph.store('blur.png', await drawPicture(70, 40, 'png', '#aa3311'));
    expect((await ask(id, 'thumbhash')).at('attachment.thumbhash')).toBeNull();
    await ask(id, 'thumbnail(size: 64) { base64 }');
    expect((await ask(id, 'thumbhash')).at('attachment.thumbhash')).toMatch(/^[A-Za-z0-9+/]+=*$/);
  });
});
