import { cutAtCharacter } from '../../lib/cut-at-character.js';
import { type Pdfium, type Pointer, withMemory } from './pdfium.js';

/** The text of a loaded page in reading order, lines ended by "\n", at most maxChars UTF-16 units and cut at a character. */
export function pageText(pdfium: Pdfium, page: Pointer, maxChars: number): string {
  const text = pdfium.FPDFText_LoadPage(page);
  if (text === 0) return '';
  try {
    return cutAtCharacter(tidy(readText(pdfium, text)), maxChars);
  } finally {
    pdfium.FPDFText_ClosePage(text);
  }
}

function readText(pdfium: Pdfium, text: Pointer): string {
  const count = pdfium.FPDFText_CountChars(text);
  if (count <= 0) return '';
  // A character may take two units, and a zero ends them.
  return withMemory(pdfium, (count * 2 + 1) * 2, (pointer) => {
    const units = pdfium.FPDFText_GetText(text, 0, count, pointer);
    return Buffer.from(pdfium.memory.buffer, pointer, Math.max(0, units - 1) * 2).toString('utf16le');
  });
}

/** PDFium's mark where a word is divided at the end of its line. */
const dividedWord = /\ufffe\s*/g;

function tidy(text: string): string {
  return text
    .replace(dividedWord, '')
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
