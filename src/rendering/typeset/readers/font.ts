import { readFile } from 'node:fs/promises';
import { create, type Font } from 'fontkit';
import type { Paper } from '../paper.js';
import { unpackWoff } from './woff.js';

/** For fonts of Latin letters: every letter and digit is in it. */
const pangram = 'The quick brown fox jumps over the lazy dog 0123456789';
const alphabets = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789 .,:;!?&@ €$£ ()[]{}'];
const samples = [
  { text: 'The quick brown fox', size: 34 },
  { text: 'jumps over the lazy dog', size: 24 },
  { text: pangram, size: 16 },
  { text: pangram, size: 11 },
];
/** Of a font without Latin letters its own are shown, so many on a line. */
const rowLength = 15;

/** Its name, and sample lines in itself. */
export async function fontPaper(path: string): Promise<Paper> {
  const font = await openFont(path);
  const { large, lines } = sampleOf(font);
  return {
    orientation: 'landscape',
    blocks: [
      { kind: 'heading', level: 3, spans: [{ text: nameOf(font) }] },
      { kind: 'paragraph', spans: [{ text: `${font.numGlyphs.toLocaleString('en')} glyphs`, tone: 'muted' }] },
      { kind: 'specimen', font, lines: [{ text: large, size: 72 }, ...lines] },
    ],
    isCut: false,
  };
}

/** What it is called, and what it says of its makers. */
export async function fontWords(path: string): Promise<string> {
  const font = await openFont(path);
  return [nameOf(font), font.postscriptName, font.copyright].filter(Boolean).join('\n');
}

/** The first of a collection. */
async function openFont(path: string): Promise<Font> {
  const opened = create(unpackWoff(await readFile(path)));
  const font = 'fonts' in opened ? opened.fonts[0] : opened;
  if (!font) throw new Error('A collection without fonts');
  return font;
}

function nameOf({ fullName, familyName, postscriptName }: Font): string {
  return (
    [fullName, familyName, postscriptName].find((name) => typeof name === 'string' && name.trim() !== '') ??
    'A font without a name'
  );
}

function sampleOf(font: Font): { readonly large: string; readonly lines: readonly { text: string; size: number }[] } {
  const isLatin = [...pangram.replaceAll(' ', '')].every((letter) => font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0));
  if (isLatin) {
    return { large: 'Aa Gg Qq 123', lines: [...samples, ...alphabets.map((text) => ({ text, size: 16 }))] };
  }
  const own = font.characterSet
    .filter((code) => code > 0x20 && code <= 0x10ffff && !isControl(code))
    .map((code) => String.fromCodePoint(code));
  const gap = font.hasGlyphForCodePoint(0x20) ? ' ' : '';
  const rows = [0, 1, 2, 3].map((row) => own.slice(row * rowLength, (row + 1) * rowLength).join(gap));
  return { large: own.slice(0, 6).join(gap), lines: rows.filter((text) => text !== '').map((text) => ({ text, size: 28 })) };
}

function isControl(code: number): boolean {
  return (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000);
}
