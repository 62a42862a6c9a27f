import contentDisposition from 'content-disposition';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { storeAttachment } from './contents.js';
import { attachmentObject } from './objects.js';
import { bytesOf, isObject, parseJson } from './payload.js';
import { refusals } from './refusal.js';
import { chatOf, type XelionServer } from './server.js';
import { conceptKey } from './state.js';

type ById = { Params: { oid: string } };

/** The message that is being written: https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_concept_upload_attachment.html */
export function registerConcept(app: FastifyInstance, server: XelionServer): void {
  const { state, sessions } = server;
  const keyOf = (request: FastifyRequest<ById>) => conceptKey(sessions.account(request), chatOf(server, request));
  app.get<ById>('/chats/:oid/concept', async (request) => {
    const { text = null, attachment } = state.concepts.get(keyOf(request)) ?? {};
    const stored = state.attachments.get(attachment ?? '');
    return { object: { text, attachment: stored ? attachmentObject(stored, 'thumbnail') : null }, links: [] };
  });
  app.put<ById>('/chats/:oid/concept', async (request, reply) => {
    const { text, attachment } = parseJson(request);
    const kept = isObject(attachment) && state.attachments.has(`${attachment.oid}`) ? `${attachment.oid}` : null;
    state.concepts.set(keyOf(request), { text: typeof text === 'string' && text !== '' ? text : null, attachment: kept });
    return reply.send();
  });
  app.post<ById>('/chats/:oid/concept/attachment', async (request) => {
    const key = keyOf(request);
    const { 'content-type': mimeType, 'content-disposition': disposition } = request.headers;
    if (mimeType === undefined || disposition === undefined) throw refusals.invalidPayload();
    const stored = await storeAttachment(state, { name: filenameOf(disposition), mimeType, content: bytesOf(request) });
    state.concepts.set(key, { text: state.concepts.get(key)?.text ?? null, attachment: stored.oid });
    const { hasThumbnail: _, ...told } = attachmentObject(stored);
    return { object: told, links: [] };
  });
}

function filenameOf(disposition: string): string {
  const filename = parseDisposition(disposition);
  if (filename === undefined || filename === '') throw refusals.invalidPayload();
  return filename;
}

function parseDisposition(disposition: string): string | undefined {
  try {
    return contentDisposition.parse(disposition).parameters.filename;
  } catch {
    throw refusals.invalidPayload();
  }
}
