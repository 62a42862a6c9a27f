import { ContentError } from '../../errors.js';
import { type Pdfium, type Pointer, withMemory } from './pdfium.js';

const objectText = 1;
const objectForm = 5;
/** Forms in forms, beyond which no font is looked for. */
const maxDepth = 8;
const nameBytes = 256;
/** PDFium's own text fonts, which stand in for what is neither embedded nor installed, and the letters that they have. */
const standInFamily = /^Chrom(?!.*Symbol)/;
const standInLetter = /[A-Za-zªºµÀ-ÖØ-öø-ÿıŁłŒœŠšŸŽžƒﬁﬂ]/;
const letter = /\p{L}/u;
/** More than this part of a page's letters missing makes a picture that misleads. */
const tolerated = 0.05;

/** UNSUPPORTED_MEDIA_TYPE when letters of the page were drawn as nothing, because the machine lacks the font that they need. */
export function assertGlyphs(pdfium: Pdfium, page: Pointer, pageNumber: number): void {
  const fonts = standInFonts(pdfium, page);
  if (fonts.size === 0) return;
  const { letters, missing } = countLetters(pdfium, page, fonts);
  const font = [...missing.keys()]
    .map((pointer) => fontName(pdfium, 'FPDFFont_GetBaseFontName', pointer))
    .find((name) => name !== '');
  const missed = [...missing.values()].reduce((sum, count) => sum + count, 0);
  if (font === undefined || missed <= letters * tolerated) return;
  throw new ContentError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Page ${pageNumber} cannot be drawn: the PDF does not bring along its font "${font}", and no other here has its letters`,
  );
}

function standInFonts(pdfium: Pdfium, page: Pointer): ReadonlySet<Pointer> {
  const standIns = new Map<Pointer, boolean>();
  const visit = (object: Pointer, depth: number) => {
    const type = pdfium.FPDFPageObj_GetType(object);
    if (type === objectText) {
      const font = pdfium.FPDFTextObj_GetFont(object);
      if (!standIns.has(font)) standIns.set(font, isStandIn(pdfium, font));
    } else if (type === objectForm && depth < maxDepth) {
      const count = pdfium.FPDFFormObj_CountObjects(object);
      for (let index = 0; index < count; index++) visit(pdfium.FPDFFormObj_GetObject(object, index), depth + 1);
    }
  };
  const count = pdfium.FPDFPage_CountObjects(page);
  for (let index = 0; index < count; index++) visit(pdfium.FPDFPage_GetObject(page, index), 0);
  return new Set([...standIns.keys()].filter((font) => standIns.get(font)));
}

function isStandIn(pdfium: Pdfium, font: Pointer): boolean {
  if (font === 0 || pdfium.FPDFFont_GetIsEmbedded(font) !== 0) return false;
  return standInFamily.test(fontName(pdfium, 'FPDFFont_GetFamilyName', font));
}

function countLetters(pdfium: Pdfium, page: Pointer, fonts: ReadonlySet<Pointer>) {
  const missing = new Map<Pointer, number>();
  let letters = 0;
  const text = pdfium.FPDFText_LoadPage(page);
  const count = text === 0 ? 0 : pdfium.FPDFText_CountChars(text);
  for (let index = 0; index < count; index++) {
    const character = String.fromCodePoint(pdfium.FPDFText_GetUnicode(text, index));
    if (!letter.test(character)) continue;
    letters += 1;
    if (standInLetter.test(character)) continue;
    const object = pdfium.FPDFText_GetTextObject(text, index);
    const font = object === 0 ? 0 : pdfium.FPDFTextObj_GetFont(object);
    if (fonts.has(font)) missing.set(font, (missing.get(font) ?? 0) + 1);
  }
  pdfium.FPDFText_ClosePage(text);
  return { letters, missing };
}

function fontName(pdfium: Pdfium, read: 'FPDFFont_GetFamilyName' | 'FPDFFont_GetBaseFontName', font: Pointer): string {
  return withMemory(pdfium, nameBytes, (pointer) => {
    const length = Math.min(nameBytes, pdfium[read](font, pointer, nameBytes));
    return Buffer.from(pdfium.memory.buffer, pointer, Math.max(0, length - 1)).toString();
  });
}
