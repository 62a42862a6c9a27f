import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Demand, versionOf } from './access.js';
import { withMark } from './account.js';
import { sendBytes } from './bytes.js';
import { currentVersion } from './model.js';
import { actions, malformed, nameTaken, Refusal } from './refusals.js';
import { allRenditions } from './rendition-list.js';
import { addRoute, flag, type Parts, parse, parseBody, versionQuery } from './route.js';
import { toFileJson, toItemJson, withItems } from './wire.js';

const maxListed = 100;
const infoQuery = versionQuery.extend({ includeRenditions: flag(false), includeOnlyExistingRenditions: flag(true) });

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
    const open = (id: string) => gate.openFile(request, { action: actions.info, least: 'viewer' }, id);
    const opened = ids.flatMap(lists === 'refuse' ? open : (id) => unlessRefused(() => open(id)) ?? []);
    const files = new Map(opened.map(({ item, user }) => [item.id, toItemJson(item, user)]));
    return { errorCode: '0', ...withItems([...files.values()]) };
  });

  addRoute(app, 'GET', '/files/:id', async (request) => {
    const demand: Demand = { action: actions.info, least: 'viewer' };
    const { item, user } = gate.openFile(request, demand);
    const { version: asked, includeRenditions, includeOnlyExistingRenditions } = parse(infoQuery, request.query);
    const version = versionOf(item, asked, demand);
    const renditions = includeRenditions ? withItems(allRenditions(version, includeOnlyExistingRenditions)) : {};
    return { errorCode: '0', ...toFileJson(item, version, user), ...renditions };
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

/** null for what is not there, or not for whoever asks. */
function unlessRefused<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof Refusal && ['-16', '-20'].includes(error.body.errorCode ?? '')) return null;
    throw error;
  }
}
