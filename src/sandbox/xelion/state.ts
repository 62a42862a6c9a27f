import { refusals } from './refusal.js';
import { drawThumbnail } from './thumbnails.js';
import { toKeptText } from './values.js';

export interface Addressable {
  readonly oid: string;
  readonly objectType: 'Person' | 'Organisation' | 'X1Object';
  readonly commonName: string;
  /** New messages from it. */
  readonly notificationsCount?: number;
}

/** Somebody who can log in. */
export interface Account {
  readonly userName: string;
  readonly password: string;
  readonly person: Addressable;
  readonly administrator: boolean;
}

export interface StoredAttachment {
  readonly oid: string;
  readonly name: string;
  readonly mimeType: string;
  readonly content: Buffer;
  /** A JPEG. */
  readonly thumbnail: Buffer | null;
  /** What metadata says; not always true. */
  readonly size: number;
  /** The attachment that the bare thumbnail request answers with instead. */
  readonly thumbnailOf?: string;
}

export interface Participant {
  readonly oid: string;
  readonly role: 'rtFrom' | 'rtTo' | 'rtCC';
  readonly addressable: Addressable;
}

export type CommunicationType = 'XCCUserChat' | 'CallLog' | 'SMSMessage' | 'XCCMessage';

/** What one account sees of a message or a call: each member of a chat has a copy of its own. */
export interface Communication {
  readonly oid: string;
  readonly objectType: CommunicationType;
  readonly owner: Addressable;
  /** The other side: a person, or a group. */
  readonly contact: Addressable;
  readonly date: Date;
  readonly commonName: string;
  readonly incoming: boolean;
  readonly forwarded: boolean;
  readonly voicemail: boolean;
  readonly participants: readonly Participant[];
  /** Of a chat message. */
  readonly session: ChatSession | null;
  readonly text: string | null;
  /** A call's recording. */
  readonly recording: Buffer | null;
  /** What a call is known by on its line; it finds the call as its oid does. */
  readonly callId: string | null;
  readonly inlineAttachment: boolean;
  subject: string;
  attachments: readonly string[];
  flags: Readonly<Record<Flag, boolean>>;
}

export const flags = ['retrieved', 'displayed', 'flagged', 'processed'] as const;
export type Flag = (typeof flags)[number];

export interface ChatSession {
  readonly oid: string;
  readonly sessionType: 'user' | 'group' | 'external';
  readonly commonName: string;
  /** The group; of two persons there is none. */
  readonly group: Addressable | null;
  readonly members: readonly Addressable[];
  readonly disabled: boolean;
}

/** A message that is being written: one per account and session. */
export interface Concept {
  readonly text: string | null;
  readonly attachment: string | null;
}

export type CommunicationDraft = Omit<Communication, 'oid' | 'participants' | 'flags' | 'forwarded' | 'voicemail' | 'callId'> & {
  readonly oid?: string;
  readonly participants: readonly (Omit<Participant, 'oid'> & { readonly oid?: string })[];
  readonly forwarded?: boolean;
  readonly voicemail?: boolean;
  readonly callId?: string;
};

const unflagged = { retrieved: false, displayed: false, flagged: false, processed: false } as const;

/** A sandbox takes no more. */
const maxStoredBytes = 1024 ** 3;
const maxCommunications = 100_000;
const maxSessions = 10_000;

/** All that the server holds. */
export class XelionState {
  readonly accounts: Account[] = [];
  readonly addressables = new Map<string, Addressable>();
  readonly attachments = new Map<string, StoredAttachment>();
  readonly sessions = new Map<string, ChatSession>();
  /** By `conceptKey`. */
  readonly #concepts = new Map<string, Concept>();
  readonly #communications = new Map<string, Communication>();
  readonly #standingAt: Date | null;
  #lastOid = 1_900_000;
  #storedBytes = 0;
  #changed = false;

  /** `standingAt`: the account stands still at this moment until something is sent. */
  constructor(standingAt: Date | null = null) {
    this.#standingAt = standingAt;
  }

  /** What the account takes for now, to the second. */
  now(): Date {
    if (this.#standingAt !== null && !this.#changed) return this.#standingAt;
    return new Date(Math.floor(Date.now() / 1_000) * 1_000);
  }

  nextOid(): string {
    this.#lastOid += 1;
    return `${this.#lastOid}`;
  }

  /** From here on something was sent. */
  touch(): void {
    this.#changed = true;
  }

  async addAttachment(
    file: { readonly name: string; readonly mimeType: string; readonly content: Buffer },
    more: Partial<StoredAttachment> = {},
  ): Promise<StoredAttachment> {
    const { content, mimeType } = file;
    const thumbnail = more.thumbnail === undefined ? await drawThumbnail(content, mimeType) : more.thumbnail;
    if (this.#storedBytes + content.length > maxStoredBytes) throw refusals.serverError();
    this.#storedBytes += content.length;
    const name = toKeptText(file.name);
    const stored = { oid: more.oid ?? this.nextOid(), mimeType, content, size: content.length, ...more, name, thumbnail };
    this.attachments.set(stored.oid, stored);
    return stored;
  }

  addCommunication(draft: CommunicationDraft): Communication {
    const participants = draft.participants.map((participant) => ({ ...participant, oid: participant.oid ?? this.nextOid() }));
    if (this.#communications.size >= maxCommunications) throw refusals.serverError();
    const { oid = this.nextOid(), forwarded = false, voicemail = false, callId = null } = draft;
    const added = { ...draft, oid, participants, forwarded, voicemail, callId, flags: unflagged };
    this.#communications.set(oid, added);
    return added;
  }

  /** By its oid; a call also by its call id, which begins with "caller_" for who called. */
  communication(id: string): Communication | undefined {
    const callId = id.replace(/^caller_/, '');
    return this.#communications.get(id) ?? [...this.#communications.values()].find((each) => each.callId === callId);
  }

  /** What one person sees; oldest first, those of one second by oid. */
  communicationsOf({ oid }: Addressable): readonly Communication[] {
    const own = [...this.#communications.values()].filter(({ owner }) => owner.oid === oid);
    return own.sort((one, other) => one.date.getTime() - other.date.getTime() || Number(one.oid) - Number(other.oid));
  }

  allCommunications(): Iterable<Communication> {
    return this.#communications.values();
  }

  attachmentsOf({ attachments }: Communication): readonly StoredAttachment[] {
    return attachments.flatMap((oid) => this.attachments.get(oid) ?? []);
  }

  /** Takes an attachment out of one communication; it goes when no other one has it. */
  detach(communication: Communication, oid: string): void {
    communication.attachments = communication.attachments.filter((attached) => attached !== oid);
    this.#dropUnused(oid);
  }

  addSession(session: ChatSession): void {
    if (this.sessions.size >= maxSessions) throw refusals.serverError();
    this.sessions.set(session.oid, session);
  }

  concept(account: Account, session: ChatSession): Concept {
    return this.#concepts.get(conceptKey(account, session)) ?? { text: null, attachment: null };
  }

  /** An attachment that stood there goes, unless it was sent. */
  writeConcept(account: Account, session: ChatSession, concept: Concept): void {
    const { attachment } = this.concept(account, session);
    this.#concepts.set(conceptKey(account, session), concept);
    if (attachment !== null && attachment !== concept.attachment) this.#dropUnused(attachment);
  }

  #dropUnused(oid: string): void {
    for (const { attachments } of this.#communications.values()) if (attachments.includes(oid)) return;
    this.#storedBytes -= this.attachments.get(oid)?.content.length ?? 0;
    this.attachments.delete(oid);
  }
}

function conceptKey(account: Account, session: ChatSession): string {
  return `${account.person.oid} ${session.oid}`;
}
