import { setTimeout as wait } from 'node:timers/promises';
import type { AttachmentState, ProviderName } from '../../attachment.js';
import type { Call } from '../../call.js';
import { ContentError } from '../../errors.js';
import type { CheckedContent } from '../checked-content.js';
import { isRefused } from '../refusal.js';
import { Turns } from '../turns.js';
import type { MessageRef, VirolaApi } from './api.js';
import { toState } from './map.js';
import type { WireAttachment, WireMessage } from './wire.js';

/** What is begun and must not stay half-done goes on without the client, this long. */
const lastingMs = 20_000;
/** Waits between two looks at what the server has not shown yet: doubling, up to two seconds, a minute in all. */
const firstWaitMs = 50;
const longestWaitMs = 2_000;
const patienceMs = 60_000;

/** A file on its way out. */
export interface OutgoingFile extends CheckedContent {
  readonly filename: string;
  readonly contentType: string;
}

/**
 * Files on their way into messages. The server tells neither the id of a new message nor that of a new attachment, so both are found by
 * looking before and after; nothing else of ours may happen in between.
 */
export class Sending {
  readonly #turns = new Turns();

  constructor(
    private readonly api: VirolaApi,
    private readonly provider: ProviderName,
  ) {}

  /** In a new message whose text is the filename, which goes again when the file does not arrive. */
  async toRoom(roomId: number, file: OutgoingFile, call: Call): Promise<WireAttachment> {
    const messageId = await this.#turns.take(`room ${roomId}`, call.signal, () =>
      this.#lasting(call, (own) => this.#post(roomId, file.filename, own)),
    );
    try {
      return await this.#attach({ roomId, parentMessageId: null, messageId }, new Set(), file, call);
    } catch (error) {
      await this.#takeBack(call, (own) => this.api.deleteMessage(messageId, own));
      throw error;
    }
  }

  /** NOT_FOUND where there is no such message. */
  async toMessage(ref: MessageRef, file: OutgoingFile, call: Call): Promise<WireAttachment> {
    return this.#turns.take(`message ${ref.messageId}`, call.signal, async () => {
      const before = idsOf(await this.#message(ref, call));
      try {
        return await this.#attach(ref, before, file, call);
      } catch (error) {
        await this.#takeBack(call, (own) => this.#detach(ref, before, file.filename, own));
        throw error;
      }
    });
  }

  async #attach(ref: MessageRef, before: ReadonlySet<number>, file: OutgoingFile, call: Call): Promise<WireAttachment> {
    const { filename, contentType, content, sizeBytes } = file;
    await this.api.upload(ref.messageId, { filename, contentType, content }, call);
    const attachment = await this.#eventually(call, async () => {
      const added = addedTo(await this.#message(ref, call), before);
      const own =
        added.find((one) => one.fileName === filename && one.fileSize === sizeBytes()) ?? (added.length === 1 ? added[0] : null);
      return own && isSettled(toState(own.attachmentState)) ? own : null;
    });
    if (toState(attachment.attachmentState) === 'READY') return attachment;
    throw this.#failure('PROVIDER_ERROR', 'received the file, but its checksum did not hold');
  }

  /** The id of a new message. It is not left to chance whether one stays when this fails. */
  async #post(roomId: number, text: string, call: Call): Promise<number> {
    const room = { roomId, parentMessageId: null };
    const newest = (await this.api.messagesUntil(room, Number.POSITIVE_INFINITY, 2, call)).messages.at(-1)?.messageId ?? 0;
    const find = async (own: Call) => {
      const since = await this.api.messagesAfter(room, newest, own);
      return since.find((message) => message.text === text && (message.attachments ?? []).length === 0) ?? null;
    };
    try {
      await this.api.postMessage(roomId, text, call);
      return (await this.#eventually(call, () => find(call))).messageId;
    } catch (error) {
      if (!isRefused(error)) await this.#takeBack(call, (own) => this.#deleteIfThere(find, own));
      throw error;
    }
  }

  async #deleteIfThere(find: (call: Call) => Promise<WireMessage | null>, call: Call): Promise<void> {
    const stray = await find(call);
    if (stray) await this.api.deleteMessage(stray.messageId, call);
  }

  /** What of it has arrived after all. */
  async #detach(ref: MessageRef, before: ReadonlySet<number>, filename: string, call: Call): Promise<void> {
    const message = await this.api.message(ref, call);
    const strays = message ? addedTo(message, before).filter(({ fileName }) => fileName === filename) : [];
    for (const { attachmentId } of strays) await this.api.deleteAttachment(attachmentId, call);
  }

  async #message(ref: MessageRef, call: Call): Promise<WireMessage> {
    const message = await this.api.message(ref, call);
    if (message) return message;
    throw this.#failure('NOT_FOUND', 'has no such message');
  }

  /** Waits until `look` finds something. */
  async #eventually<T>(call: Call, look: () => Promise<T | null>): Promise<T> {
    const giveUpAt = Date.now() + patienceMs;
    for (let waitMs = firstWaitMs; Date.now() < giveUpAt; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
      const found = await look();
      if (found !== null) return found;
      await wait(waitMs, null, { signal: call.signal }).catch(() => call.signal.throwIfAborted());
    }
    throw this.#failure('PROVIDER_TIMEOUT', 'did not finish the upload in time');
  }

  /** Nothing that goes wrong here is worth more than the failure it follows. */
  async #takeBack(call: Call, work: (own: Call) => Promise<unknown>): Promise<void> {
    await this.#lasting(call, work).catch((err: unknown) => {
      call.log.warn({ err, provider: this.provider }, 'what a failed upload left behind could not be taken back');
    });
  }

  /** Done to its end, in its own time, though the client may leave. */
  async #lasting<T>({ deadlineAt: _, signal: __, ...call }: Call, work: (own: Call) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(this.#failure('PROVIDER_TIMEOUT', 'did not answer in time')), lastingMs);
    try {
      return await work({ ...call, signal: controller.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(code: 'NOT_FOUND' | 'PROVIDER_ERROR' | 'PROVIDER_TIMEOUT', what: string): ContentError {
    return new ContentError(code, `${this.provider} ${what}`, { provider: this.provider });
  }
}

function idsOf({ attachments }: WireMessage): ReadonlySet<number> {
  return new Set((attachments ?? []).map(({ attachmentId }) => attachmentId));
}

function addedTo({ attachments }: WireMessage, before: ReadonlySet<number>): readonly WireAttachment[] {
  return (attachments ?? []).filter(({ attachmentId }) => !before.has(attachmentId));
}

/** Any other state is on the way to one of these. */
function isSettled(state: AttachmentState): boolean {
  return state === 'READY' || /_(?:FAILED|MISMATCH)$/.test(state);
}
