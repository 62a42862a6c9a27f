import { LazyListed } from '../../../providers/listed.js';
import type { Page } from '../../../providers/provider.js';

/** rows: one more than `first` where there is one, which says that a page follows. */
export function toPage<Row, T>(
  rows: readonly Row[],
  first: number,
  toItem: (row: Row) => T,
  cursor: (row: Row) => string,
): Page<T> {
  const items = rows.slice(0, first).map((row) => new LazyListed(toItem(row), () => cursor(row)));
  return { items, hasNextPage: rows.length > first };
}
