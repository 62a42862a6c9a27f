import type { TableBlock } from '../paper.js';
import type { Faces } from './faces.js';
import { type Line, widthOf } from './line.js';
import { breakLines, cutLine } from './lines.js';
import type { Sheets } from './sheets.js';

const size = 7.6;
const lineHeight = 10.5;
/** Of a cell: left and right, above and below. */
const padding = { side: 5, end: 1.75 } as const;
/** Points that a column has at least, besides its padding; where not even that fits, the last columns are left out. */
const minWidth = 34;
const maxWidth = 260;
/** Rows that columns are measured by. */
const measuredRows = 200;
const measuredChars = 200;

const stripe = '#f6f8fa';
const head = '#e6ebf0';

/** Its titles stand on top of every page that it covers. */
export function setTable(table: TableBlock, sheets: Sheets, faces: Faces): void {
  const widths = columnWidths(table, sheets.width, faces);
  const setter = new TableSetter(table, widths, sheets, faces);
  const hidden = table.columns.length - widths.length;
  if (hidden > 0) setNote(`The first ${widths.length} of ${table.columns.length} columns`, sheets, faces);
  setter.set();
}

class TableSetter {
  readonly #rowWidth: number;
  readonly #titles: readonly string[] | null;

  constructor(
    private readonly table: TableBlock,
    private readonly widths: readonly number[],
    private readonly sheets: Sheets,
    private readonly faces: Faces,
  ) {
    const titles = table.columns.map(({ title }) => title);
    this.#rowWidth = widths.reduce((sum, width) => sum + width, 0);
    this.#titles = titles.some((title) => title !== '') ? titles : null;
  }

  set(): void {
    // No titles stand alone at the foot of a page.
    this.sheets.ensure(3 * rowHeight(1));
    this.#setTitles();
    this.table.rows.forEach((row, index) => {
      const cells = this.#linesOf(row, false);
      const height = rowHeight(Math.max(1, ...cells.map((lines) => lines.length)));
      if (this.sheets.ensure(height)) this.#setTitles();
      this.#setRow(cells, height, index % 2 === 1 ? stripe : null);
    });
    this.sheets.skip(8);
  }

  #setTitles(): void {
    if (this.#titles) this.#setRow(this.#linesOf(this.#titles, true), rowHeight(1), head);
  }

  /** A row that is one line high and not drawn needs no look at its text. */
  #linesOf(cells: readonly string[], isHead: boolean): readonly (readonly Line[])[] {
    const mostLines = isHead ? 1 : this.table.maxLines;
    if (mostLines === 1 && !this.sheets.isDrawn) return [];
    return this.widths.map((width, column) => this.#break(cells[column] ?? '', width - 2 * padding.side, mostLines, isHead));
  }

  #break(text: string, width: number, mostLines: number, bold: boolean): readonly Line[] {
    if (mostLines === 1) return [cutLine(text, this.faces, { size, width }, { bold })];
    return breakLines([{ text, bold }], this.faces, { size, width, breaks: 'at words' }).slice(0, mostLines);
  }

  #setRow(cells: readonly (readonly Line[])[], height: number, colour: string | null): void {
    if (colour) this.sheets.box(0, this.#rowWidth, height, colour);
    let x = 0;
    this.widths.forEach((width, column) => {
      cells[column]?.forEach((line, index) => {
        const room = width - 2 * padding.side;
        const shift = this.table.columns[column]?.align === 'right' ? Math.max(0, room - widthOf(line)) : 0;
        this.sheets.text(line, x + padding.side + shift, size, lineHeight, padding.end + index * lineHeight);
      });
      x += width;
    });
    this.sheets.advance(height);
  }
}

function rowHeight(lines: number): number {
  return lines * lineHeight + 2 * padding.end;
}

function setNote(text: string, sheets: Sheets, faces: Faces): void {
  sheets.line(cutLine(text, faces, { size, width: sheets.width }, { tone: 'muted' }), { size, height: rowHeight(1) });
}

/** As wide as their text where all fit; else the widest give way first. Fewer than there are columns where even that is not enough. */
function columnWidths({ columns, rows }: TableBlock, available: number, faces: Faces): readonly number[] {
  const shown = columns.slice(0, Math.max(1, Math.floor(available / (minWidth + 2 * padding.side))));
  const wanted = shown.map(({ title }, column) => {
    const texts = [title, ...rows.slice(0, measuredRows).map((row) => row[column] ?? '')];
    const widest = Math.max(...texts.map((text) => faces.width(text.slice(0, measuredChars), { bold: true }) * size));
    return Math.min(maxWidth, Math.max(minWidth / 2, widest)) + 2 * padding.side;
  });
  const limit = widthLimit(wanted, available);
  return wanted.map((width) => Math.min(width, limit));
}

/** What no column may be wider than, so that all fit. */
function widthLimit(wanted: readonly number[], available: number): number {
  let left = available;
  const ascending = [...wanted].sort((one, other) => one - other);
  for (const [index, width] of ascending.entries()) {
    const share = left / (ascending.length - index);
    if (width > share) return share;
    left -= width;
  }
  return Number.POSITIVE_INFINITY;
}
