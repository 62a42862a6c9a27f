import type { Attachment, Container } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import type { Ahead, AttachmentQuery, Listed, Page, PageRequest } from '../provider.js';
import { matchesQuery, toSortedPage } from '../sorted-page.js';
import { type CommunicationsPage, type CommunicationsRequest, maxLimit } from './api.js';
import { type Account, parseNativeId, toAttachments, toMessage, toThumbnail } from './map.js';
import { oidPattern } from './settings.js';
import type { WireCommunication } from './wire.js';

/** One list of attachments reads no more of them than this. */
const maxCommunications = 5_000;

/** Communications with what is attached to them. */
export interface Source {
  page(request: CommunicationsRequest & { readonly thumbnails: boolean }): Promise<CommunicationsPage>;
  one(oid: string): Promise<WireCommunication | null>;
}

/** A page of attachments in query.orderBy: newest first it is read as far as it goes, in another order from all that match. */
export async function listAttachments(
  source: Source,
  query: AttachmentQuery,
  { first, after, ahead }: PageRequest,
  account: Account,
): Promise<Page<Attachment>> {
  const found: Listed<Attachment>[] = [];
  if (query.orderBy !== 'MODIFIED_DESC') {
    for await (const listed of newestFirst(source, query, { after: null, limit: maxLimit, thumbnails: false }, account))
      found.push(listed);
    return toSortedPage(toItems(found), query, { first, after });
  }
  const thumbnails = wantsPictures(ahead);
  const limit = thumbnails ? Math.min(first + 1, maxLimit) : maxLimit;
  for await (const listed of newestFirst(source, query, { after, limit, thumbnails }, account)) {
    found.push(listed);
    if (found.length > first) break;
  }
  return { items: found.slice(0, first), hasNextPage: found.length > first };
}

/** Messages with their attachments and, where wanted, pictures told along: one request for up to 100. */
export async function listMessages(
  source: Source,
  { first, after, ahead }: PageRequest,
  account: Account,
  room: string | null,
): Promise<Page<Container>> {
  if (after !== null && !oidPattern.test(after)) throw notACursor();
  const items: Listed<Container>[] = [];
  let before = after;
  do {
    const limit = Math.min(first - items.length, maxLimit);
    const page: CommunicationsPage = await source.page({ limit, before, thumbnails: wantsPictures(ahead) });
    items.push(...page.communications.map((each) => toListedMessage(each, account, room)));
    before = page.before;
  } while (before !== null && items.length < first);
  return { items, hasNextPage: before !== null };
}

/** The attachments of one message. */
export function listAttachmentsOf(
  communication: WireCommunication,
  query: AttachmentQuery,
  page: PageRequest,
  account: Account,
): Page<Attachment> {
  return toSortedPage(toAttachments(account, communication) ?? [], query, page);
}

function toListedMessage(communication: WireCommunication, account: Account, room: string | null): Listed<Container> {
  const attachments = toListed(communication, account);
  const item = toMessage(account, communication, room);
  return { item, cursor: communication.oid, ...(attachments ? { attachments } : {}) };
}

/** All attachments of one message, each with the picture that came with it; null where they are not told. */
function toListed(communication: WireCommunication, account: Account): readonly Listed<Attachment>[] | null {
  const attachments = toAttachments(account, communication);
  if (!attachments) return null;
  const { items } = toSortedPage(attachments, { orderBy: 'MODIFIED_DESC' }, { first: attachments.length, after: null });
  const bytesOf = new Map(communication.attachments?.map((wire) => [wire.oid, toThumbnail(wire)]));
  return items.map((listed) => {
    const bytes = bytesOf.get(parseNativeId(listed.item.id)?.attachment ?? '');
    return bytes ? { ...listed, picture: { bytes, sizeCap: null, only: true } } : listed;
  });
}

interface Start {
  /** A cursor of newestFirst. */
  readonly after: string | null;
  /** Of one request. */
  readonly limit: number;
  readonly thumbnails: boolean;
}

/** All that match, message by message, read as far as somebody asks for more. QUERY_TOO_COMPLEX beyond maxCommunications. */
async function* newestFirst(
  source: Source,
  query: AttachmentQuery,
  { after, ...request }: Start,
  account: Account,
): AsyncGenerator<Listed<Attachment>> {
  const start = after === null ? null : parseCursor(after);
  if (start?.attachment) {
    const begun = await source.one(start.communication);
    if (begun) yield* toMatching(begun, query, account, after);
  }
  const span = { from: query.modifiedAfter, until: query.modifiedBefore };
  let before = start?.communication ?? null;
  let read = 0;
  do {
    if (read >= maxCommunications) throw tooMany(account);
    const page: CommunicationsPage = await source.page({ ...request, ...span, before });
    for (const communication of page.communications) yield* toMatching(communication, query, account, null);
    read += page.communications.length;
    before = page.before;
  } while (before !== null);
}

/** Those of one message, from the largest id down; `after` is the id of the one that was given last. */
function toMatching(
  communication: WireCommunication,
  query: AttachmentQuery,
  account: Account,
  after: string | null,
): readonly Listed<Attachment>[] {
  const listed = toListed(communication, account) ?? [];
  const last = listed.at(-1)?.item;
  return listed
    .filter(({ item }) => (after === null || item.id < after) && matchesQuery(item, query))
    .map((each) => ({ ...each, cursor: each.item === last ? communication.oid : each.item.id }));
}

/** A communication that was given in whole, or the attachment of one that was given last. */
function parseCursor(cursor: string): { readonly communication: string; readonly attachment: string | null } {
  const key = parseNativeId(cursor);
  if (!key) throw notACursor();
  const { communication, attachment } = key;
  return communication === null ? { communication: attachment, attachment: null } : { communication, attachment };
}

function wantsPictures(ahead: Ahead | undefined): boolean {
  return ahead?.pictures?.some(({ kind }) => kind === 'thumbnail') ?? false;
}

function toItems<T>(listed: readonly Listed<T>[]): readonly T[] {
  return listed.map(({ item }) => item);
}

function notACursor(): ContentError {
  return new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
}

function tooMany({ provider }: Account): ContentError {
  const message = `${provider} has more than ${maxCommunications} messages and calls to look through: ask for those of one room or message, or between modifiedAfter and modifiedBefore`;
  return new ContentError('QUERY_TOO_COMPLEX', message, { provider });
}
