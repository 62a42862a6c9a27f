import type { Block, LinesBlock, Paper } from '../paper.js';
import { Faces } from './faces.js';
import { breakLines, type LineForm } from './lines.js';
import { setTable } from './set-table.js';
import { Sheets } from './sheets.js';

/** Sizes of letters, in points. */
const bodySize = 9.5;
const monoSize = 7.4;
const headingSizes = [17, 14, 11.5, 10] as const;
/** Of a line, by the size of its letters. */
const leading = 1.42;
const indentWidth = 14;
const frame = '#f3f5f7';
const hairline = '#d3d9e0';

/** Writes the first maxPages pages as PDF. The count of all pages where there are more, else null. */
export async function setPaper(paper: Paper, pdfPath: string, faces: Faces, maxPages: number): Promise<number | null> {
  const sheets = new Sheets(pdfPath, paper.orientation, maxPages);
  const setter = new PaperSetter(sheets, faces);
  try {
    for (const block of paper.blocks) setter.set(block);
    if (paper.isCut)
      setter.set({ kind: 'paragraph', spans: [{ text: 'Only the beginning of the file is shown here.', tone: 'muted' }] });
    await sheets.end();
  } catch (error) {
    await sheets.abandon();
    throw error;
  }
  return sheets.pageCount > maxPages && !paper.isCut ? sheets.pageCount : null;
}

class PaperSetter {
  constructor(
    private readonly sheets: Sheets,
    private readonly faces: Faces,
  ) {}

  set(block: Block): void {
    if (block.kind === 'heading') this.#heading(block);
    else if (block.kind === 'paragraph') this.#paragraph(block);
    else if (block.kind === 'lines') this.#lines(block);
    else if (block.kind === 'table') setTable(block, this.sheets, this.faces);
    else if (block.kind === 'specimen') this.#specimen(block);
    else if (block.kind === 'fields') this.#fields(block.fields);
    else this.#rule();
  }

  #heading({ level, spans }: Extract<Block, { kind: 'heading' }>): void {
    const size = headingSizes[Math.min(level, headingSizes.length) - 1] ?? bodySize;
    this.sheets.skip(size * 0.9);
    // No heading stands alone at the foot of a page.
    this.sheets.ensure(size * leading + 2 * bodySize * leading);
    const bold = spans.map((span) => ({ ...span, bold: true }));
    for (const line of this.#broken(bold, { size, width: this.sheets.width }))
      this.sheets.line(line, { size, height: size * 1.25 });
    this.sheets.skip(size * 0.35);
  }

  #paragraph({ spans, indent = 0, marker, isQuote }: Extract<Block, { kind: 'paragraph' }>): void {
    const [size, height] = [bodySize, bodySize * leading];
    const x = Math.min(indent, 10) * indentWidth + (isQuote ? 10 : 0);
    const lines = this.#broken(spans, { size, width: this.sheets.width - x });
    lines.forEach((line, index) => {
      this.sheets.ensure(height);
      if (isQuote) this.sheets.box(x - 9, 2, height, hairline);
      if (marker && index === 0)
        this.sheets.text(this.#broken([{ text: marker, tone: 'muted' }], { size, width: 40 })[0] ?? [], x - 12, size, height);
      this.sheets.line(line, { x, size, height });
    });
    this.sheets.skip(marker ? 2 : 5);
  }

  #lines({ lines, look }: LinesBlock): void {
    const [size, height] = [monoSize, monoSize * 1.38];
    const gutter = look === 'numbered' ? (String(lines.length).length + 2) * size * 0.602 : 0;
    const inset = look === 'boxed' ? 7 : gutter;
    const width = this.sheets.width - inset - (look === 'boxed' ? 7 : 0);
    lines.forEach((spans, number) => {
      const mono = spans.map((span) => ({ ...span, mono: true }));
      const broken = this.#broken(mono, { size, width });
      broken.forEach((line, part) => {
        this.sheets.ensure(height);
        if (look === 'boxed') this.sheets.box(0, this.sheets.width, height, frame);
        if (look === 'numbered' && part === 0) this.#lineNumber(number + 1, gutter, height);
        this.sheets.line(line, { x: inset, size, height });
      });
    });
    this.sheets.skip(7);
  }

  #lineNumber(number: number, gutter: number, height: number): void {
    const form = { size: monoSize, width: gutter };
    const [line = []] = this.#broken([{ text: String(number), mono: true, tone: 'muted' }], form);
    const width = line.reduce((sum, piece) => sum + piece.width, 0);
    this.sheets.text(line, gutter - width - 2 * monoSize * 0.602, monoSize, height);
  }

  #fields(fields: readonly (readonly [name: string, value: string])[]): void {
    const [size, height] = [bodySize - 0.5, bodySize * leading];
    const names = fields.map(([name]) => this.faces.width(name, {}) * size);
    const x = Math.max(0, ...names) + 10;
    for (const [name, value] of fields) {
      const [label = []] = this.#broken([{ text: name, tone: 'muted' }], { size, width: x });
      this.#broken([{ text: value }], { size, width: this.sheets.width - x }).forEach((line, index) => {
        this.sheets.ensure(height);
        if (index === 0) this.sheets.text(label, 0, size, height);
        this.sheets.line(line, { x, size, height });
      });
    }
    this.sheets.skip(4);
  }

  #specimen({ font, lines }: Extract<Block, { kind: 'specimen' }>): void {
    for (const { text, size } of lines) {
      const height = size * 1.35;
      this.sheets.ensure(height);
      this.sheets.outlines(font, text, size, height);
      this.sheets.advance(height);
    }
  }

  #rule(): void {
    this.sheets.skip(4);
    this.sheets.ensure(10);
    this.sheets.box(0, this.sheets.width, 0.75, hairline);
    this.sheets.advance(10);
  }

  #broken(spans: Parameters<typeof breakLines>[0], form: Omit<LineForm, 'breaks'>) {
    return breakLines(spans, this.faces, { ...form, breaks: 'at words' });
  }
}
