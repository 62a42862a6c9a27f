import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createPdfRenderer, pdfSettings } from '../../../src/rendering/pdf/pdf-renderer.js';

const run = promisify(execFile);
const never = new AbortController().signal;
const corpus = process.env.PROOFSHEET_CORPUS;
const folder = corpus === undefined ? '' : join(corpus, 'pdf');
const files = corpus === undefined ? [] : readdirSync(folder).filter((name) => name.endsWith('.pdf'));
const hasPoppler = await run('pdftoppm', ['-v']).then(
  () => true,
  () => false,
);

/** What is expected of a file beyond a picture with something on it. */
const outcomes: Record<string, 'blank' | RegExp> = {
  'empty.pdf': 'blank',
  'empty_protected.pdf': 'blank',
  'saslprep-r6.pdf': /^The PDF needs a password to open$/,
  'noembed-eucjp.pdf': /^Page 1 cannot be drawn: the PDF does not bring along its font "MS-Gothic"/,
};

/** First pages that both programs must draw alike, on a scale from 0 to 255 over all of a page shrunk to 64 px. */
const tolerance = 6;
const alike = [
  'tracemonkey.pdf',
  'issue840.pdf',
  'issue14200.pdf',
  'franz_2.pdf',
  'colorspace_cos.pdf',
  'listbox_actions.pdf',
  'rotation.pdf',
];

const own = createPdfRenderer(pdfSettings.parse({ fontFolder: join(tmpdir(), 'no-fonts-here') }));
const temporary = mkdtempSync(join(tmpdir(), 'pdf-corpus-'));
afterAll(async () => {
  await own.close();
  rmSync(temporary, { recursive: true });
});

const title = (absent: boolean, name: string, why: string) => (absent ? `${name} (skipped: ${why})` : name);
const noCorpus = 'PROOFSHEET_CORPUS names no folder';

(corpus === undefined ? describe.skip : describe)(title(corpus === undefined, 'real PDFs', noCorpus), () => {
  it.each(files.length > 0 ? files : ['none'])('%s becomes a picture, or is refused for a reason', async (name) => {
    const expected = outcomes[name];
    const drawing = draw(name);
    if (expected instanceof RegExp) return expect(drawing).rejects.toMatchObject({ message: expect.stringMatching(expected) });
    const { image, facts } = await drawing;
    const metadata = await sharp(image.bytes).metadata();
    expect({ width: metadata.width, height: metadata.height }).toEqual({ width: image.width, height: image.height });
    expect(Math.max(image.width, image.height)).toBe(320);
    expect(image.width / image.height).toBeCloseTo(facts.width / facts.height, 1);
    expect(await isBlank(image.bytes)).toBe(expected === 'blank');
  });

  const comparing = hasPoppler ? it : it.skip;
  comparing.each(alike)(title(!hasPoppler, '%s looks as pdftoppm draws it', 'install poppler-utils'), async (name) => {
    const { image } = await draw(name);
    const target = join(temporary, name);
    const size = ['-scale-to-x', String(image.width), '-scale-to-y', String(image.height)];
    await run('pdftoppm', ['-png', '-singlefile', '-cropbox', ...size, join(folder, name), target]);
    expect(meanDifference(await downsampled(image.bytes), await downsampled(`${target}.png`))).toBeLessThan(tolerance);
  });
});

async function draw(name: string) {
  const path = join(folder, name);
  const source = { path, contentType: 'application/pdf', sizeBytes: statSync(path).size, contentKey: 'pdf' };
  const facts = await own.facts(source, never);
  const image = await own.thumbnail(source, { kind: 'thumbnail', size: 320, format: 'PNG' }, never);
  return { image, facts: { width: facts.width ?? 0, height: facts.height ?? 0 } };
}

async function isBlank(bytes: Buffer): Promise<boolean> {
  const { channels } = await sharp(bytes).stats();
  return channels.every(({ min }) => min === 255);
}

function downsampled(picture: Buffer | string): Promise<Buffer> {
  return sharp(picture).removeAlpha().toColourspace('srgb').resize(64, 64, { fit: 'fill' }).raw().toBuffer();
}

function meanDifference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}
