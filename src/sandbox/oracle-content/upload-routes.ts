import type { Multipart } from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Demand } from './access.js';
import type { NewContent } from './account.js';
import { duplicateResolution, withTimeStamp } from './file-routes.js';
import type { File } from './model.js';
import { actions, malformed, nameTaken } from './refusals.js';
import { addRoute, basePath, type Parts, parse, parseJson } from './route.js';
import { toItemJson } from './wire.js';

/** New files, new versions, and renditions that somebody brings. */
export function addUploadRoutes(app: FastifyInstance, parts: Parts): void {
  const { gate } = parts;
  addRoute(app, 'POST', '/files/data', async (request, reply) => {
    const user = gate.userOf(request);
    const { parameters, content } = await readForm(request, 'primaryFile', true);
    const { parentID, duplicateResolution: resolution } = parse(newFile, parameters);
    const demand: Demand = { action: actions.upload, least: 'contributor' };
    const { item: parent } = gate.openFolder(request, demand, parentID);
    const isTaken = resolution !== undefined && gate.account.childNamed(parent, content.name) !== null;
    const name = isTaken ? withTimeStamp(content.name) : content.name;
    const file = gate.account.upload(parent, { ...content, name }, user);
    return withLocation(file, reply.code(201), parts).send({ errorCode: '0', ...toItemJson(file, user) });
  });

  addRoute(app, 'POST', '/files/:id/data', async (request, reply) => {
    const { item, user } = gate.openFile(request, { action: actions.upload, least: 'contributor' });
    const { content } = await readForm(request, 'primaryFile', false);
    gate.account.revise(item, content, user);
    return withLocation(item, reply, parts).send({ errorCode: '0', ...toItemJson(item, user) });
  });

  addRoute(app, 'POST', '/files/:id/data/rendition', async (request) => {
    const { item } = gate.openFile(request, { action: actions.rendition, least: 'contributor' });
    const { parameters, content } = await readForm(request, 'file', true);
    const described = parse(newRendition, parameters);
    const renditions = [...item.versions.values()].at(-1)?.renditions;
    const key = described.name.toLowerCase();
    if (!renditions || renditions.has(key)) throw nameTaken(described.name);
    const rendition = { ...described, path: content.name };
    renditions.set(key, { ...rendition, bytes: content.bytes, mimeType: content.mimeType });
    return { errorCode: '0', id: item.id, type: 'file', ...rendition };
  });
}

const newFile = z.object({ parentID: z.string().min(1), duplicateResolution });
const newRendition = z.object({ name: z.string().regex(/^[A-Za-z0-9_-]{1,28}$/), description: z.string().default('') });

interface Form {
  /** What jsonInputParameters holds; it must stand before the file that it is about. */
  readonly parameters: unknown;
  readonly content: NewContent;
}

async function readForm(request: FastifyRequest, fileField: 'primaryFile' | 'file', hasParameters: boolean): Promise<Form> {
  if (!request.isMultipart()) throw malformed('The request must be multipart/form-data.');
  let parameters: unknown;
  let content: NewContent | undefined;
  for await (const part of request.parts()) {
    if (part.type === 'field' && part.fieldname === 'jsonInputParameters') parameters = parametersIn(part);
    if (part.type !== 'file') continue;
    if (hasParameters && parameters === undefined) throw malformed(`jsonInputParameters must stand before ${fileField}.`);
    const bytes = await part.toBuffer();
    if (part.fieldname === fileField) content = { name: asWritten(part.filename), bytes, mimeType: part.mimetype };
  }
  if (!content) throw malformed(`${fileField} is missing.`);
  return { parameters, content };
}

/** A part that says it is JSON was parsed on the way. */
function parametersIn({ value }: Extract<Multipart, { type: 'field' }>): unknown {
  return typeof value === 'string' ? parseJson(value) : value;
}

/** Names come as browsers write them, with quotes and line breaks encoded (WHATWG HTML, multipart form data). */
function asWritten(filename: string): string {
  return filename.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

function withLocation(file: File, reply: FastifyReply, { sandbox }: Parts): FastifyReply {
  return reply.header('location', `${sandbox.url}${basePath}/files/${file.id}`);
}
