import contentDisposition from 'content-disposition';
import type { FastifyInstance } from 'fastify';
import { attachmentOf, storeAttachment } from './contents.js';
import { attachmentObject } from './objects.js';
import { bytesOf, isObject, parseJson } from './payload.js';
import { refusals } from './refusal.js';
import { chatOf, type XelionServer } from './server.js';

type ById = { Params: { oid: string } };

/** The message that is being written: https://portal.xelion.com/nl/apidocs/user-guide/resources/chats_concept_upload_attachment.html */
export function registerConcept(app: FastifyInstance, server: XelionServer): void {
  const { state, sessions } = server;
  app.get<ById>('/chats/:oid/concept', async (request) => {
    const { text, attachment } = state.concept(sessions.account(request), chatOf(server, request));
    const stored = state.attachments.get(attachment ?? '');
    return { object: { text, attachment: stored ? attachmentObject(stored, 'thumbnail') : null }, links: [] };
  });
  app.put<ById>('/chats/:oid/concept', async (request, reply) => {
    const { text, attachment } = parseJson(request);
    const [account, chat] = [sessions.account(request), chatOf(server, request)];
    const kept = isObject(attachment) ? await attachmentOf(state, account, chat, attachment) : null;
    state.writeConcept(account, chat, { text: typeof text === 'string' && text !== '' ? text : null, attachment: kept });
    return reply.send();
  });
  app.post<ById>('/chats/:oid/concept/attachment', async (request) => {
    const [account, chat] = [sessions.account(request), chatOf(server, request)];
    const { 'content-type': mimeType, 'content-disposition': disposition, 'content-length': length } = request.headers;
    if (mimeType === undefined || disposition === undefined || length === undefined) throw refusals.invalidPayload();
    const stored = await storeAttachment(state, { name: filenameOf(disposition), mimeType, content: bytesOf(request) });
    state.writeConcept(account, chat, { text: state.concept(account, chat).text, attachment: stored.oid });
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
