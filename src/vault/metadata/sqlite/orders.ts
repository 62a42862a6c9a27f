import type { AttachmentOrder } from '../../../providers/provider.js';
import type { ListedTuple } from './attachment-row.js';
import type { Position } from './cursors.js';

/** How one order is read from the database. */
export interface OrderSql {
  /** The end of the indexes' names: attachment_by_name, attachment_by_folder_name … */
  readonly index: 'revision' | 'name' | 'size';
  readonly column: 'revision' | 'sort_name' | 'size_bytes';
  readonly orderBy: string;
  /** What lies after the position :value, :unique; in the orders of revisions that is a bound of them. */
  readonly after: string | null;
  /** What does not lie after the position :untilValue, :untilUnique; where `after` is there. */
  readonly until: string | null;
  /** Before every item. */
  readonly start: Position;
}

export const orderSql: Readonly<Record<AttachmentOrder, OrderSql>> = {
  MODIFIED_DESC: {
    index: 'revision',
    column: 'revision',
    orderBy: 'revision DESC',
    after: null,
    until: null,
    start: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  },
  MODIFIED_ASC: {
    index: 'revision',
    column: 'revision',
    orderBy: 'revision',
    after: null,
    until: null,
    start: [0, 0],
  },
  NAME_ASC: {
    index: 'name',
    column: 'sort_name',
    orderBy: 'sort_name, revision',
    after: '(a.sort_name, a.revision) > (:value, :unique)',
    until: '(a.sort_name, a.revision) <= (:untilValue, :untilUnique)',
    start: ['', 0],
  },
  SIZE_DESC: {
    index: 'size',
    column: 'size_bytes',
    orderBy: 'size_bytes DESC, revision DESC',
    after: '(a.size_bytes, a.revision) < (:value, :unique)',
    until: '(a.size_bytes, a.revision) >= (:untilValue, :untilUnique)',
    start: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  },
};

export interface Ordered {
  readonly sortName: string;
  readonly sizeBytes: number;
  readonly revision: number;
}

export function toPosition(order: AttachmentOrder, { sortName, sizeBytes, revision }: Ordered): Position {
  switch (order) {
    case 'NAME_ASC':
      return [sortName, revision];
    case 'SIZE_DESC':
      return [sizeBytes, revision];
    default:
      return [revision, revision];
  }
}

export function listedPosition(
  order: AttachmentOrder,
  [revision, , , , , , , , sizeBytes, , , sortName = '']: ListedTuple,
): Position {
  return toPosition(order, { sortName, sizeBytes, revision });
}

/** Negative where the first position comes first. Names compare as the database compares them: by their UTF-8. */
export function comparePositions(order: AttachmentOrder, [oneValue, one]: Position, [otherValue, other]: Position): number {
  const byValue = compareValues(oneValue, otherValue) || one - other;
  return order === 'MODIFIED_DESC' || order === 'SIZE_DESC' ? -byValue : byValue;
}

function compareValues(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}
