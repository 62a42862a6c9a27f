import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Gate } from './access.js';
import { below } from './account.js';
import { currentVersion, type Folder, type Item, ownerOf, type User } from './model.js';
import { actions, malformed } from './refusals.js';
import { addRoute, type Parts, parse, parseBody } from './route.js';
import { homeItems, toFolderJson, toItemJson, withItems } from './wire.js';

/** Folders: what is in them, what is found below them, and making them. */
export function addFolderRoutes(app: FastifyInstance, { gate }: Parts): void {
  for (const path of ['/folders/items', '/folders/:id/items']) {
    addRoute(app, 'GET', path, async (request) => {
      const { item: folder, user } = gate.openFolder(request, { action: actions.browse, least: 'viewer' });
      return toPageJson(folder, user, gate, parse(listQuery, request.query));
    });
  }

  for (const path of ['/folders/search/items', '/folders/:id/search/items']) {
    addRoute(app, 'GET', path, async (request) => searchItems(request, gate));
  }

  addRoute(app, 'GET', '/folders/:id', async (request) => {
    const { item: folder, user } = gate.openFolder(request, { action: actions.browse, least: 'viewer' });
    return { errorCode: '0', ...toFolderJson(folder, user) };
  });

  addRoute(app, 'POST', '/folders/:id', async (request, reply) => {
    const { item: parent, user } = gate.openFolder(request, { action: actions.create, least: 'contributor' });
    const { name } = parseBody(z.object({ name: z.string().min(1), description: z.string().optional() }), request);
    const folder = gate.account.createFolder(parent, name, user);
    return reply.code(201).send({ errorCode: '0', ...toFolderJson(folder, user) });
  });

  addRoute(app, 'DELETE', '/folders/:id', async (request) => {
    const { item: folder } = gate.openFolder(request, { action: actions.remove, least: 'contributor' });
    if (!folder.parent) throw malformed('A home folder cannot be deleted.');
    gate.account.trash(folder);
    return { errorCode: '0', idList: folder.id, type: 'folder' };
  });
}

const direction = '(?::(?:asc|desc))?';
const limit = (byDefault: number) => z.coerce.number().int().min(1).max(10_000).default(byDefault);
const offset = z.coerce.number().int().min(0).default(0);
const listQuery = z.object({
  limit: limit(50),
  offset,
  orderby: z
    .string()
    .regex(new RegExp(`^(?:name|createdTime|modifiedTime)${direction}$`))
    .default('name:asc'),
  filterName: z.string().optional(),
});
const searchQuery = z.object({
  limit: limit(20),
  offset,
  orderby: z
    .string()
    .regex(new RegExp(`^(?:name|size|lastModifiedName|lastModifiedDate)${direction}$`))
    .default('name:asc'),
  fulltext: z.string().min(1).optional(),
  querytext: z.string().min(1).optional(),
});

function toPageJson(folder: Folder, user: User, { account }: Gate, query: z.output<typeof listQuery>) {
  const isHome = folder.parent === null;
  const all = isHome ? homeItems(account, user) : [...folder.children];
  const wanted = query.filterName?.toLowerCase();
  const matching = wanted === undefined ? all : all.filter(({ name }) => name.toLowerCase() === wanted);
  const page = ordered(matching, query.orderby).slice(query.offset, query.offset + query.limit);
  return {
    ...(isHome ? { ownerFolderID: 'self' } : toFolderJson(folder, user)),
    count: `${page.length}`,
    totalResults: `${matching.length}`,
    offset: `${query.offset}`,
    limit: `${query.limit}`,
    hasMore: query.offset + page.length < matching.length ? '1' : '0',
    errorCode: '0',
    ...withItems(page.map((item) => toItemJson(item, user))),
  };
}

function searchItems(request: FastifyRequest, gate: Gate) {
  const { item: folder, user } = gate.openFolder(request, { action: actions.browse, least: 'viewer' });
  const { fulltext, querytext, ...query } = parse(searchQuery, request.query);
  const matches = matcherOf(fulltext, querytext);
  const roots = folder.parent === null ? homeItems(gate.account, user) : [...folder.children];
  const found = ordered(
    roots.flatMap((root) => [...below(root)]).filter((item) => matches(item)),
    query.orderby,
  );
  const page = found.slice(query.offset, query.offset + query.limit);
  const counts = { count: `${page.length}`, totalCount: `${found.length}` };
  const hasMore = query.offset + page.length < found.length ? '1' : '0';
  return { errorCode: '0', ...counts, hasMore, ...withItems(page.map((item) => toItemJson(item, user))) };
}

/** A word of the name, the content of a text, the owner's or the last modifier's name begins with it. */
function matcherOf(fulltext: string | undefined, querytext: string | undefined): (item: Item) => boolean {
  if (fulltext !== undefined) {
    const wanted = fulltext.toLowerCase().replace(/\*$/, '');
    return (item) => wordsOf(item).toLowerCase().includes(wanted);
  }
  const [, field, operation, value = ''] = /^(\w+)<(MATCHES|CONTAINS)>`([^`]*)`$/.exec(querytext ?? '') ?? [];
  if (field !== 'fOwnerLoginName' && field !== 'fFileName')
    throw malformed('fulltext, or a querytext on a known field, is needed.');
  const read = (item: Item) => (field === 'fFileName' ? item.name : ownerOf(item).loginName).toLowerCase();
  const wanted = value.toLowerCase();
  return (item) => (operation === 'MATCHES' ? read(item) === wanted : read(item).includes(wanted));
}

function wordsOf(item: Item): string {
  const names = [item.name, ownerOf(item).displayName, item.modifiedBy.displayName];
  const version = item.type === 'file' ? currentVersion(item) : null;
  const text = version?.mimeType.startsWith('text/') ? version.bytes.toString() : '';
  return [...names, text].join('\n');
}

function ordered(items: readonly Item[], orderby: string): readonly Item[] {
  const [field, way = 'asc'] = orderby.split(':');
  const compare = (one: Item, other: Item) => compareBy(one, other, field ?? 'name');
  return [...items].sort((one, other) => (way === 'desc' ? compare(other, one) : compare(one, other)));
}

function compareBy(one: Item, other: Item, field: string): number {
  const [a, b] = [sortValueOf(one, field), sortValueOf(other, field)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sortValueOf(item: Item, field: string): string | number {
  switch (field) {
    case 'createdTime':
      return item.createdAt.getTime();
    case 'modifiedTime':
    case 'lastModifiedDate':
      return item.modifiedAt.getTime();
    case 'size':
      return item.type === 'file' ? currentVersion(item).bytes.length : 0;
    case 'lastModifiedName':
      return item.modifiedBy.displayName.toLowerCase();
    default:
      return item.name.toLowerCase();
  }
}
