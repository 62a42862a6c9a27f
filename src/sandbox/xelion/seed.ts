import { readSample, type SampleName, samples } from '../samples.js';
import { blankVideo, silence, tone } from './sample-media.js';
import { sampleThumbnail } from './sample-thumbnail.js';
import { participantsOf } from './send-message.js';
import type { Account, Addressable, ChatSession, CommunicationDraft, StoredAttachment, XelionState } from './state.js';
import { parseDate } from './values.js';

/** When the vendor's example of recent communications was asked: two weeks after the date that it continues from. */
export const sampleMoment = parseDate('2020-05-19 14:06:11');

const arno = { oid: '1650938', objectType: 'Person', commonName: 'Arno' } as const;
const wesley = { oid: '1650975', objectType: 'Person', commonName: 'Wesley', notificationsCount: 36 } as const;
const agency = { oid: '1650990', objectType: 'Organisation', commonName: 'Vermeer Property' } as const;
const visitor = { oid: '1650991', objectType: 'Person', commonName: 'Website visitor' } as const;
const trip = { oid: '1650992', objectType: 'X1Object', commonName: 'Harbour trip' } as const;

/** Two that can log in: an administrator, and one who is none. */
export const accounts = {
  administrator: { userName: 'demo', password: 'demo', person: arno, administrator: true },
  user: { userName: 'user', password: 'demo', person: wesley, administrator: false },
} as const satisfies Record<string, Account>;

const sessionOf = { disabled: false, group: null, sessionType: 'user' } as const;

export const chats = {
  wesley: { ...sessionOf, oid: '1899001', commonName: 'Wesley, Arno', members: [arno, wesley] },
  trip: { ...sessionOf, oid: '1899002', commonName: 'Harbour trip', members: [arno, wesley], sessionType: 'group', group: trip },
  website: { ...sessionOf, oid: '1899003', commonName: 'Website chat', members: [arno, visitor], sessionType: 'external' },
  closed: { ...sessionOf, oid: '1899004', commonName: 'Closed', members: [arno, wesley], disabled: true },
} as const satisfies Record<string, ChatSession>;

/** Conversations with files to look at, the vendor's example among them. */
export async function seed(state: XelionState): Promise<void> {
  for (const addressable of [arno, wesley, agency, visitor, trip]) state.addressables.set(addressable.oid, addressable);
  for (const chat of Object.values(chats)) state.addSession(chat);
  await seedExample(state);
  await seedChats(state);
  await seedMail(state);
  seedCall(state);
}

/** https://portal.xelion.com/nl/apidocs/user-guide/resources/attachments_thumbnail_get.html */
async function seedExample(state: XelionState): Promise<void> {
  const thumbnail = Buffer.from(sampleThumbnail, 'base64');
  const video = await state.addAttachment(
    { name: 'Coffee Moves.mp4', mimeType: 'video/mp4', content: blankVideo(2_197) },
    { oid: '1899618', thumbnail, thumbnailOf: '1856742' },
  );
  const audio = await state.addAttachment(
    { name: 'xcc_audio6345091001260490816.wav', mimeType: 'audio/wav', content: tone(1) },
    { oid: '1856742', thumbnail, size: 0 },
  );
  addChat(state, chats.wesley, wesley, '2020-05-19 12:45:49', {
    attachment: video,
    oids: ['1899627', '1899626'],
    addressees: 1_899_628,
  });
  state.addCommunication({
    ...draft(arno, wesley, '2020-04-28 09:12:31', 'Voicemail of Wesley'),
    objectType: 'CallLog',
    attachments: [audio.oid],
    voicemail: true,
  });
}

async function seedChats(state: XelionState): Promise<void> {
  addChat(state, chats.wesley, arno, '2020-01-08 16:20:05', { text: 'Here is the market on Saturday' });
  addChat(state, chats.wesley, arno, '2020-01-08 16:20:44', { attachment: await sample(state, 'market.png') });
  addChat(state, chats.trip, wesley, '2020-02-11 19:02:10', { text: 'Pictures of the trip' });
  addChat(state, chats.trip, wesley, '2020-02-11 19:03:27', { attachment: await sample(state, 'harbour.jpg', 'image/jpg') });
  addChat(state, chats.trip, arno, '2020-02-11 19:05:59', { attachment: await sample(state, 'mountains.jpg', 'image/jpg') });
  addChat(state, chats.trip, wesley, '2020-02-12 08:30:00', { attachment: await sample(state, 'lighthouse.webp') });
  addChat(state, chats.trip, arno, '2020-02-12 08:41:18', { attachment: await sample(state, 'notes.txt') });
  addChat(state, chats.website, visitor, '2020-03-02 10:00:00', { text: 'Are you open on Monday?' });
}

async function seedMail(state: XelionState): Promise<void> {
  const attachments = [
    await sample(state, 'floor-plan.pdf'),
    await sample(state, 'invoice.pdf'),
    await sample(state, 'logo.svg', 'image/svg+xml', { thumbnail: null }),
  ];
  state.addCommunication({
    ...draft(arno, agency, '2020-03-17 11:24:00', 'Floor plan of the new office'),
    objectType: 'XCCMessage',
    text: 'Please find the plan and our invoice attached.',
    attachments: attachments.map(({ oid }) => oid),
    inlineAttachment: true,
  });
}

function seedCall(state: XelionState): void {
  state.addCommunication({
    ...draft(arno, wesley, '2020-03-20 14:00:12', ''),
    objectType: 'CallLog',
    commonName: 'Wesley <- Arno , 2020-03-20',
    recording: silence(40),
    callId: '186ba647df1ef222',
  });
  state.addCommunication({ ...draft(arno, wesley, '2020-03-21 07:55:40', 'Running late'), objectType: 'SMSMessage' });
}

function sample(
  state: XelionState,
  name: SampleName,
  mimeType: string = samples[name],
  more: Partial<StoredAttachment> = {},
): Promise<StoredAttachment> {
  return readSample(name).then((content) => state.addAttachment({ name, mimeType, content }, more));
}

interface SeededChat {
  readonly text?: string;
  readonly attachment?: StoredAttachment;
  /** Of the members' copies, in their order. */
  readonly oids?: readonly string[];
  /** The oid of the first addressee of the first copy. */
  readonly addressees?: number;
}

function addChat(state: XelionState, session: ChatSession, from: Addressable, date: string, chat: SeededChat): void {
  const subject = chat.attachment?.name ?? chat.text ?? '';
  const members = session.members.filter(({ oid }) => state.accounts.some(({ person }) => person.oid === oid));
  for (const [index, owner] of members.entries()) {
    const other = session.members.find(({ oid }) => oid !== owner.oid) ?? owner;
    const to = session.group ? [session.group] : session.members.filter(({ oid }) => oid !== from.oid);
    const oid = chat.oids?.[index];
    const first = index === 0 ? chat.addressees : undefined;
    state.addCommunication({
      ...draft(owner, session.group ?? other, date, subject),
      ...(oid === undefined ? {} : { oid }),
      objectType: 'XCCUserChat',
      commonName: ` ${subject}`,
      incoming: owner.oid !== from.oid,
      participants: participantsOf(from, to).map((each, at) => (first === undefined ? each : { ...each, oid: `${first + at}` })),
      session,
      text: chat.attachment ? null : subject,
      attachments: chat.attachment ? [chat.attachment.oid] : [],
    });
  }
}

/** From the contact to the owner, with nothing attached. */
function draft(owner: Addressable, contact: Addressable, date: string, subject: string): Omit<CommunicationDraft, 'objectType'> {
  return {
    owner,
    contact,
    date: parseDate(date),
    subject,
    commonName: subject,
    incoming: true,
    participants: participantsOf(contact, [owner]),
    session: null,
    text: null,
    recording: null,
    inlineAttachment: false,
    attachments: [],
  };
}
