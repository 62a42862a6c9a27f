import type { Attachment, ContainerKey } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { AttachmentOrder, AttachmentQuery, Page, PageRequest } from '../provider.js';
import { toSortedPage } from '../sorted-page.js';
import type { BoxApi, SearchRequest } from './api.js';
import { isFolderKey, isThere, rootFolder } from './map.js';
import type { BoxFile, ItemsPage } from './wire.js';

export interface Listing {
  readonly api: BoxApi;
  readonly toAttachment: (file: BoxFile) => Attachment;
}

type Read = (offset: number) => Promise<ItemsPage>;

/** Box gives at most so many of a folder at once. */
const pageLimit = 1_000;
const maxItems = 5_000;
/** Of all folders together, where no container is named. */
const maxFolders = 200;
const maxFound = 1_000;
const foldersAtOnce = 8;

/**
 * A page of a folder, of a search by name, or of all folders. Cursors are of our own making: Box's offsets move when files come, and
 * its markers know one order only.
 */
export async function listAttachments(
  listing: Listing,
  query: AttachmentQuery,
  page: PageRequest,
  call: Call,
): Promise<Page<Attachment>> {
  const { container, text, states = ['READY'] } = query;
  if (container && !isFolderKey(container)) throw noSuchFolder();
  if (!container && text !== undefined && hasWords(text)) return listFound(listing, query, text, page, call);
  if (container && !states.includes('TRASHED')) return listFolder(listing, container, query, page, call);
  const live = states.includes('READY') ? await gatherLive(listing, container ?? null, call) : [];
  const trashed = states.includes('TRASHED') ? await gatherTrash(listing, container ?? null, call) : [];
  return toSortedPage([...live, ...trashed].map(listing.toAttachment), query, page);
}

/** Folders directly in one. They come before files, so that reading ends where these begin. */
export async function gatherFolders({ api }: Pick<Listing, 'api'>, folderId: string, call: Call) {
  const folders = [];
  for (let offset = 0; ; ) {
    const { entries, limit, total_count: total } = await api.listFolders(folderId, { offset, limit: pageLimit }, call);
    for (const entry of entries) if (entry.type === 'folder') folders.push(entry);
    offset += limit;
    if (offset >= total || entries.some(({ type }) => type !== 'folder')) return folders;
    if (offset >= maxItems) throw tooMany('folders in this one', maxItems, 'move some into others');
  }
}

/** Box's own orders by time and size end the reading early; its order of names follows rules that are not written down. */
const folderSorts: Readonly<
  Partial<Record<AttachmentOrder, { readonly sort: 'date' | 'size'; readonly direction: 'ASC' | 'DESC' }>>
> = {
  MODIFIED_DESC: { sort: 'date', direction: 'DESC' },
  MODIFIED_ASC: { sort: 'date', direction: 'ASC' },
  SIZE_DESC: { sort: 'size', direction: 'DESC' },
};

function listFolder(listing: Listing, { id }: ContainerKey, query: AttachmentQuery, page: PageRequest, call: Call) {
  const sort = folderSorts[query.orderBy];
  const read: Read = (offset) => listing.api.listItems(id, { offset, limit: pageLimit, ...sort }, call);
  const bounds = { ordered: sort !== undefined, most: maxItems, narrowing: 'name a text or a time, or order by time or size' };
  return readPage(listing, read, query, page, bounds);
}

/** Box looks for words, and takes some minutes to know of new files. What it finds is held against the query again. */
function listFound(listing: Listing, query: AttachmentQuery, text: string, page: PageRequest, call: Call) {
  const { states = ['READY'], modifiedAfter, modifiedBefore, orderBy } = query;
  const byTime = orderBy === 'MODIFIED_ASC' || orderBy === 'MODIFIED_DESC';
  const range = [modifiedAfter?.toISOString() ?? '', modifiedBefore?.toISOString() ?? ''].join(',');
  const request: Omit<SearchRequest, 'offset'> = {
    query: `"${text.replaceAll('"', ' ').trim()}"`,
    trash: trashOf(states),
    updatedAt: range === ',' ? null : range,
    sort: byTime ? 'modified_at' : 'relevance',
    direction: orderBy === 'MODIFIED_ASC' ? 'ASC' : 'DESC',
  };
  const read: Read = (offset) => listing.api.search({ ...request, offset }, call);
  return readPage(listing, read, query, page, { ordered: byTime, most: maxFound, narrowing: 'name a longer text or a folder' });
}

function trashOf(states: readonly string[]): SearchRequest['trash'] {
  if (!states.includes('TRASHED')) return 'non_trashed_only';
  return states.includes('READY') ? 'all_items' : 'trashed_only';
}

interface Bounds {
  /** Whether what is read comes in the order of the query. */
  readonly ordered: boolean;
  readonly most: number;
  readonly narrowing: string;
}

/** Reads until the page is settled: to the end, or in Box's own order until what is left cannot belong to it. */
async function readPage(
  { toAttachment }: Listing,
  read: Read,
  query: AttachmentQuery,
  page: PageRequest,
  { ordered, most, narrowing }: Bounds,
): Promise<Page<Attachment>> {
  const gathered = new Map<string, Attachment>();
  for (let offset = 0; ; ) {
    const { entries, limit, total_count: total } = await read(offset);
    for (const file of filesOf(entries)) gathered.set(file.id, toAttachment(file));
    offset += limit;
    const all = [...gathered.values()];
    if (offset >= total) return toSortedPage(all, query, page);
    const settled = ordered ? toSortedPage(settledOf(all, query.orderBy), query, page) : null;
    if (settled?.hasNextPage) return settled;
    if (offset >= most) throw tooMany('files', most, narrowing);
  }
}

/** Without the last ones that are equal in the order: more of these may follow. Nothing, if the order is not what it should be. */
function settledOf(attachments: readonly Attachment[], orderBy: AttachmentOrder): readonly Attachment[] {
  const values = attachments.map((attachment) => rankOf(attachment, orderBy));
  if (values.some((value, index) => index > 0 && value < (values[index - 1] ?? value))) return [];
  return attachments.filter((_, index) => values[index] !== values.at(-1));
}

/** Grows along the order. */
function rankOf({ modifiedAt, sizeBytes }: Attachment, orderBy: AttachmentOrder): number {
  if (orderBy === 'SIZE_DESC') return -(sizeBytes ?? 0);
  const time = modifiedAt?.getTime() ?? 0;
  return orderBy === 'MODIFIED_ASC' ? time : -time;
}

async function gatherLive(listing: Listing, container: ContainerKey | null, call: Call): Promise<readonly BoxFile[]> {
  if (container)
    return filesOf(await gatherItems((offset) => listing.api.listItems(container.id, { offset, limit: pageLimit }, call)));
  return walk(listing, call);
}

async function gatherTrash({ api }: Listing, container: ContainerKey | null, call: Call): Promise<readonly BoxFile[]> {
  const files = filesOf(await gatherItems((offset) => api.listTrash({ offset, limit: pageLimit }, call)));
  return container ? files.filter(({ parent }) => parent?.id === container.id) : files;
}

/** The files of all folders, from the root folder down, some folders at once. */
async function walk({ api }: Listing, call: Call): Promise<readonly BoxFile[]> {
  const files: BoxFile[] = [];
  const folderIds: string[] = [rootFolder.id];
  for (let next = 0; next < folderIds.length; ) {
    const ids = folderIds.slice(next, next + foldersAtOnce);
    next += ids.length;
    const answers = await Promise.all(ids.map((id) => gatherItems(readExisting(api, id, call))));
    for (const entry of answers.flat()) {
      if (entry.type === 'folder') folderIds.push(entry.id);
      if (entry.type === 'file' && isThere(entry)) files.push(entry);
    }
    const narrowing = 'name a folder, or a text to look for';
    if (files.length > maxItems) throw tooMany('files', maxItems, narrowing);
    if (folderIds.length > maxFolders) throw tooMany('folders', maxFolders, narrowing);
  }
  return files;
}

/** A folder that was deleted meanwhile is empty. */
function readExisting(api: BoxApi, folderId: string, call: Call): Read {
  return (offset) =>
    api.listItems(folderId, { offset, limit: pageLimit }, call).catch((error: unknown) => {
      if (error instanceof ContentError && error.code === 'NOT_FOUND') return { entries: [], limit: pageLimit, total_count: 0 };
      throw error;
    });
}

async function gatherItems(read: Read): Promise<ItemsPage['entries']> {
  const items: ItemsPage['entries'] = [];
  for (let offset = 0; ; ) {
    const { entries, limit, total_count: total } = await read(offset);
    items.push(...entries);
    offset += limit;
    if (offset >= total) return items;
    if (offset >= maxItems) throw tooMany('files in one folder', maxItems, 'name a text to look for');
  }
}

function filesOf(entries: ItemsPage['entries']): readonly BoxFile[] {
  return entries.filter((entry): entry is BoxFile => entry.type === 'file').filter(isThere);
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

export function noSuchFolder(): ContentError {
  return new ContentError('NOT_FOUND', 'There is no such folder in Box');
}

function tooMany(what: string, most: number, narrowing: string): ContentError {
  const message = `There are more than ${most.toLocaleString('en')} ${what}, too many to be put in order: ${narrowing}`;
  return new ContentError('NOT_SUPPORTED_BY_PROVIDER', message);
}
