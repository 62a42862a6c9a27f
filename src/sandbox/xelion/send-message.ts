import { refusals } from './refusal.js';
import {
  type Account,
  type Addressable,
  type ChatSession,
  type Communication,
  type CommunicationDraft,
  type XelionState,
} from './state.js';
import { toKeptText } from './values.js';

/** A text or an attachment. */
export interface ChatContents {
  readonly text: string | null;
  readonly attachment: string | null;
  readonly forwarded?: boolean;
  /** Of the client's own making, told again by the event. */
  readonly clientId?: string;
}

/** Each member who can log in gets a copy of the message; their own first. The sender's concept is empty then. */
export function sendMessage(
  state: XelionState,
  sender: Account,
  session: ChatSession,
  { text, attachment, forwarded = false }: ChatContents,
): readonly Communication[] {
  if (session.disabled) throw refusals.sessionDisabled();
  if (attachment !== null && session.sessionType === 'external') throw refusals.externalSession();
  state.touch();
  const subject = attachment === null ? toKeptText(text ?? '') : (state.attachments.get(attachment)?.name ?? '');
  const others = session.members.filter(({ oid }) => oid !== sender.person.oid);
  const readers = state.accounts.filter(({ person }) => session.members.some(({ oid }) => oid === person.oid));
  const copies = readers.map(({ person }) => {
    const incoming = person.oid !== sender.person.oid;
    return state.addCommunication({
      objectType: 'XCCUserChat',
      owner: person,
      contact: session.group ?? (incoming ? sender.person : (others[0] ?? person)),
      date: state.now(),
      subject,
      commonName: ` ${subject}`,
      incoming,
      forwarded,
      participants: participantsOf(sender.person, session.group ? [session.group] : others),
      session,
      text: attachment === null ? subject : null,
      recording: null,
      inlineAttachment: false,
      attachments: attachment === null ? [] : [attachment],
    });
  });
  state.writeConcept(sender, session, { text: null, attachment: null });
  return copies;
}

export function participantsOf(from: Addressable, to: readonly Addressable[]): CommunicationDraft['participants'] {
  return [{ role: 'rtFrom', addressable: from }, ...to.map((addressable) => ({ role: 'rtTo', addressable }) as const)];
}
