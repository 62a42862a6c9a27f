import multipart from '@fastify/multipart';
import contentDisposition from 'content-disposition';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { targetOf } from '../simulator.js';
import { ready } from './model.js';
import { isRefusal, refusals } from './refusals.js';
import { idOf, type Parts } from './route.js';
import type { NewFile } from './state.js';
import { toWireAttachment } from './wire.js';

const maxFileBytes = 100 * 1024 * 1024;
const maxFiles = 50;

/** https://virola.io/web-api/docs/attachments */
export async function registerAttachments(app: FastifyInstance, { state, sessions, sandbox, uploadState }: Parts): Promise<void> {
  await app.register(multipart, { limits: { fileSize: maxFileBytes, files: maxFiles } });
  const attachmentOf = (request: FastifyRequest) => state.attachment(idOf(request, 'Attachment'), sessions.user(request));
  const isPending = (request: FastifyRequest) => sandbox.faults.take('pending', targetOf(request)) !== null;

  app.get('/attachments/:id', async (request) => toWireAttachment(attachmentOf(request), isPending(request)));
  app.get('/attachments/:id/:fileName', async (request, reply) => {
    const attachment = attachmentOf(request);
    const { fileName } = request.params as { readonly fileName: string };
    const isThere = attachment.state === ready && attachment.fileName === fileName && !isPending(request);
    if (!isThere) throw refusals.notFound('Attachment');
    return reply
      .header('content-type', attachment.contentType)
      .header('content-disposition', contentDisposition(attachment.fileName))
      .send(attachment.bytes);
  });
  app.post('/messages/:id/attachments', async (request) => {
    const user = sessions.user(request);
    const message = state.message(idOf(request, 'Message'), user);
    state.assertPermitted(user, message, ['canSendFilesIntoRoom', 'canAttachOrDeleteFilesInOwnMessages'], message.userId);
    const files = await readFiles(request);
    // It may be gone by now.
    state.attach(state.message(message.messageId, user), files, uploadState);
    return { httpStatusCode: 200 };
  });
  app.delete('/attachments/:id', async (request) => {
    const user = sessions.user(request);
    const attachment = attachmentOf(request);
    const message = state.message(attachment.messageId, user);
    state.assertPermitted(user, message, ['canAttachOrDeleteFilesInOwnMessages'], message.userId);
    state.removeAttachment(attachment);
    return { httpStatusCode: 200 };
  });
}

/** Whole, before anything is kept. Other fields than "files" are not for this server. */
async function readFiles(request: FastifyRequest): Promise<readonly NewFile[]> {
  if (!request.isMultipart()) throw refusals.badRequest();
  const files = await readParts(request).catch((error: unknown) => {
    throw isRefusal(error) ? error : refusals.badRequest();
  });
  if (files.length === 0) throw refusals.badRequest();
  return files;
}

async function readParts(request: FastifyRequest): Promise<readonly NewFile[]> {
  const files: NewFile[] = [];
  for await (const part of request.files()) {
    // A part may come without a name, whatever the parser's types say.
    const filename: string | undefined = part.filename;
    if (part.fieldname !== 'files' || filename === undefined) throw refusals.badRequest();
    files.push({ fileName: unescaped(filename), contentType: part.mimetype, bytes: await part.toBuffer() });
  }
  return files;
}

/** What browsers write in the place of characters that would end the name. */
function unescaped(fileName: string): string {
  return fileName.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}
