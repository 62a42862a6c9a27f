import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Call, Viewer } from '../../call.js';
import { ContentError } from '../../errors.js';
import { checkContent } from '../checked-content.js';
import type { Upload } from '../provider.js';
import { isRefused } from '../refusal.js';
import { Turns } from '../turns.js';
import type { XelionApi } from './api.js';
import { oidPattern } from './settings.js';
import type { WireAttachment, WireCommunication } from './wire.js';

/** The server takes no larger attachment: https://portal.xelion.com/nl/apidocs/user-guide/overview.html */
export const maxAttachmentBytes = 10 * 1024 * 1024;

/** Taking back what a failure left behind goes on after the call's end, for so long. */
const clearTimeoutMs = 5_000;

/** A message that was sent lately is among so many of the account's newest. */
const newestLimit = 20;

export interface SentFile {
  readonly message: WireCommunication;
  readonly attachment: WireAttachment;
}

interface WholeFile extends Pick<Upload, 'filename' | 'contentType'> {
  readonly bytes: Buffer;
}

/**
 * Sends files into chat sessions: a file is uploaded to the concept, the one message that an account is writing in a session, and
 * then that is sent. Uploads of an account to one session wait for each other, and only the one whose turn it is stands in memory.
 */
export class Sending {
  readonly #turns = new Turns();

  constructor(
    private readonly api: XelionApi,
    private readonly scopeOf: (viewer: Viewer) => string,
  ) {}

  async send(upload: Upload, call: Call): Promise<SentFile> {
    const { content } = checkContent(upload.content, { digest: upload.digest, maxBytes: maxAttachmentBytes });
    try {
      const chat = await this.#openChat(upload, call);
      return await this.#turns.take(`${this.scopeOf(call.viewer)} ${chat}`, call.signal, async () => {
        const bytes = await readWhole(content, call.signal);
        return this.#sendInto(chat, { ...upload, bytes }, call);
      });
    } finally {
      content.destroy();
      upload.content.destroy();
    }
  }

  /** Known before a byte is sent, so that a refusal costs no upload. */
  async #openChat({ container: { type, id } }: Upload, call: Call): Promise<string> {
    const chat = type === 'Room' && oidPattern.test(id) ? await this.api.chat(id, call) : null;
    if (!chat) throw new ContentError('NOT_FOUND', 'There is no such room: uploads go to a chat session');
    if (chat.disabled) throw new ContentError('CONFLICT', 'The chat session is disabled: nothing can be sent to it');
    if (chat.sessionType !== 'external') return chat.oid;
    throw new ContentError('NOT_SUPPORTED_BY_PROVIDER', 'Chats with people outside take no attachments');
  }

  async #sendInto(chat: string, { filename, contentType, bytes }: WholeFile, call: Call): Promise<SentFile> {
    let attachment: WireAttachment | null = null;
    try {
      attachment = await this.api.writeConceptAttachment(chat, { filename, contentType, bytes }, call);
      return { attachment, message: await this.#sendConcept(chat, attachment.oid, call) };
    } catch (error) {
      await this.#clear(chat, attachment?.oid ?? null, filename, call).catch((err: unknown) => {
        call.log.warn({ err, chat }, 'could not take an attachment back that was not sent');
      });
      throw error;
    }
  }

  /** It may have been sent though the answer says otherwise, or is lost: the message is then found by its attachment. */
  async #sendConcept(chat: string, attachment: string, call: Call): Promise<WireCommunication> {
    return this.api.sendAttachment(chat, attachment, call).catch(async (error: unknown) => {
      if (call.signal.aborted || isRefused(error)) throw error;
      const newest = { limit: newestLimit, before: null, thumbnails: false, chats: true };
      const { communications } = await this.api.communications(newest, call).catch(() => ({ communications: [] }));
      const sent = communications.find(({ attachments }) => attachments?.some(({ oid }) => oid === attachment));
      if (sent) return sent;
      throw error;
    });
  }

  /** Takes our attachment out of the concept and leaves its text. Where the upload was not answered it is known by its name. */
  async #clear(chat: string, oid: string | null, filename: string, { viewer, log }: Call): Promise<void> {
    const call: Call = { viewer, log, signal: AbortSignal.timeout(clearTimeoutMs) };
    const { text, attachment } = await this.api.concept(chat, call);
    if (!attachment) return;
    const isOurs = oid === null ? isKeptName(attachment.originalLocation ?? '', filename) : attachment.oid === oid;
    if (isOurs) await this.api.writeConcept(chat, text ?? '', call);
  }
}

async function readWhole(content: Readable, signal: AbortSignal): Promise<Buffer> {
  return buffer(addAbortSignal(signal, content)).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}

/** The server replaces characters that its code page does not have. */
function isKeptName(kept: string, filename: string): boolean {
  return withoutReplaced(kept) === withoutReplaced(filename);
}

function withoutReplaced(name: string): string {
  return name.replace(/[^\x20-\x7e]|\?/g, '');
}
