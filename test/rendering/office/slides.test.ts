import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { asked, openTestRendering, type TestRendering } from '../harness.js';
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
