import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Demand, versionOf } from './access.js';
import { withMark } from './account.js';
import { sendBytes } from './bytes.js';
import { currentVersion, type Item, roleOf, type User } from './model.js';
import { actions, doesNotExist, insufficientPrivilege, malformed, nameTaken } from './refusals.js';
import { addRoute, type Parts, parse, parseBody, versionQuery } from './route.js';
import { toFileJson, toItemJson, withItems } from './wire.js';

const maxListed = 100;

/** Metadata of files, their bytes, and what changes them but uploads. */
export function addFileRoutes(app: FastifyInstance, parts: Parts): void {
  addReading(app, parts);
  addChanging(app, parts);
}

function addReading(app: FastifyInstance, { gate, lists }: Parts): void {
  addRoute(app, 'GET', '/files/lists', async (request) => {
    const { idList } = parse(z.object({ idList: z.string().min(1) }), request.query);
    const ids = idList.split(',').map((id) => id.trim());
    if (ids.length > maxListed) throw malformed(`At most ${maxListed} files can be listed at once.`);
    const user = gate.userOf(request);
    const files = ids.map((id) => ({ id, item: gate.account.find(id) }));
    if (lists === 'refuse') for (const { id, item } of files) assertListed(id, item, user);
    const seen = files.flatMap(({ item }) => (item?.type === 'file' && roleOf(user, item) !== null ? [item] : []));
    return { errorCode: '0', ...withItems([...new Set(seen)].map((file) => toItemJson(file, user))) };
  });

  addRoute(app, 'GET', '/files/:id', async (request) => {
    const demand: Demand = { action: actions.info, least: 'viewer' };
    const { item, user } = gate.openFile(request, demand);
    const { version } = parse(versionQuery, request.query);
    return { errorCode: '0', ...toFileJson(item, versionOf(item, version, demand), user) };
  });

  addRoute(app, 'GET', '/files/:id/data', async (request, reply) => {
    const { version: asked } = parse(versionQuery, request.query);
    const demand: Demand = { action: actions.content, least: 'downloader', echo: { version: asked } };
    const { item } = gate.openFile(request, demand);
    const version = versionOf(item, asked, demand);
    const sent = { bytes: version.bytes, contentType: version.mimeType, filename: version.name };
    return sendBytes(request, reply, sent, { type: 'file', id: item.id, echo: { version: asked } });
  });

  addRoute(app, 'GET', '/files/:id/versions', async (request) => {
    const { item, user } = gate.openFile(request, { action: actions.versions, least: 'viewer' });
    const { id, parentID, name, type } = toItemJson(item, user);
    const versions = [...item.versions.values()].map((version) => toFileJson(item, version, user));
    return { id, parentID, name, type, errorCode: '0', ...withItems(versions) };
  });
}

function addChanging(app: FastifyInstance, { gate }: Parts): void {
  addRoute(app, 'PUT', '/files/:id', async (request) => {
    const { name } = parseBody(z.object({ name: z.string().min(1) }), request);
    const { item, user } = gate.openFile(request, { action: actions.edit, least: 'contributor', echo: { name } });
    gate.account.rename(item, name, user);
    return { errorCode: '0', ...toItemJson(item, user) };
  });

  addRoute(app, 'DELETE', '/files/:id', async (request) => {
    const demand: Demand = { action: actions.remove, least: 'contributor' };
    const { item } = gate.openFile(request, demand);
    const { version } = parse(versionQuery, request.query);
    if (version === undefined) gate.account.trash(item);
    else gate.account.trashVersion(item, versionOf(item, version, demand));
    return { errorCode: '0', idList: item.id, type: 'file' };
  });

  addRoute(app, 'POST', '/files/:id/move', async (request) => {
    const { destinationID, duplicateResolution } = parseBody(moveBody, request);
    const demand: Demand = { action: actions.move, least: 'contributor' };
    const { item, user } = gate.openFile(request, demand);
    const destination = gate.folderOf(destinationID, user, demand);
    const taken = gate.account.childNamed(destination, item.name);
    const name = taken && taken !== item && duplicateResolution ? withTimeStamp(item.name) : item.name;
    gate.account.move(item, destination, name);
    return { destinationID, idList: item.id, type: 'file', errorCode: '0' };
  });

  /** The current version alone. */
  addRoute(app, 'POST', '/files/:id/copy', async (request) => {
    const { destinationID } = parseBody(moveBody, request);
    const { item, user } = gate.openFile(request, { action: actions.copy, least: 'downloader' });
    const destination = gate.folderOf(destinationID, user, { action: actions.copy, least: 'contributor' });
    if (gate.account.childNamed(destination, item.name)) throw nameTaken(item.name);
    const { bytes, mimeType } = currentVersion(item);
    const copy = gate.account.upload(destination, { name: item.name, bytes, mimeType }, user);
    return { destinationID, idList: item.id, id: copy.id, type: 'file', errorCode: '0' };
  });
}

export const duplicateResolution = z.literal('TimeStampSuffix').optional();
const moveBody = z.object({ destinationID: z.string().min(1), duplicateResolution });

/** Six digits of the system's time. */
export function withTimeStamp(name: string): string {
  return withMark(name, `${Date.now() % 1_000_000}`.padStart(6, '0'));
}

function assertListed(id: string, item: Item | null, user: User): void {
  const subject = { type: 'file', id } as const;
  if (item?.type !== 'file') throw doesNotExist(actions.info, subject);
  if (roleOf(user, item) === null) throw insufficientPrivilege(actions.info, subject, user);
}
