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

  it('have the same first page before they are converted as a whole and after', async () => {
    const bytes = pptx([hidden('one'), shown('two'), shown('three')]);
    const draw = async (source: RenderSource) =>
      ready(await test.rendering.render(source, { kind: 'page', page: 1, width: 320, format: 'PNG' }, asked)).bytes;
    const [alone, whole] = [await test.toSource(bytes, types.pptx, 'alone'), await test.toSource(bytes, types.pptx, 'whole')];
    await test.rendering.text(whole, 100, asked);
    expect((await draw(alone)).equals(await draw(whole))).toBe(true);
    expect(test.rendering.knownFacts('alone')).toEqual(test.rendering.knownFacts('whole'));
    const pdfs = (await readdir(join(test.directory, 'converted'))).filter((name) => /alone|whole/.test(name));
    expect(pdfs.toSorted()).toEqual([expect.stringMatching(/^office@\d+-whole/), expect.stringMatching(/firstof2-alone/)]);
  });

  it('keep their photographs as they are', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 9 } as const;
    const blank = { width: 3200, height: 2400, channels: 3, background: '#888', noise } as const;
    const photo = await sharp({ create: blank }).blur(2).jpeg().toBuffer();
    const slides = pptx([{ text: 'Photo', picture: { bytes: photo, extension: 'jpeg' } }]);
    const source = await test.toSource(slides, types.pptx, 'photo');
    await test.rendering.facts(source, asked);
    const pdfs = await readdir(join(test.directory, 'converted'));
    const pdf = await readFile(join(test.directory, 'converted', pdfs.find((name) => name.includes('photo')) ?? ''));
    expect(pdf.includes(photo)).toBe(true);
  });
});
