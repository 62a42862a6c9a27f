import { isObject, type JsonObject } from './payload.js';
import { refusals } from './refusal.js';
import type { ChatContents } from './send-message.js';
import type { Account, ChatSession, StoredAttachment, XelionState } from './state.js';
import { maxAttachmentBytes } from './values.js';

/** What a message is to hold, by https://portal.xelion.com/nl/apidocs/user-guide/model/ChatContents.html: a text or an attachment. */
export async function contentsOf(
  state: XelionState,
  account: Account,
  chat: ChatSession,
  { text, attachment, clientId }: JsonObject,
): Promise<ChatContents> {
  const more = typeof clientId === 'string' ? { clientId } : {};
  if (isObject(attachment)) return { text: null, attachment: await attachmentOf(state, account, chat, attachment), ...more };
  if (typeof text === 'string' && text !== '') return { text, attachment: null, ...more };
  throw refusals.emptyMessage();
}

export async function storeAttachment(
  state: XelionState,
  file: { readonly name: string; readonly mimeType: string; readonly content: Buffer },
): Promise<StoredAttachment> {
  if (file.content.length > maxAttachmentBytes) throw refusals.tooLarge();
  return state.addAttachment(file);
}

/** The one that was uploaded to the concept, or one that comes along in base64. */
export async function attachmentOf(state: XelionState, account: Account, chat: ChatSession, given: JsonObject): Promise<string> {
  const { contentsB64String, originalLocation, commonName: name = originalLocation, mimeType } = given;
  if (typeof contentsB64String !== 'string') {
    const { attachment } = state.concept(account, chat);
    if (attachment === null || attachment !== given.oid) throw refusals.emptyMessage();
    return attachment;
  }
  if (typeof name !== 'string' || typeof mimeType !== 'string') throw refusals.invalidPayload();
  const stored = await storeAttachment(state, { name, mimeType, content: Buffer.from(contentsB64String, 'base64') });
  return stored.oid;
}
