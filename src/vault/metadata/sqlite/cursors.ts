import { z } from 'zod';
import { ContentError } from '../../../errors.js';
import type { AttachmentOrder } from '../../../providers/provider.js';

/** Orders of what is not an attachment. */
type Order = AttachmentOrder | 'FOLDERS' | 'VERSIONS';

/** Where an item stands in an order: what it is ordered by, then what makes it unique. */
export type Position = readonly [value: string | number, unique: number];

/** More than the longest name needs. */
const maxCursorChars = 2048;
const cursorShape = z.tuple([z.string(), z.union([z.string(), z.int()]), z.int()]);

export function toCursor(order: Order, [value, unique]: Position): string {
  return Buffer.from(JSON.stringify([order, value, unique])).toString('base64url');
}

/** BAD_USER_INPUT for what toCursor did not make, or made for another order. */
export function parseCursor(cursor: string, order: Order): Position {
  const [from, value, unique] = readCursor(cursor);
  if (from !== order) throw new ContentError('BAD_USER_INPUT', 'after is a cursor of a list in another order');
  if ((typeof value === 'string') !== (order === 'NAME_ASC' || order === 'FOLDERS')) throw unreadable();
  return [value, unique];
}

function readCursor(cursor: string): z.infer<typeof cursorShape> {
  if (cursor.length > maxCursorChars || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw unreadable();
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw unreadable();
  }
}

function unreadable(): ContentError {
  return new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
}
