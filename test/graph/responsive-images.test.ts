import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { drawPicture } from '../support/pictures.js';

let graph: VaultGraph;
const ids = { photo: '', tall: '', broken: '', packed: '' };

beforeAll(async () => {
  graph = await openVaultGraph();
  ids.photo = await graph.store('photo.jpg', await drawPicture(800, 600));
  ids.tall = await graph.store('tall.png', await drawPicture(300, 1200, 'png'));
  ids.broken = await graph.store('broken.jpg', (await drawPicture(50, 50)).subarray(0, 200));
  ids.packed = await graph.store('archive.7z', Buffer.concat([Buffer.from('377abcaf271c', 'hex'), Buffer.alloc(200)]));
});
afterAll(() => graph.close());

function ask(id: string, fields: string) {
  return graph.run(`query ($id: ID!) { attachment(id: $id) { ${fields} } }`, { id });
}

describe('A responsive image', () => {
  it('offers one picture for each width, narrowest first, and the widest as src', async () => {
    await ask(ids.photo, 'thumbnail { state }');
    const answer = await ask(ids.photo, 'responsive(widths: [640, 320, 300]) { src srcSet width height }');
    const { src, srcSet } = answer.at('attachment.responsive') as { src: string; srcSet: string };
    expect(srcSet.split(', ').map((candidate) => candidate.split(' ')[1])).toEqual(['320w', '640w']);
    expect(srcSet.split(', ')[1]).toBe(`${src} 640w`);
    expect(answer.at('attachment.responsive')).toMatchObject({ width: 640, height: 480 });
  });

  it('never announces more than the original has', async () => {
    await ask(ids.photo, 'thumbnail { state }');
    const answer = await ask(ids.photo, 'responsive(widths: [640, 1024, 2048]) { srcSet width height }');
    expect(`${answer.at('attachment.responsive.srcSet')}`.match(/ \d+w/g)).toEqual([' 640w', ' 800w']);
    expect(answer.at('attachment.responsive')).toMatchObject({ width: 800, height: 600 });
  });

  it('makes a tall picture as wide as asked, not as high', async () => {
    await ask(ids.tall, 'thumbnail { state }');
    const answer = await ask(ids.tall, 'responsive(widths: [128, 256]) { srcSet width }');
    expect(`${answer.at('attachment.responsive.srcSet')}`.match(/ \d+w/g)).toEqual([' 160w', ' 256w']);
  });

  it('is an icon of each width for a type that nothing can draw', async () => {
    const answer = await ask(ids.packed, 'responsive(widths: [100, 320]) { srcSet width height thumbhash }');
    expect(answer.at('attachment.responsive')).toMatchObject({ width: 320, height: 320, thumbhash: null });
    expect(`${answer.at('attachment.responsive.srcSet')}`.match(/ \d+w/g)).toEqual([' 128w', ' 320w']);
  });

  it('is empty for a file that cannot be drawn', async () => {
    await ask(ids.broken, 'thumbnail(format: WEBP) { state }');
    const answer = await ask(ids.broken, 'responsive(widths: [320]) { src srcSet width height thumbhash }');
    expect(answer.at('attachment.responsive')).toEqual({ src: null, srcSet: null, width: null, height: null, thumbhash: null });
  });

  it.each(['[]', '[1,2,3,4,5,6,7,8,9,10,11]', '[0]', '[2049]'])('is refused in widths %s', async (widths) => {
    const answer = await ask(ids.photo, `responsive(widths: ${widths}) { src }`);
    expect(answer.errors).toMatchObject([{ path: ['attachment', 'responsive'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
