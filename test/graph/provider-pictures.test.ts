import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import { image, modelFile, photo } from '../catalog/ladder-harness.js';
import { Gate } from '../rendering/harness.js';
import { type OpenGraph, openGraph } from '../support/graph-harness.js';
import { offered, PicturedShelf } from '../support/pictured-shelf.js';

let shelf: PicturedShelf;
let graph: OpenGraph;

beforeEach(async () => {
  shelf = new PicturedShelf('shelf');
  graph = await openGraph([shelf]);
});

afterEach(() => graph.close());

const all = 'state retryAfterSeconds format width height madeBy contentType sizeBytes base64 reason';
const ask = (id: string, fields: string) => graph.run(`{ attachment(id: "gid://shelf/Attachment/${id}") { ${fields} } }`);

describe("A thumbnail from its provider's own picture", () => {
  it('tells who made it, and what it is', async () => {
    const picture = await photo(320, 240);
    shelf.put('model', modelFile(), () => offered(picture));
    const answer = await ask('model', `thumbnail { ${all} }`);
    expect(answer.errors).toEqual([]);
    expect(answer.at('attachment.thumbnail')).toEqual({
      state: 'READY',
      retryAfterSeconds: null,
      format: 'JPEG',
      width: 320,
      height: 240,
      madeBy: 'PROVIDER',
      contentType: 'image/jpeg',
      sizeBytes: picture.length,
      base64: picture.toString('base64'),
      reason: null,
    });
    expect(shelf.asked).toHaveLength(1);
  });

  it('tells that it was made smaller here', async () => {
    const picture = await photo(1024, 768);
    shelf.put('model', modelFile(), () => offered(picture));
    const answer = await ask('model', 'thumbnail(size: 160, format: WEBP) { state madeBy width height }');
    expect(answer.at('attachment.thumbnail')).toEqual({ state: 'READY', madeBy: 'PROXY_RESIZED', width: 160, height: 120 });
  });

  it('costs nothing while only its URL, format and type are selected', async () => {
    shelf.put('model', modelFile(), () => null);
    const answer = await ask('model', 'thumbnail { url format contentType } rendition(page: 1) { url format contentType name }');
    expect(answer.errors).toEqual([]);
    expect(answer.at('attachment.thumbnail')).toMatchObject({ format: 'JPEG', contentType: 'image/jpeg' });
    expect(answer.at('attachment.thumbnail.url')).toContain('http://files.test/content/');
    expect([shelf.asked, shelf.opened]).toEqual([[], []]);
  });

  it('is one question and one picture for twenty aliases, and for twenty queries at once', async () => {
    const [gate, picture] = [new Gate(), await photo(800, 600)];
    shelf.put('model', modelFile(), () => gate.opened.then(() => offered(picture)));
    const aliases = Array.from({ length: 20 }, (_, at) => `a${at}: thumbnail { base64 state width madeBy }`).join(' ');
    const answers = Array.from({ length: 20 }, () => ask('model', aliases));
    gate.open();
    for (const answer of await Promise.all(answers)) expect(answer.at('attachment.a19.state')).toBe('READY');
    expect(shelf.asked).toHaveLength(1);
    expect(graph.rendering.stats()).toMatchObject({ imageDone: 1 });
  });

  it('is a page where the provider has pages of what cannot be opened here', async () => {
    const picture = await photo(600, 800, 'png');
    shelf.put('report', { ...modelFile('report.docx'), contentType: 'application/msword' }, () => offered(picture));
    const answer = await ask('report', 'rendition(page: 2, width: 640) { state madeBy width page name }');
    expect(answer.at('attachment.rendition')).toEqual({ state: 'READY', madeBy: 'PROVIDER', width: 600, page: 2, name: 'page2' });
    expect(shelf.asked).toEqual(['page-2-640.png']);
    expect(shelf.opened).toEqual([]);
  });
});

describe('A thumbnail that its provider is still making', () => {
  it('is PENDING with a time to come back and without bytes, and READY by itself later', async () => {
    const picture = await photo(320, 240);
    let made = false;
    shelf.put('model', modelFile(), () => (made ? offered(picture) : { state: 'PENDING', retryAfterSeconds: 4 }));
    const before = await ask('model', 'thumbnail { state retryAfterSeconds base64 width madeBy url }');
    expect(before.errors).toEqual([]);
    expect(before.at('attachment.thumbnail')).toMatchObject({
      state: 'PENDING',
      retryAfterSeconds: 4,
      base64: null,
      width: null,
    });
    expect(before.at('attachment.thumbnail.url')).not.toBeNull();
    made = true;
    const later = await ask('model', 'thumbnail { state base64 }');
    expect(later.at('attachment.thumbnail')).toEqual({ state: 'READY', base64: picture.toString('base64') });
  });
});

describe('A thumbnail that nobody has', () => {
  it.each([
    ['has an icon', { state: 'PLACEHOLDER' } as const, 'shelf has only an icon for it'],
    ['has nothing', null, 'shelf has no picture of it'],
  ])('is a PLACEHOLDER with an icon of ours and the reason where the provider %s', async (_, answered, reason) => {
    shelf.put('model', modelFile(), () => answered);
    const answer = await ask('model', 'thumbnail { state reason base64 url width madeBy }');
    expect(answer.at('attachment.thumbnail')).toMatchObject({ state: 'PLACEHOLDER', width: 320, madeBy: null });
    expect(answer.at('attachment.thumbnail.reason')).toContain(reason);
    expect(answer.at('attachment.thumbnail.base64')).not.toBeNull();
    expect(answer.at('attachment.thumbnail.url')).not.toBeNull();
    expect((await ask('model', 'thumbnail { state }')).at('attachment.thumbnail.state')).toBe('PLACEHOLDER');
    expect(shelf.asked).toHaveLength(1);
  });

  it('has no icon as a page', async () => {
    shelf.put('model', modelFile(), () => ({ state: 'PLACEHOLDER' }));
    const answer = await ask('model', 'rendition(page: 1) { state reason base64 url }');
    expect(answer.at('attachment.rendition')).toMatchObject({ state: 'UNSUPPORTED', base64: null, url: null });
  });

  it('is an error of the provider where it failed, asked once, with all that it answered', async () => {
    const details = { provider: 'shelf', upstreamStatus: 429, upstreamCode: '10400', retryAfterSeconds: 30 };
    shelf.put('photo', await image(), async () => {
      throw new ContentError('PROVIDER_RATE_LIMITED', 'shelf wants fewer requests', details);
    });
    const answer = await ask('photo', 'filename thumbnail { base64 width }');
    expect(answer.data).toEqual({ attachment: { filename: 'photo.jpg', thumbnail: { base64: null, width: null } } });
    expect(answer.errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'PROVIDER_RATE_LIMITED', ...details },
      { code: 'PROVIDER_RATE_LIMITED', ...details },
    ]);
    expect(shelf.asked).toHaveLength(1);
  });
});

describe('hasThumbnail', () => {
  it('is true for what the provider has one of, and for what can be drawn here', async () => {
    shelf.put('photo', await image(), () => null);
    shelf.put('model', modelFile(), () => null);
    const query =
      '{ photo: attachment(id: "gid://shelf/Attachment/photo") { hasThumbnail } model: attachment(id: "gid://shelf/Attachment/model") { hasThumbnail } }';
    expect((await graph.run(query)).data).toEqual({ photo: { hasThumbnail: true }, model: { hasThumbnail: false } });
    expect(shelf.asked).toEqual([]);
  });
});
