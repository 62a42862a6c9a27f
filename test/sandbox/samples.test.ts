import { PDFiumLibrary } from '@hyzyla/pdfium';
import { describe, expect, it } from '@jest/globals';
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import { readSample, type SampleName, samples } from '../../src/sandbox/samples.js';

const names = Object.keys(samples) as SampleName[];
const pictures = names.filter((name) => samples[name].startsWith('image/'));

describe('sample files', () => {
  it.each(names.filter((name) => !/\.(?:txt|svg)$/.test(name)))('%s has the bytes of its content type', async (name) => {
    expect((await fileTypeFromBuffer(await readSample(name)))?.mime).toBe(samples[name]);
  });

  it.each(pictures)('%s can be drawn and is large enough for a preview', async (name) => {
    const { width, height } = await sharp(await readSample(name)).metadata();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(512);
  });

  it('market.png has transparent parts', async () => {
    expect((await sharp(await readSample('market.png')).stats()).isOpaque).toBe(false);
  });

  it.each([
    ['floor-plan.pdf', 3],
    ['invoice.pdf', 1],
  ] as const)('%s has %i pages', async (name, count) => {
    const library = await PDFiumLibrary.init();
    const document = await library.loadDocument(await readSample(name));
    expect(document.getPageCount()).toBe(count);
    document.destroy();
    library.destroy();
  });

  it('notes.txt is UTF-8', async () => {
    expect((await readSample('notes.txt')).toString('utf8')).toContain('crème brûlée');
  });
});
