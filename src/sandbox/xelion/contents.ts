import { isObject, type JsonObject } from './payload.js';
import { refusals } from './refusal.js';
import type { ChatContents } from './send-message.js';
import { type Account, type ChatSession, conceptKey, type StoredAttachment, type XelionState } from './state.js';
import { maxAttachmentBytes } from './values.js';

/** What a message is to hold, by https://portal.xelion.com/nl/apidocs/user-guide/model/ChatContents.html: a text or an attachment. */
export async function contentsOf(
  state: XelionState,
  account: Account,
  chat: ChatSession,
  { text, attachment }: JsonObject,
): Promise<ChatContents> {
  if (isObject(attachment)) return { text: null, attachment: await attachmentOf(state, account, chat, attachment) };
  if (typeof text === 'string' && text !== '') return { text, attachment: null };
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
async function attachmentOf(state: XelionState, account: Account, chat: ChatSession, given: JsonObject): Promise<string> {
  const { contentsB64String, originalLocation, commonName: name = originalLocation, mimeType } = given;
  if (typeof contentsB64String !== 'string') {
    const concept = state.concepts.get(conceptKey(account, chat));
    if (!concept?.attachment || concept.attachment !== given.oid) throw refusals.emptyMessage();
    return concept.attachment;
  }
  if (typeof name !== 'string' || typeof mimeType !== 'string') throw refusals.invalidPayload();
  const stored = await storeAttachment(state, { name, mimeType, content: Buffer.from(contentsB64String, 'base64') });
  return stored.oid;
}
