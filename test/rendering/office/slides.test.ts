import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { RenderSource } from '../../../src/rendering/rendering.js';
import { asked, openTestRendering, ready, type TestRendering } from '../harness.js';
import { describeWithLibreOffice } from './libreoffice.js';
import { pptx, type Slide, types } from './office-files.js';

const shown = (text: string): Slide => ({ text });
const hidden = (text: string): Slide => ({ text, hidden: true });

describeWithLibreOffice('Slides', () => {
  let test: TestRendering;

  beforeAll(async () => {
    test = await openTestRendering({ settings: { office: { maxPages: 2 } } });
  });

  afterAll(() => test.close());

  const pdfsOf = async (contentKey: string) =>
    (await readdir(join(test.directory, 'converted'))).filter((name) => name.endsWith(`-${contentKey}.pdf`));

  const readSlides = async (slides: readonly Slide[]) => {
    const source = await test.toSource(pptx(slides), types.pptx);
    const text = await test.rendering.text(source, 10_000, asked);
    return { text, pageCount: (await test.rendering.facts(source, asked)).pageCount };
  };

  it.each([
    ['are pages', [shown('one'), shown('two')], { text: 'one\n\ntwo', pageCount: 2 }],
    ['that are hidden are none', [hidden('one'), shown('two'), hidden('three')], { text: 'two', pageCount: 1 }],
    ['that are all hidden are pages all the same', [hidden('one'), hidden('two')], { text: 'one\n\ntwo', pageCount: 2 }],
    [
      'that are hidden do not count among the first that are drawn',
      [hidden('one'), hidden('two'), shown('three'), hidden('four'), shown('five'), shown('six')],
      { text: 'three\n\nfive', pageCount: 3 },
    ],
  ])('%s', async (_, slides, expected) => {
    expect(await readSlides(slides)).toEqual(expected);
  });

  it('of a small file are made all at once', async () => {
    await test.rendering.facts(await test.toSource(pptx([shown('one'), shown('two')]), types.pptx, 'small'), asked);
    expect(await pdfsOf('small')).toEqual([expect.stringMatching(/^office@\d+-small/)]);
  });

  it('of a large file have the same first page before all are made and after', async () => {
    const picture = { bytes: await drawNoise(800, 600), extension: 'jpeg' } as const;
    const bytes = pptx([hidden('one'), { text: 'two', picture }, { text: 'three', picture }]);
    const draw = async (source: RenderSource) =>
      ready(await test.rendering.render(source, { kind: 'page', page: 1, width: 320, format: 'PNG' }, asked)).bytes;
    const [alone, whole] = [await test.toSource(bytes, types.pptx, 'alone'), await test.toSource(bytes, types.pptx, 'whole')];
    await test.rendering.text(whole, 100, asked);
    expect((await draw(alone)).equals(await draw(whole))).toBe(true);
    expect(test.rendering.knownFacts('alone')).toEqual(test.rendering.knownFacts('whole'));
    expect(await pdfsOf('alone')).toEqual([expect.stringMatching(/^office@\d+firstof2-alone/)]);
    expect(await pdfsOf('whole')).toEqual([expect.stringMatching(/^office@\d+-whole/)]);
  });

  it('keep their photographs as they are', async () => {
    const photo = await sharp(await drawNoise(3200, 2400))
      .blur(2)
      .jpeg()
      .toBuffer();
    const slides = pptx([{ text: 'Photo', picture: { bytes: photo, extension: 'jpeg' } }]);
    const source = await test.toSource(slides, types.pptx, 'photo');
    await test.rendering.facts(source, asked);
    const [name = ''] = await pdfsOf('photo');
    expect((await readFile(join(test.directory, 'converted', name))).includes(photo)).toBe(true);
  });
});

/** A JPEG of about 6 bits for a pixel. */
function drawNoise(width: number, height: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#888', noise } })
    .jpeg({ quality: 90 })
    .toBuffer();
}
