import type { AttachmentVersion } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import type { Page, PageRequest } from '../provider.js';
import { toVersion } from './map.js';
import type { WireFile } from './wire.js';

/** The system tells all versions at once, in no order that it promises. Cursors are their numbers. */
export function toVersionPage(files: readonly WireFile[], { first, after }: PageRequest): Page<AttachmentVersion> {
  const before = after === null ? Number.POSITIVE_INFINITY : parseCursor(after);
  const numbered = files.flatMap((file) => (file.version === undefined ? [] : [{ file, number: file.version }]));
  const newestFirst = numbered.sort((one, other) => other.number - one.number);
  const current = newestFirst[0]?.number;
  const rest = newestFirst.filter(({ number }) => number < before);
  const items = rest.slice(0, first).map(({ file, number }) => ({
    item: toVersion(file, number, number === current),
    cursor: `${number}`,
  }));
  return { items, hasNextPage: rest.length > first };
}

function parseCursor(cursor: string): number {
  if (/^[1-9]\d{0,9}$/.test(cursor)) return Number(cursor);
  throw new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
}
