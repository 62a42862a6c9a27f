import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Font } from 'fontkit';
import PDFDocument from 'pdfkit';
import type { Paper } from '../paper.js';
import type { Face } from './face.js';
import type { Line } from './line.js';
import { colours } from './tones.js';

/** A5, so that the letters of a page can be read in a small picture of it. In points. */
const short = 420;
const long = 595;
const margin = 30;
/** From the middle of a line down to the foot of its letters, by their size. */
const middle = 0.36;

/** The pages of one PDF, filled from top to bottom. Beyond the last that is drawn they are only counted. */
export class Sheets {
  readonly width: number;
  readonly #height: number;
  readonly #maxPages: number;
  readonly #pdf: PDFKit.PDFDocument;
  readonly #written: Promise<void>;
  readonly #fonts = new Set<string>();
  #pageCount = 0;
  #y = Number.POSITIVE_INFINITY;

  constructor(path: string, orientation: Paper['orientation'], maxPages: number) {
    const size: [number, number] = orientation === 'portrait' ? [short, long] : [long, short];
    this.width = size[0] - 2 * margin;
    this.#height = size[1];
    this.#maxPages = maxPages;
    // Without a font at the start the library loads none of its own.
    this.#pdf = new PDFDocument({ size, margin: 0, autoFirstPage: false, font: '' });
    this.#written = pipeline(this.#pdf, createWriteStream(path));
  }

  get pageCount(): number {
    return this.#pageCount;
  }

  /** Whether what comes next is drawn. */
  get isDrawn(): boolean {
    return this.#pageCount <= this.#maxPages;
  }

  /** Goes to the next page where this one has no room for so many points. True where it did. */
  ensure(height: number): boolean {
    if (this.#y + height <= this.#height - margin) return false;
    this.#pageCount += 1;
    this.#y = margin;
    if (this.isDrawn) this.#pdf.addPage();
    return true;
  }

  /** Leaves so many points free, except at the top of a page. */
  skip(height: number): void {
    if (this.#y > margin) this.#y += height;
  }

  /** A line of text, and down by its height. */
  line(line: Line, { x = 0, size, height }: { readonly x?: number; readonly size: number; readonly height: number }): void {
    this.ensure(height);
    this.text(line, x, size, height);
    this.#y += height;
  }

  /** A line of text at this height of the page, or `down` points below it. */
  text(line: Line, x: number, size: number, height: number, down = 0): void {
    if (!this.isDrawn) return;
    let left = margin + x;
    const baseline = this.#y + down + height / 2 + size * middle;
    for (const { face, text, tone, width, isRightToLeft } of line) {
      // The library sets word by word from the left, unless it is told of features.
      const form = { lineBreak: false, baseline: 'alphabetic', ...(isRightToLeft && { features: [] }) } as const;
      if (text !== '') this.#use(face).fontSize(size).fillColor(colours[tone]).text(text, left, baseline, form);
      left += width;
    }
  }

  /** The shapes of letters at this height of the page, as far as they fit. The font is not embedded: it may be of any kind, and broken. */
  outlines(font: Font, text: string, size: number, height: number): void {
    if (!this.isDrawn) return;
    const scale = size / font.unitsPerEm;
    const baseline = this.#y + height / 2 + size * middle;
    const { glyphs, positions } = font.layout(text);
    let left = 0;
    glyphs.forEach((glyph, index) => {
      const advance = (positions[index]?.xAdvance ?? glyph.advanceWidth) * scale;
      if (left + advance > this.width) left = Number.POSITIVE_INFINITY;
      else this.#shape(glyph.path.toSVG(), margin + left, baseline, scale);
      left += advance;
    });
  }

  /** Down, without a look at what fits. */
  advance(height: number): void {
    this.#y += height;
  }

  /** A filled box from this height of the page downwards. */
  box(x: number, width: number, height: number, colour: string): void {
    // A little higher, so that no gap shows to the next one below.
    if (this.isDrawn) this.#pdf.rect(margin + x, this.#y, width, height + 0.25).fill(colour);
  }

  async end(): Promise<void> {
    if (this.#pageCount === 0) this.ensure(0);
    this.#pdf.end();
    await this.#written;
  }

  /** Closes the file, half written as it is. */
  async abandon(): Promise<void> {
    this.#pdf.destroy();
    await this.#written.catch(() => {});
  }

  /** In the units of its font, upwards. */
  #shape(path: string, x: number, y: number, scale: number): void {
    if (path === '') return;
    this.#pdf.save().translate(x, y).scale(scale, -scale).path(path).fill(colours.plain).restore();
  }

  #use(face: Face): PDFKit.PDFDocument {
    if (!this.#fonts.has(face.name)) {
      this.#pdf.registerFont(face.name, face.bytes, face.postscriptName);
      this.#fonts.add(face.name);
    }
    return this.#pdf.font(face.name);
  }
}
