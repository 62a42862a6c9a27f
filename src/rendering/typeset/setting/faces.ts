import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { create, type Font } from 'fontkit';
import type { Span } from '../paper.js';
import type { Face } from './face.js';
import { findFallbackFonts, openFallbackFont } from './fallback-fonts.js';

/** How one character is set. */
export interface Glyph {
  readonly face: Face;
  /** At a size of 1. */
  readonly width: number;
}

export type Style = Pick<Span, 'bold' | 'italic' | 'mono'>;

/** DejaVu: Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and thousands of signs. */
const files = {
  sans: 'DejaVuSans.ttf',
  sansBold: 'DejaVuSans-Bold.ttf',
  sansItalic: 'DejaVuSans-Oblique.ttf',
  sansBoldItalic: 'DejaVuSans-BoldOblique.ttf',
  mono: 'DejaVuSansMono.ttf',
  monoBold: 'DejaVuSansMono-Bold.ttf',
  monoItalic: 'DejaVuSansMono-Oblique.ttf',
  monoBoldItalic: 'DejaVuSansMono-BoldOblique.ttf',
} as const;

const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');

/** The fonts of the package, and those of the machine for what these lack. Each is read when it is first needed. */
export class Faces {
  readonly #fontFolder: string;
  readonly #faces = new Map<string, Face>();
  readonly #glyphs = new Map<string, Map<string, Glyph>>();
  readonly #fallbacks = new Map<string, Face | null>();
  #fallbackPaths: readonly string[] | undefined;

  constructor(fontFolder: string) {
    this.#fontFolder = fontFolder;
  }

  /** A character that no font has is set as an empty box. */
  glyph(character: string, style: Style): Glyph {
    const name = nameOf(style);
    const glyphs = this.#glyphs.get(name) ?? new Map<string, Glyph>();
    this.#glyphs.set(name, glyphs);
    const known = glyphs.get(character) ?? this.#find(character, name);
    if (glyphs.size < maxGlyphs) glyphs.set(character, known);
    return known;
  }

  width(text: string, style: Style): number {
    let width = 0;
    for (const character of text) width += this.glyph(character, style).width;
    return width;
  }

  #find(character: string, name: keyof typeof files): Glyph {
    const codePoint = character.codePointAt(0) ?? 0;
    const face = this.#faceWith(codePoint, name) ?? this.#open(name);
    return { face, width: face.font.glyphForCodePoint(codePoint).advanceWidth / face.font.unitsPerEm };
  }

  #faceWith(codePoint: number, name: keyof typeof files): Face | null {
    for (const face of this.#candidates(name)) if (face.font.hasGlyphForCodePoint(codePoint)) return face;
    return null;
  }

  /** Each is opened only where those before lack the character. */
  *#candidates(name: keyof typeof files): Generator<Face> {
    yield this.#open(name);
    yield this.#open('sans');
    this.#fallbackPaths ??= findFallbackFonts(this.#fontFolder);
    for (const path of this.#fallbackPaths) {
      const face = this.#openFallback(path);
      if (face) yield face;
    }
  }

  #openFallback(path: string): Face | null {
    const known = this.#fallbacks.get(path);
    if (known !== undefined) return known;
    const face = openFallbackFont(path);
    this.#fallbacks.set(path, face);
    return face;
  }

  #open(name: keyof typeof files): Face {
    const known = this.#faces.get(name);
    if (known) return known;
    const bytes = readFileSync(join(folder, files[name]));
    const face: Face = { name, bytes, postscriptName: undefined, font: create(bytes) as Font };
    this.#faces.set(name, face);
    return face;
  }
}

/** Of one style, so that a text of all characters that there are takes no more. */
const maxGlyphs = 20_000;

function nameOf({ bold, italic, mono }: Style): keyof typeof files {
  return `${mono ? 'mono' : 'sans'}${bold ? 'Bold' : ''}${italic ? 'Italic' : ''}`;
}
