import { once } from 'node:events';
import type { Call, Viewer } from '../../call.js';
import { ContentError } from '../../errors.js';
import { KeyedQueue } from '../../lib/keyed-queue.js';
import { checkContent } from '../checked-content.js';
import type { Upload } from '../provider.js';
import type { AttachmentKey, XelionApi } from './api.js';
import { oidPattern } from './settings.js';
import type { WireAttachment } from './wire.js';

/** The server takes no larger attachment: https://portal.xelion.com/nl/apidocs/user-guide/overview.html */
export const maxAttachmentBytes = 10 * 1024 * 1024;

/** Taking back what a failure left behind goes on after the call's end, for so long. */
const clearTimeoutMs = 5_000;

/**
 * Sends files into chat sessions: a file is uploaded to the concept, the one message that an account is writing in a session, and
 * then that is sent. Uploads of an account to one session wait for each other.
 */
export class Sending {
  readonly #sessions = new KeyedQueue();

  constructor(
    private readonly api: XelionApi,
    private readonly scopeOf: (viewer: Viewer) => string,
  ) {}

  /** The message that was sent, and its attachment. */
  async send(upload: Upload, call: Call): Promise<AttachmentKey & { readonly communication: string }> {
    const { content } = checkContent(upload.content, { digest: upload.digest, maxBytes: maxAttachmentBytes });
    try {
      const chat = await this.#openChat(upload, call);
      const key = `${this.scopeOf(call.viewer)} ${chat}`;
      return await this.#inTurn(key, call.signal, () => this.#sendInto(chat, { ...upload, content }, call));
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

  async #sendInto(chat: string, upload: Upload, call: Call): Promise<AttachmentKey & { readonly communication: string }> {
    const { filename, contentType, content } = upload;
    let uploaded: WireAttachment | null = null;
    try {
      uploaded = await this.api.writeConceptAttachment(chat, { filename, contentType, content }, call);
      const sent = await this.api.sendAttachment(chat, uploaded.oid, call);
      return { communication: sent.oid, attachment: uploaded.oid };
    } catch (error) {
      await this.#clear(chat, uploaded?.oid ?? null, filename, call).catch((err: unknown) => {
        call.log.warn({ err, chat }, 'could not take an attachment back that was not sent');
      });
      throw error;
    }
  }

  /** Takes our attachment out of the concept and leaves its text. Where the upload was not answered it is known by its name. */
  async #clear(chat: string, oid: string | null, filename: string, { viewer, log }: Call): Promise<void> {
    const call: Call = { viewer, log, signal: AbortSignal.timeout(clearTimeoutMs) };
    const { text, attachment } = await this.api.concept(chat, call);
    const isOurs = attachment !== null && (oid === null ? attachment.originalLocation === filename : attachment.oid === oid);
    if (isOurs) await this.api.writeConcept(chat, text ?? '', call);
  }

  /** Work that waits is left at once when its call ends; work that began ends by itself, and cleans up. */
  async #inTurn<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    let begun = false;
    const queued = this.#sessions.run(key, () => {
      signal.throwIfAborted();
      begun = true;
      return work();
    });
    const settled = new AbortController();
    const left = once(signal, 'abort', { signal: settled.signal }).then(() => {
      if (!begun) throw signal.reason;
    });
    try {
      await Promise.race([queued, left]);
      return await queued;
    } finally {
      settled.abort();
    }
  }
}
