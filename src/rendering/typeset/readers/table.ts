import papaparse from 'papaparse';
import type { Block, TableBlock } from '../paper.js';

const maxRows = 100_000;
const maxColumns = 200;
/** Rows that a column is judged by. */
const judgedRows = 100;

/** Rows of values, with their first row as titles. `delimiter`: found from the text where empty. */
export function tableBlocks(text: string, delimiter: string): readonly Block[] {
  // Excel's own line that names the delimiter.
  const named = /^sep=(.)\r?\n/i.exec(text);
  const values = named ? text.slice(named[0].length) : text;
  const parsed = papaparse.parse<string[]>(values, {
    delimiter: named?.[1] ?? delimiter,
    preview: maxRows,
    skipEmptyLines: 'greedy',
  });
  const [titles = [], ...rows] = parsed.data.map((row) => row.slice(0, maxColumns));
  const count = Math.max(titles.length, ...rows.slice(0, judgedRows).map((row) => row.length));
  if (count === 0) return [];
  const columns = Array.from({ length: count }, (_, index) => ({ title: titles[index] ?? '', align: alignOf(rows, index) }));
  return [{ kind: 'table', maxLines: 1, columns, rows }];
}

/** Numbers stand below each other by their last digits. */
function alignOf(rows: TableBlock['rows'], column: number): 'left' | 'right' {
  const cells = rows.slice(0, judgedRows).map((row) => row[column]?.trim() ?? '');
  const filled = cells.filter((cell) => cell !== '');
  return filled.length > 0 && filled.every((cell) => /^[-+−]?[\d.,' \u00a0]*\d\s?[%€$£]?$/.test(cell)) ? 'right' : 'left';
}
