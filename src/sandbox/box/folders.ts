import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type BoxItem, currentVersion } from './account.js';
import { apiPath } from './paths.js';
import { badRequest, Refusal } from './refusals.js';
import { assertMatches, type Box, type ById, integerOf, isNotModified, queryOf, toItem, toOffsetPage } from './routes.js';
import { assertLinkOpens } from './shared-links.js';
import { parseFields } from './wire.js';

const creation = z.object({ name: z.string(), parent: z.object({ id: z.coerce.string() }) });
const limits = { byDefault: 100, most: 1_000 };

/** https://developer.box.com/reference/get-folders-id-items/ and its neighbours. */
export function addFolderRoutes(app: FastifyInstance, box: Box): void {
  const { account } = box;

  app.get(`${apiPath}/folders/trash/items`, async (request) => {
    const trashed = account.items().filter((item) => item.trashedAt !== null);
    return toPage(box, request, sorted(request, trashed));
  });

  app.get<ById>(`${apiPath}/folders/:id`, async (request, reply) => {
    const folder = account.folder(request.params.id);
    assertLinkOpens(account, request, folder);
    if (isNotModified(request, folder)) return reply.code(304).send();
    const fields = parseFields(request.query);
    const collection = () => toPage(box, request, sorted(request, account.children(folder.id)));
    const asked = fields === null || fields.includes('item_collection');
    return { ...toItem(box, folder, request), ...(asked ? { item_collection: collection() } : {}) };
  });

  app.get<ById>(`${apiPath}/folders/:id/items`, async (request) => {
    const folder = account.folder(request.params.id);
    assertLinkOpens(account, request, folder);
    return toPage(box, request, sorted(request, account.children(folder.id)));
  });

  app.post(`${apiPath}/folders`, async (request, reply) => {
    const { name, parent } = creation.parse(request.body);
    return reply.code(201).send(toItem(box, account.addFolder(name, parent.id), request));
  });

  app.delete<ById>(`${apiPath}/folders/:id`, async (request, reply) => {
    const folder = account.folder(request.params.id);
    assertMatches(request, folder);
    if (queryOf(request, 'recursive') !== 'true' && account.children(folder.id).length > 0) {
      throw new Refusal(400, 'folder_not_empty', 'Cannot delete - folder not empty');
    }
    folder.trashedAt = new Date();
    return reply.code(204).send();
  });
}

/** By type first, then by what is asked. */
function sorted(request: FastifyRequest, items: readonly BoxItem[]): readonly BoxItem[] {
  const sign = queryOf(request, 'direction')?.toUpperCase() === 'DESC' ? -1 : 1;
  const value = values[queryOf(request, 'sort')?.toLowerCase() ?? 'name'];
  if (!value) throw badRequest('sort', 'sort must be id, name, date or size');
  const compare = (one: string | number, other: string | number) => Number(one > other) - Number(one < other);
  return [...items].sort(
    (one, other) => compare(other.type, one.type) || sign * compare(value(one), value(other)) || compare(one.id, other.id),
  );
}

const values: Readonly<Record<string, (item: BoxItem) => string | number>> = {
  id: ({ id }) => id,
  name: ({ name }) => name.toLowerCase(),
  date: ({ modifiedAt }) => modifiedAt.getTime(),
  size: (item) => (item.type === 'file' ? currentVersion(item).bytes.length : 0),
};

/** By offset, or by a marker where the request wants that. */
function toPage(box: Box, request: FastifyRequest, items: readonly BoxItem[]): unknown {
  const write = (item: BoxItem) => toItem(box, item, request, 'mini');
  if (queryOf(request, 'usemarker') === 'true') return toMarkerPage(request, items, write);
  const page = toOffsetPage(request, items, limits);
  const order = [
    { by: 'type', direction: 'ASC' },
    { by: queryOf(request, 'sort') ?? 'name', direction: queryOf(request, 'direction')?.toUpperCase() ?? 'ASC' },
  ];
  return { ...page, entries: page.entries.map(write), order };
}

/** Markers name the item that the next page begins behind. https://developer.box.com/guides/api-calls/pagination/marker-based/ */
function toMarkerPage(request: FastifyRequest, items: readonly BoxItem[], write: (item: BoxItem) => unknown): unknown {
  const marker = queryOf(request, 'marker') || null;
  const behind = marker === null ? -1 : items.findIndex((item) => markerOf(item) === marker);
  if (marker !== null && behind < 0) throw badRequest('marker', 'Invalid marker');
  const limit = Math.min(integerOf(request, 'limit', limits.byDefault), limits.most);
  const entries = items.slice(behind + 1, behind + 1 + limit);
  const last = entries.at(-1);
  const hasMore = behind + 1 + entries.length < items.length;
  return { entries: entries.map(write), limit, next_marker: hasMore && last ? markerOf(last) : null };
}

function markerOf({ type, id }: BoxItem): string {
  return Buffer.from(`${type}.${id}`).toString('base64url');
}
