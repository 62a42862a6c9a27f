import type { NativeId } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import { toSortName } from '../../filename.js';
import type { AttachmentOrder, Listed, Page, PageRequest } from '../provider.js';
import { homeId, type ItemsRequest, type OracleContentApi } from './api.js';
import type { WireItem, WireItems } from './wire.js';

/** Orders that the system has. */
export type UpstreamOrder = Exclude<AttachmentOrder, 'SIZE_DESC'>;

/** Items that one list looks through at most. */
export const maxItems = 5_000;
/** Folders that a walk opens at most, and how many at once. */
const maxFolders = 500;
const foldersAtOnce = 8;

export interface FolderList<T> {
  readonly folder: NativeId;
  readonly orderBy: UpstreamOrder;
  /** null: not wanted in the list. */
  readonly choose: (item: WireItem) => T | null;
}

/**
 * A page of a folder in an order of the system's own, reading little more than the page. The system counts places, which shift
 * while things come and go; so a page begins where the last one's item is now, and items of one second go by their ids. Where the
 * system's order turns out to be another one than ours, the whole folder is read instead.
 */
export async function listFolder<T>(api: OracleContentApi, list: FolderList<T>, page: PageRequest, call: Call): Promise<Page<T>> {
  const start = page.after === null ? null : parseCursor(page.after);
  const reading = new FolderReading(api, list, call);
  const items = (await reading.from(start, page.first)) ?? (await readFolder(api, list.folder, call));
  return reading.toPage(items, start, page.first);
}

/** All items of a folder. QUERY_TOO_COMPLEX where there are more than anybody should sort here. */
export async function readFolder(api: OracleContentApi, folder: NativeId, call: Call): Promise<Placed> {
  const { items, hasMore } = await api.listItems(folder, { limit: maxItems, offset: 0, orderby: 'name:asc' }, call);
  if (hasMore) throw tooMany();
  return { items, offset: 0, complete: true };
}

/** All items below the home folder, whatever is shared with the account included. */
export async function readAccount(api: OracleContentApi, call: Call): Promise<readonly WireItem[]> {
  const found = new Map<NativeId, WireItem>();
  const open: NativeId[] = [homeId];
  for (let opened = 0; open.length > 0; ) {
    const next = open.splice(0, foldersAtOnce);
    opened += next.length;
    if (opened > maxFolders) throw tooMany();
    const lists = await Promise.all(next.map((folder) => readFolder(api, folder, call)));
    for (const item of lists.flatMap(({ items }) => items)) {
      if (item.type === 'folder' && !found.has(item.id)) open.push(item.id);
      found.set(item.id, item);
    }
    if (found.size > maxItems) throw tooMany();
  }
  return [...found.values()];
}

interface Position {
  readonly value: string | number;
  readonly id: NativeId;
  /** The place in the folder where the items of this value began. */
  readonly offset: number;
}

/** A stretch of a folder in the system's order. */
interface Placed {
  readonly items: readonly WireItem[];
  /** The first one's place. */
  readonly offset: number;
  /** Nothing follows. */
  readonly complete: boolean;
}

/** Beyond what a page wants, so that most pages need one request though folders lie among the files. */
const spareItems = 20;
const stretchItems = 500;
/** No folder is that large. */
const maxOffset = 100_000_000;

class FolderReading<T> {
  constructor(
    private readonly api: OracleContentApi,
    private readonly list: FolderList<T>,
    private readonly call: Call,
  ) {}

  /** Enough items for the page after `start`; null where they do not come in our order, or move while they are read. */
  async from(start: Position | null, first: number): Promise<Placed | null> {
    let read = await this.#begin(start, first + spareItems);
    while (read && !read.complete && !this.#suffices(read, start, first)) {
      if (read.items.length > maxItems) throw tooMany();
      read = await this.#extend(read);
    }
    return read;
  }

  toPage({ items, offset }: Placed, start: Position | null, first: number): Page<T> {
    const wanted = items
      .map((item, index) => ({ item, position: this.#positionOf(item, offset + this.#runStart(items, index)) }))
      .filter(({ position }) => start === null || this.#compare(position, start) > 0)
      .sort((one, other) => this.#compare(one.position, other.position))
      .flatMap(({ item, position }) => {
        const chosen = this.list.choose(item);
        return chosen === null ? [] : [{ item: chosen, cursor: toCursor(position) } satisfies Listed<T>];
      });
    return { items: wanted.slice(0, first), hasNextPage: wanted.length > first };
  }

  /** From a place whose item comes before all of the start's value, so that nothing is missed where items went. */
  async #begin(start: Position | null, limit: number): Promise<Placed | null> {
    for (let back = 1; ; back *= 8) {
      const offset = Math.max(0, (start?.offset ?? 0) - back);
      const read = await this.#read(offset, Math.min(limit + back, maxItems));
      const [head] = read.items;
      if (offset === 0 || !start || (head && this.#compareValues(this.#valueOf(head), start.value) < 0))
        return this.#inOrder(read);
    }
  }

  /** The next stretch begins with the last item again: if it is another one, places have shifted. */
  async #extend({ items, offset }: Placed): Promise<Placed | null> {
    const next = await this.#read(offset + items.length - 1, stretchItems);
    if (next.items[0]?.id !== items.at(-1)?.id) return null;
    return this.#inOrder({ items: [...items, ...next.items.slice(1)], offset, complete: next.complete });
  }

  /** Items of the last value may be missing yet; those of values before it are all there. */
  #suffices({ items }: Placed, start: Position | null, first: number): boolean {
    const last = items.at(-1);
    const wanted = items.filter((item) => this.#isAfter(item, start) && this.list.choose(item) !== null);
    const whole = wanted.filter((item) => last && this.#compareValues(this.#valueOf(item), this.#valueOf(last)) < 0);
    return whole.length >= first && wanted.length > first;
  }

  async #read(offset: number, limit: number): Promise<Placed> {
    const { items, hasMore }: WireItems = await this.api.listItems(
      this.list.folder,
      { ...this.#request, limit, offset },
      this.call,
    );
    return { items, offset, complete: !hasMore || items.length === 0 };
  }

  get #request(): Pick<ItemsRequest, 'orderby'> {
    const orderbys = { NAME_ASC: 'name:asc', MODIFIED_ASC: 'modifiedTime:asc', MODIFIED_DESC: 'modifiedTime:desc' } as const;
    return { orderby: orderbys[this.list.orderBy] };
  }

  #inOrder(read: Placed): Placed | null {
    const values = read.items.map((item) => this.#valueOf(item));
    return values.every((value, index) => index === 0 || this.#compareValues(values[index - 1] ?? value, value) <= 0)
      ? read
      : null;
  }

  /** The place of the first item that shares its value. */
  #runStart(items: readonly WireItem[], index: number): number {
    const value = items[index] && this.#valueOf(items[index]);
    let start = index;
    for (let before = items[start - 1]; before && this.#valueOf(before) === value; before = items[start - 1]) start -= 1;
    return start;
  }

  #isAfter(item: WireItem, start: Position | null): boolean {
    return start === null || this.#compare(this.#positionOf(item, 0), start) > 0;
  }

  #positionOf(item: WireItem, offset: number): Position {
    return { value: this.#valueOf(item), id: item.id, offset };
  }

  #valueOf(item: WireItem): string | number {
    return this.list.orderBy === 'NAME_ASC' ? toSortName(item.name) : (item.modifiedTime?.getTime() ?? 0);
  }

  #compare(one: Position, other: Position): number {
    return this.#compareValues(one.value, other.value) || this.#compareValues(one.id, other.id);
  }

  #compareValues(one: string | number, other: string | number): number {
    if (one === other) return 0;
    return one < other === (this.list.orderBy !== 'MODIFIED_DESC') ? -1 : 1;
  }
}

function toCursor({ value, id, offset }: Position): string {
  return JSON.stringify([value, id, offset]);
}

function parseCursor(cursor: string): Position {
  const unreadable = new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
  try {
    const [value, id, offset, ...rest] = JSON.parse(cursor) as readonly unknown[];
    const isValue = typeof value === 'string' || typeof value === 'number';
    const isOffset = Number.isInteger(offset) && Number(offset) >= 0 && Number(offset) <= maxOffset;
    if (isValue && typeof id === 'string' && isOffset && rest.length === 0) return { value, id, offset: Number(offset) };
  } catch {
    throw unreadable;
  }
  throw unreadable;
}

function tooMany(): ContentError {
  return new ContentError(
    'QUERY_TOO_COMPLEX',
    `Oracle Content cannot search this by itself, and there are more than ${maxItems} items or ${maxFolders} folders to look through; ` +
      'ask for one folder, in the order of names or times',
  );
}
