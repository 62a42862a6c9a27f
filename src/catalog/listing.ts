import type { Attachment, ProviderName } from '../attachment.js';
import type { Call } from '../call.js';
import { ContentError, toContentError } from '../errors.js';
import { toSortName } from '../filename.js';
import { LazyListed } from '../providers/listed.js';
import type { AttachmentOrder, AttachmentQuery, Listed, Page, PageRequest } from '../providers/provider.js';
import type { Catalog } from './catalog.js';
import { systemClock } from './policy/clock.js';
import { Deadline } from './policy/deadline.js';
import type { Next } from './policy/layer.js';

/** A page across providers, and the ones that could not take part in it. */
export interface ListingPage extends Page<Attachment> {
  readonly failures: readonly ListingFailure[];
}

export interface ListingFailure {
  readonly provider: ProviderName;
  readonly error: ContentError;
}

/**
 * The attachments of several providers as one list in query.orderBy. A provider that fails, or does not answer within the list's
 * patience, is named in `failures` and stays where it was, so a later page takes it up again. Cursors say for every provider how far it
 * was read.
 */
export async function listAcross(
  catalog: Catalog,
  names: readonly ProviderName[],
  query: AttachmentQuery,
  page: PageRequest,
  call: Call,
): Promise<ListingPage> {
  const positions = page.after === null ? {} : parsePositions(page.after);
  const answers = await Promise.all(
    names.map((name) => ask(catalog, name, query, { ...page, after: positions[name] ?? null }, call)),
  );
  const pages = answers.filter((answer) => 'items' in answer);
  const items = merge(pages, positions, isBeforeIn[query.orderBy]).slice(0, page.first);
  const found = pages.reduce((sum, { items }) => sum + items.length, 0);
  return {
    items,
    hasNextPage: found > items.length || pages.some(({ hasNextPage }) => hasNextPage),
    failures: answers.filter((answer) => 'error' in answer),
  };
}

/** null where one of them cannot tell cheaply, or fails. */
export async function countAcross(
  catalog: Catalog,
  names: readonly ProviderName[],
  query: AttachmentQuery,
  call: Call,
): Promise<number | null> {
  const count = (name: ProviderName) => patiently(catalog, name, call, (inner) => catalog.count(name, query, inner));
  const counts = await Promise.all(names.map((name) => count(name).catch(() => null)));
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

type ProviderPage = Page<Attachment> & { readonly provider: ProviderName };
/** How far each provider was read. */
type Positions = Readonly<Record<ProviderName, string>>;

/** What the client got wrong is the request's failure, not the provider's. */
async function ask(
  catalog: Catalog,
  provider: ProviderName,
  query: AttachmentQuery,
  page: PageRequest,
  call: Call,
): Promise<ProviderPage | ListingFailure> {
  try {
    const found = await patiently(catalog, provider, call, (inner) => catalog.list(provider, query, page, inner));
    return { ...found, provider };
  } catch (failure) {
    call.signal.throwIfAborted();
    const error = toContentError(failure);
    if (error.code === 'BAD_USER_INPUT') throw error;
    if (error.code === 'INTERNAL_SERVER_ERROR') call.log.error({ err: error.details.cause ?? error, provider }, 'a list failed');
    return { provider, error };
  }
}

/** One provider may take its time, but not everybody's. */
function patiently<T>({ settings }: Catalog, provider: ProviderName, call: Call, next: Next<T>): Promise<T> {
  return new Deadline(provider, settings.listPatienceSeconds * 1000, systemClock).run('read', call, next);
}

interface Queue {
  readonly page: ProviderPage;
  next: number;
}

/**
 * Takes the first of all heads until none is left, or until one provider's next item is not known: it may come before all others.
 * Each provider's own order stays as it is.
 */
function merge(pages: readonly ProviderPage[], start: Positions, isBefore: IsBefore): ListingPage['items'] {
  const queues = pages.map((page): Queue => ({ page, next: 0 }));
  const taken: Taken[] = [];
  const merged: Listed<Attachment>[] = [];
  for (;;) {
    const queue = queueOfFirst(queues, isBefore);
    const head = queue?.page.items[queue.next];
    if (!queue || !head) return merged;
    queue.next += 1;
    const count = taken.push({ provider: queue.page.provider, head });
    merged.push(new LazyListed(head.item, () => writePositions(start, taken.slice(0, count))));
    if (queue.next === queue.page.items.length && queue.page.hasNextPage) return merged;
  }
}

function queueOfFirst(queues: readonly Queue[], isBefore: IsBefore): Queue | undefined {
  let best: { readonly queue: Queue; readonly item: Attachment } | undefined;
  for (const queue of queues) {
    const item = queue.page.items[queue.next]?.item;
    if (item && (!best || isBefore(item, best.item))) best = { queue, item };
  }
  return best?.queue;
}

interface Taken {
  readonly provider: ProviderName;
  readonly head: Listed<Attachment>;
}

function writePositions(start: Positions, taken: readonly Taken[]): string {
  const last = new Map(taken.map(({ provider, head }) => [provider, head]));
  const positions = [...last].map(([provider, head]) => [provider, head.cursor] as const);
  return JSON.stringify({ ...start, ...Object.fromEntries(positions) });
}

type IsBefore = (a: Attachment, b: Attachment) => boolean;
type Value = string | number;

/** What is alike comes in the order of the providers' names, on every page. */
function before(isBefore: (a: Value, b: Value) => boolean, toValue: (attachment: Attachment) => Value): IsBefore {
  return (a, b) => {
    const [one, other] = [toValue(a), toValue(b)];
    return one === other ? a.provider < b.provider : isBefore(one, other);
  };
}

const smaller = (a: Value, b: Value) => a < b;
const larger = (a: Value, b: Value) => a > b;

/** What a provider does not say comes last. */
const isBeforeIn: Readonly<Record<AttachmentOrder, IsBefore>> = {
  MODIFIED_DESC: before(larger, (attachment) => modified(attachment, -Infinity)),
  MODIFIED_ASC: before(smaller, (attachment) => modified(attachment, Infinity)),
  NAME_ASC: before(smaller, ({ filename }) => toSortName(filename)),
  SIZE_DESC: before(larger, ({ sizeBytes }) => sizeBytes ?? -1),
};

function modified(attachment: Attachment, unknown: number): number {
  return attachment.modifiedAt?.getTime() ?? unknown;
}

function parsePositions(cursor: string): Positions {
  const written = parseJson(cursor);
  const entries = written !== null && typeof written === 'object' ? Object.entries(written) : [];
  if (entries.length === 0 || entries.some(([, position]) => typeof position !== 'string')) throw unreadable();
  return Object.fromEntries(entries);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
}

function unreadable(): ContentError {
  return new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
}
