import type { Attachment, Container } from '../attachment.js';
import { matchesType } from '../content-type.js';
import { ContentError } from '../errors.js';
import { toSortName } from '../filename.js';
import type { AttachmentOrder, AttachmentQuery, Listed, Page, PageRequest } from './provider.js';

/** A page of what was gathered from a system that cannot filter or order as asked. `container` is the gatherer's part. */
export function toSortedPage(gathered: readonly Attachment[], query: AttachmentQuery, page: PageRequest): Page<Attachment> {
  const matching = gathered.filter((attachment) => matchesQuery(attachment, query));
  return pageOf(matching, page, comparers[query.orderBy], (attachment) => toPosition(attachment, query.orderBy));
}

/** The same for containers, by name. */
export function toNamedPage(gathered: readonly Container[], page: PageRequest): Page<Container> {
  return pageOf(gathered, page, ascending, ({ name, id }) => [toSortName(name), id]);
}

/** All of a query but its container and order. */
export function matchesQuery(attachment: Attachment, query: AttachmentQuery): boolean {
  const { text, contentTypes, states = ['READY'], modifiedAfter, modifiedBefore } = query;
  const { modifiedAt } = attachment;
  return (
    states.includes(attachment.state) &&
    (text === undefined || toSortName(attachment.filename).includes(toSortName(text))) &&
    (contentTypes?.some((pattern) => matchesType(attachment.contentType, pattern)) ?? true) &&
    (modifiedAfter === undefined || (modifiedAt !== null && modifiedAt > modifiedAfter)) &&
    (modifiedBefore === undefined || (modifiedAt !== null && modifiedAt < modifiedBefore))
  );
}

/** What an order goes by, and the id that settles ties. */
type Position = readonly [value: string | number, id: string];
type Compare = (one: Position, other: Position) => number;

const ascending: Compare = ([one, oneId], [other, otherId]) => compareValues(one, other) || compareValues(oneId, otherId);
const descending: Compare = (one, other) => ascending(other, one);

const comparers: Readonly<Record<AttachmentOrder, Compare>> = {
  MODIFIED_DESC: descending,
  MODIFIED_ASC: ascending,
  NAME_ASC: ascending,
  SIZE_DESC: descending,
};

/** What the system does not tell comes last. */
function toPosition({ id, filename, sizeBytes, modifiedAt }: Attachment, orderBy: AttachmentOrder): Position {
  switch (orderBy) {
    case 'NAME_ASC':
      return [toSortName(filename), id];
    case 'SIZE_DESC':
      return [sizeBytes ?? -1, id];
    case 'MODIFIED_ASC':
      return [modifiedAt?.getTime() ?? Number.MAX_SAFE_INTEGER, id];
    case 'MODIFIED_DESC':
      return [modifiedAt?.getTime() ?? -1, id];
  }
}

function compareValues(one: string | number, other: string | number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function pageOf<T>(
  items: readonly T[],
  { first, after }: PageRequest,
  compare: Compare,
  positionOf: (item: T) => Position,
): Page<T> {
  const start = after === null ? null : parseCursor(after);
  const rest = items
    .map((item) => [positionOf(item), item] as const)
    .filter(([position]) => start === null || compare(position, start) > 0)
    .sort(([one], [other]) => compare(one, other));
  const listed = rest.slice(0, first).map(([position, item]): Listed<T> => ({ item, cursor: JSON.stringify(position) }));
  return { items: listed, hasNextPage: rest.length > first };
}

function parseCursor(cursor: string): Position {
  const unreadable = new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
  try {
    const [value, id, ...rest] = JSON.parse(cursor) as readonly unknown[];
    if ((typeof value === 'string' || typeof value === 'number') && typeof id === 'string' && rest.length === 0)
      return [value, id];
  } catch {
    throw unreadable;
  }
  throw unreadable;
}
