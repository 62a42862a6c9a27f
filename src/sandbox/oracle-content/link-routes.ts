import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Gate, header, type Opened } from './access.js';
import { now } from './account.js';
import { newAppLinkId, newPublicLinkId, newToken } from './ids.js';
import { type AppLink, type Item, type PublicLink, roleOf, roles } from './model.js';
import { actions, insufficientPrivilege, linkEnded, malformed, noSuchLink } from './refusals.js';
import { addRoute, type Parts, parseBody } from './route.js';
import { toLinkJson, withItems } from './wire.js';

const accessLifeMs = 15 * 60_000;
const refreshLifeMs = 24 * 3_600_000;

/** Applinks, which open an item to one user for a time, and public links, which may need an access code. */
export function addLinkRoutes(app: FastifyInstance, parts: Parts): void {
  for (const type of ['file', 'folder'] as const) {
    addCreatingAppLinks(app, type, parts);
    addPublicLinksOf(app, type, parts);
  }
  addRefreshingAppLinks(app, parts);
  addPublicLinks(app, parts);
}

const newAppLink = z.object({
  assignedUser: z.string().min(1),
  role: z.enum(roles).default('viewer'),
  userLocale: z.string().optional(),
  userTimeZone: z.string().optional(),
});

function addCreatingAppLinks(app: FastifyInstance, type: 'file' | 'folder', { gate, sandbox }: Parts): void {
  addRoute(app, 'POST', `/applinks/${type}/:id`, async (request) => {
    const { item } = openToLink(request, type, gate);
    const { role } = parseBody(newAppLink, request);
    const link: AppLink = {
      id: newAppLinkId(type),
      item,
      role,
      refreshToken: newToken(),
      refreshEndsAt: Date.now() + refreshLifeMs,
      accessToken: newToken(),
      accessEndsAt: Date.now() + accessLifeMs,
    };
    gate.account.appLinks.set(link.id, link);
    const view = type === 'file' ? 'fileview' : 'folder';
    return {
      appLinkID: link.id,
      accessToken: link.accessToken,
      appLinkUrl: `${sandbox.url}/documents/embed/link/app/${link.id}/${view}/${item.id}`,
      refreshToken: link.refreshToken,
      role,
      id: item.id,
      type: 'applink',
      errorCode: '0',
    };
  });
}

/** Everything stands in headers; the access token may have ended, the refresh token stays the same. */
function addRefreshingAppLinks(app: FastifyInstance, { gate }: Parts): void {
  addRoute(app, 'PUT', '/applinks/token', async (request) => {
    gate.userOf(request);
    const [id, accessToken, refreshToken] = ['applinkid', 'accesstoken', 'refreshtoken'].map((name) => header(request, name));
    if (!id || !accessToken || !refreshToken)
      throw malformed('appLinkID, accessToken and refreshToken must be given as headers.');
    const link = gate.account.appLinks.get(id);
    const isRight = link?.accessToken === accessToken && link.refreshToken === refreshToken;
    if (!link || !isRight || link.refreshEndsAt <= Date.now()) throw linkEnded();
    Object.assign(link, { accessToken: newToken(), accessEndsAt: Date.now() + accessLifeMs });
    return { accessToken: link.accessToken, type: 'applink', errorCode: '0' };
  });
}

const linkFields = {
  assignedUsers: z.string().min(1),
  role: z.enum(['viewer', 'downloader', 'contributor']).default('viewer'),
  password: z.string().min(8).max(50).optional(),
  expirationTime: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?$/)
    .transform((time) => new Date(time.endsWith('Z') ? time : `${time}Z`))
    .optional(),
};
const newPublicLink = z.object({ ...linkFields, linkName: z.string().min(1).optional() });
const changedPublicLink = z.object({ ...linkFields, role: linkFields.role.unwrap() }).partial();

function addPublicLinksOf(app: FastifyInstance, type: 'file' | 'folder', { gate }: Parts): void {
  addRoute(app, 'POST', `/publiclinks/${type}/:id`, async (request) => {
    const { item, user } = openToLink(request, type, gate);
    const { linkName, password, expirationTime, ...rest } = parseBody(newPublicLink, request);
    const at = now();
    const link: PublicLink = {
      id: newPublicLinkId(type),
      item,
      name: linkName ?? null,
      owner: user,
      createdAt: at,
      modifiedAt: at,
      ...rest,
      password: password ?? null,
      expiresAt: expirationTime ?? null,
    };
    gate.account.publicLinks.set(link.id, link);
    return { ...toLinkJson(link), id: item.id, errorCode: '0' };
  });

  addRoute(app, 'GET', `/publiclinks/${type}/:id`, async (request) => {
    const { item } = openToLink(request, type, gate);
    const links = [...gate.account.publicLinks.values()].filter((link) => link.item === item);
    return { count: `${links.length}`, id: item.id, type, errorCode: '0', ...withItems(links.map(toLinkJson)) };
  });
}

function addPublicLinks(app: FastifyInstance, { gate }: Parts): void {
  addRoute(app, 'GET', '/publiclinks/:linkId', async (request) => {
    const link = ownLink(request, gate);
    return { ...toLinkJson(link), id: link.item.id, errorCode: '0' };
  });

  addRoute(app, 'PUT', '/publiclinks/:linkId', async (request) => {
    const link = ownLink(request, gate);
    const { expirationTime, ...rest } = parseBody(changedPublicLink, request);
    Object.assign(link, rest, expirationTime ? { expiresAt: expirationTime } : {}, { modifiedAt: now() });
    return { ...toLinkJson(link), id: link.item.id, errorCode: '0' };
  });

  addRoute(app, 'DELETE', '/publiclinks/:linkId', async (request) => {
    const { id } = ownLink(request, gate);
    gate.account.publicLinks.delete(id);
    return { errorCode: '0', linkID: id, type: 'publiclink' };
  });
}

/** Links are for owners and managers to give. */
function openToLink(request: FastifyRequest, type: 'file' | 'folder', gate: Gate): Opened<Item> {
  const demand = { action: actions.link, least: 'manager' } as const;
  return type === 'file' ? gate.openFile(request, demand) : gate.openFolder(request, demand);
}

function ownLink(request: FastifyRequest, gate: Gate): PublicLink {
  const user = gate.userOf(request);
  const { linkId } = request.params as { readonly linkId: string };
  const link = gate.account.publicLinks.get(linkId);
  if (!link) throw noSuchLink(linkId);
  const { type, id } = link.item;
  if (roleOf(user, link.item) === null) throw insufficientPrivilege(actions.link, { type, id }, user);
  return link;
}
