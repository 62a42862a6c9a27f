import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type BoxItem, currentVersion, rootId, touch } from './account.js';
import { apiPath } from './paths.js';
import { Refusal, refusalOf } from './refusals.js';
import { assertMatches, type Box, type ById, toItem } from './routes.js';
import { toSharedLink } from './shared-links.js';

const update = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  parent: z.object({ id: z.coerce.string() }).optional(),
  shared_link: z.unknown().optional(),
  tags: z.array(z.string()).max(100).optional(),
  lock: z
    .object({
      access: z.literal('lock'),
      expires_at: z.iso.datetime({ offset: true }).nullish(),
      is_download_prevented: z.boolean().default(false),
    })
    .nullish(),
});
type Update = z.output<typeof update>;

export const placement = z.object({ name: z.string().optional(), parent: z.object({ id: z.coerce.string() }).optional() });
const maxDescription = 255;

interface Kind {
  readonly path: string;
  readonly live: (id: string) => BoxItem;
  /** In the trash or not. */
  readonly any: (id: string) => BoxItem;
}

/**
 * Changing, sharing, trashing and restoring: the same for files and folders.
 * https://developer.box.com/reference/put-files-id/ https://developer.box.com/reference/put-folders-id/
 */
export function addChangeRoutes(app: FastifyInstance, box: Box): void {
  const { account } = box;
  addRoutesOf(app, box, {
    path: `${apiPath}/files/:id`,
    live: (id) => account.liveFile(id),
    any: (id) => account.file(id),
  });
  addRoutesOf(app, box, {
    path: `${apiPath}/folders/:id`,
    live: (id) => account.folder(id),
    any: (id) => account.anyFolder(id),
  });
}

function addRoutesOf(app: FastifyInstance, box: Box, { path, live, any }: Kind): void {
  const { account } = box;
  const trashed = (id: string): BoxItem => {
    const item = any(id);
    if (item.trashedAt === null) throw new Refusal(404, 'not_trashed', 'Item is not trashed');
    return item;
  };

  app.put<ById>(path, async (request) => {
    const item = live(request.params.id);
    assertMatches(request, item);
    change(box, item, update.parse(request.body));
    return toItem(box, item, request);
  });

  /** Where its folder is gone, it comes back to another one. */
  app.post<ById>(path, async (request, reply) => {
    const item = trashed(request.params.id);
    const { name = item.name, parent } = placement.parse(request.body ?? {});
    const isHomeless = account.isTrashed({ ...item, trashedAt: null });
    const parentId = (isHomeless ? parent?.id : item.parentId) ?? rootId;
    account.assertFree(name, parentId);
    Object.assign(item, { name, parentId, trashedAt: null, sharedLink: null });
    touch(item);
    return reply.code(201).send(toItem(box, item, request));
  });

  app.get<ById>(`${path}/trash`, async (request) => toItem(box, trashed(request.params.id), request));

  app.delete<ById>(`${path}/trash`, async (request, reply) => {
    account.purge(trashed(request.params.id));
    return reply.code(204).send();
  });
}

function change({ account }: Box, item: BoxItem, wanted: Update): void {
  if (item.parentId === null) throw refusalOf(403);
  const { name = item.name, description = item.description, parent, shared_link: link, tags = item.tags, lock } = wanted;
  const parentId = parent?.id ?? item.parentId;
  const destination = account.folder(parentId);
  if (destination === item || account.parents(destination).some((outer) => outer === item)) {
    throw new Refusal(400, 'cyclical_folder_structure', 'Folder move creates cyclical folder structure');
  }
  account.assertFree(name, parentId, { except: item, asList: item.type === 'folder' });
  if (link !== undefined) item.sharedLink = link === null ? null : toSharedLink(link, item.sharedLink);
  if (item.type === 'file' && lock !== undefined) item.lock = lock && toLock(item, lock);
  Object.assign(item, { name, parentId, description: description.slice(0, maxDescription), tags });
  touch(item);
}

function toLock(item: BoxItem & { readonly type: 'file' }, { expires_at: until, ...lock }: NonNullable<Update['lock']>) {
  return {
    id: currentVersion(item).id,
    createdAt: new Date(),
    expiresAt: until ? new Date(until) : null,
    isDownloadPrevented: lock.is_download_prevented,
  };
}
