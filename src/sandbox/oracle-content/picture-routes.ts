import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { targetOf } from '../simulator.js';
import { type Demand, type Echo, versionOf } from './access.js';
import { sendBytes } from './bytes.js';
import type { File, Version } from './model.js';
import {
  canHavePages,
  frontPage,
  hasImages,
  type ImageKind,
  imageKinds,
  responsiveImage,
  standInPages,
  toThumbnail,
} from './pictures.js';
import { actions, doesNotExist, malformed, notAnImage, type Subject } from './refusals.js';
import { readyPages, systemList, uploadedList } from './rendition-list.js';
import { addRoute, flag, type Parts, parse, versionQuery } from './route.js';
import { withItems } from './wire.js';

/** Responsive images, front pages, page renditions, and reading the renditions that somebody uploaded. */
export function addPictureRoutes(app: FastifyInstance, parts: Parts): void {
  for (const kind of Object.keys(imageKinds) as ImageKind[]) addImageRoute(app, kind, parts);
  addThumbnailRoute(app, parts);
  addRenditionRoutes(app, parts);
  addPagesRoutes(app, parts);
}

const imageQuery = versionQuery.extend({ format: z.enum(['jpeg', 'jpg', 'webp']).optional() });

/** These four know no ranges. */
function addImageRoute(app: FastifyInstance, kind: ImageKind, { gate }: Parts): void {
  addRoute(app, 'GET', `/files/:id/data/${kind}`, async (request, reply) => {
    const { format, version } = parse(imageQuery, request.query);
    const demand: Demand = {
      action: actions.image,
      least: 'viewer',
      echo: { rendition: imageKinds[kind].word, format, version },
    };
    const { item } = gate.openFile(request, demand);
    const described = versionOf(item, version, demand);
    if (!hasImages(described.name, kind)) throw notAnImage();
    const made = format === 'webp' ? 'webp' : 'jpeg';
    const picture = await responsiveImage(described, kind, made).catch(() => null);
    if (!picture) throw doesNotExist(demand.action, subjectOf(item, demand.echo));
    return reply.type(`image/${made}`).send(picture);
  });
}

function addThumbnailRoute(app: FastifyInstance, { gate }: Parts): void {
  addRoute(app, 'GET', '/files/:id/data/thumbnail', async (request, reply) => {
    const { version } = parse(versionQuery, request.query);
    const demand: Demand = { action: actions.thumbnail, least: 'viewer', echo: { version } };
    const { item } = gate.openFile(request, demand);
    const described = versionOf(item, version, demand);
    const picture = canHavePages(described.name) ? await frontPage(described).catch(() => null) : null;
    if (!picture) throw doesNotExist(demand.action, subjectOf(item, demand.echo));
    return sendBytes(request, reply, { bytes: picture, contentType: 'image/jpeg' }, subjectOf(item, demand.echo));
  });
}

const renditionType = z.enum(['system', 'uploaded']).default('system');
const renditionQuery = versionQuery.extend({ rendition: z.string().min(1), renditionType });
const previewQuery = versionQuery.extend({ waitForCompletePreview: flag(false) });
const renditionsQuery = versionQuery.extend({ renditionType });

interface Asked {
  readonly item: File;
  readonly version: Version;
  readonly rendition: string;
}

function addRenditionRoutes(app: FastifyInstance, parts: Parts): void {
  const { gate } = parts;
  addRoute(app, 'GET', '/files/:id/data/rendition', async (request, reply) => {
    const { rendition, renditionType: type, version } = parse(renditionQuery, request.query);
    const demand: Demand = { action: actions.rendition, least: 'viewer', echo: { rendition, version } };
    const { item } = gate.openFile(request, demand);
    const asked = { item, version: versionOf(item, version, demand), rendition };
    const sent = type === 'uploaded' ? uploadedRendition(asked) : await systemRendition(request, asked, parts);
    const subject = subjectOf(item, demand.echo);
    if (!sent) throw doesNotExist(demand.action, subject);
    return sendBytes(request, reply, sent, subject);
  });

  addRoute(app, 'GET', '/files/:id/data/renditions', async (request) => {
    const { renditionType: type, version } = parse(renditionsQuery, request.query);
    const demand: Demand = { action: actions.rendition, least: 'viewer', echo: { version } };
    const { item } = gate.openFile(request, demand);
    const described = versionOf(item, version, demand);
    const items = type === 'uploaded' ? uploadedList(described) : systemList(described);
    return { errorCode: '0', id: item.id, type: 'file', ...withItems(items) };
  });

  addRoute(app, 'DELETE', '/files/:id/data/rendition', async (request) => {
    const { rendition, version } = parse(versionQuery.extend({ rendition: z.string().min(1) }), request.query);
    const demand: Demand = { action: actions.rendition, least: 'contributor', echo: { rendition, version } };
    const { item } = gate.openFile(request, demand);
    const removed = versionOf(item, version, demand).renditions.delete(rendition.toLowerCase());
    if (!removed) throw doesNotExist(demand.action, subjectOf(item, demand.echo));
    return { errorCode: '0', id: item.id, type: 'file' };
  });
}

function addPagesRoutes(app: FastifyInstance, { gate, sandbox, pagesDelayMs }: Parts): void {
  const open = (request: FastifyRequest): { readonly item: File; readonly version: Version } => {
    const { version: asked } = parse(versionQuery, request.query);
    const demand: Demand = { action: actions.rendition, least: request.method === 'POST' ? 'contributor' : 'viewer' };
    const { item } = gate.openFile(request, { ...demand, echo: { version: asked } });
    return { item, version: versionOf(item, asked, demand) };
  };

  addRoute(app, 'GET', '/files/:id/pages', async (request) => {
    const { item, version } = open(request);
    const pages = sandbox.faults.take('pending', targetOf(request)) ? null : readyPages(version);
    return { id: item.id, pages: `${pages?.count ?? 0}`, type: 'file', errorCode: '0' };
  });

  /** Where there are pages, or soon will be, nothing more happens. */
  addRoute(app, 'POST', '/files/:id/pages', async (request) => {
    const { item, version } = open(request);
    if (!canHavePages(version.name)) throw malformed('Renditions cannot be generated for this type of file.');
    version.pages ??= standInPages(version, Date.now() + pagesDelayMs);
    return { id: item.id, type: 'file', errorCode: '0' };
  });

  /** The preview itself is not drawn here. */
  addRoute(app, 'GET', '/files/:id/previewPath', async (request) => {
    parse(previewQuery, request.query);
    const { item, version } = open(request);
    if (!canHavePages(version.name)) throw malformed('Previews cannot be generated for this type of file.');
    const previewUrl = `${sandbox.url}/documents/fileview/${item.id}/${version.number}/preview/html5/pvw.html`;
    return { errorCode: '0', id: item.id, previewUrl, version: `${version.number}`, type: 'file' };
  });
}

/** Nothing is made by asking: the pages must have been asked for before. */
async function systemRendition(request: FastifyRequest, asked: Asked, { sandbox }: Parts) {
  const [, kind, number] = /^(page|thumbnail)([1-9]\d{0,6})$/.exec(asked.rendition) ?? [];
  const pages = sandbox.faults.take('pending', targetOf(request)) ? null : readyPages(asked.version);
  if (!pages || Number(number) > pages.count || kind === undefined) return null;
  const picture = await pages.picture(Number(number)).catch(() => null);
  if (!picture) return null;
  return kind === 'page'
    ? { bytes: picture, contentType: 'image/png' }
    : { bytes: await toThumbnail(picture), contentType: 'image/jpeg' };
}

function uploadedRendition({ version, rendition }: Asked) {
  const found = version.renditions.get(rendition.toLowerCase());
  return found ? { bytes: found.bytes, contentType: found.mimeType } : null;
}

function subjectOf({ id }: File, echo: Echo = {}): Subject {
  return { type: 'file', id, echo };
}
