import type { TableBlock } from '../paper.js';
import type { Faces } from './faces.js';
import { cutLine, widthOf } from './lines.js';
import type { Sheets } from './sheets.js';

const size = 7.6;
const height = 14;
const padding = 5;
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
  const rowWidth = widths.reduce((sum, width) => sum + width, 0);
  const hidden = table.columns.length - widths.length;
  if (hidden > 0) setNote(`The first ${widths.length} of ${table.columns.length} columns`, sheets, faces);
  const titles = table.columns.map(({ title }) => title);
  const hasTitles = titles.some((title) => title !== '');

  const setRow = (cells: readonly string[], isHead: boolean, colour: string | null) => {
    if (colour) sheets.box(0, rowWidth, height, colour);
    let x = 0;
    widths.forEach((width, column) => {
      if (sheets.isDrawn) setCell(cells[column] ?? '', { x, width, bold: isHead, align: table.columns[column]?.align ?? 'left' });
      x += width;
    });
    sheets.advance(height);
  };
  const setCell = (text: string, cell: { x: number; width: number; bold: boolean; align: 'left' | 'right' }) => {
    const room = cell.width - 2 * padding;
    const line = cutLine(text, faces, { size, width: room }, { bold: cell.bold });
    const shift = cell.align === 'right' ? Math.max(0, room - widthOf(line)) : 0;
    sheets.text(line, cell.x + padding + shift, size, height);
  };

  sheets.ensure(3 * height);
  if (hasTitles) setRow(titles, true, head);
  table.rows.forEach((row, index) => {
    if (sheets.ensure(height) && hasTitles) setRow(titles, true, head);
    setRow(row, false, index % 2 === 1 ? stripe : null);
  });
  sheets.skip(8);
}

function setNote(text: string, sheets: Sheets, faces: Faces): void {
  sheets.line(cutLine(text, faces, { size, width: sheets.width }, { tone: 'muted' }), { size, height });
}

/** As wide as their text where all fit; else the widest give way first. Fewer than there are columns where even that is not enough. */
function columnWidths({ columns, rows }: TableBlock, available: number, faces: Faces): readonly number[] {
  const shown = columns.slice(0, Math.max(1, Math.floor(available / (minWidth + 2 * padding))));
  const wanted = shown.map(({ title }, column) => {
    const texts = [title, ...rows.slice(0, measuredRows).map((row) => row[column] ?? '')];
    const widest = Math.max(...texts.map((text) => faces.width(text.slice(0, measuredChars), { bold: true }) * size));
    return Math.min(maxWidth, Math.max(minWidth / 2, widest)) + 2 * padding;
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
