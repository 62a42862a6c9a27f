import { createHash } from 'node:crypto';
import { readSample, type SampleName, samples } from '../samples.js';
import {
  attachmentStates,
  type Message,
  type PermissionName,
  type Room,
  ready,
  type StoredAttachment,
  type User,
} from './model.js';
import type { VirolaState } from './state.js';

const dayMs = 24 * 3_600_000;
const opened = Date.UTC(2025, 0, 6, 8);
const admin = 1;
const demo = 3;
const mara = 4;

/** The accounts, and one room that nothing was said in. */
export function seedAccounts(state: VirolaState): void {
  const account = (userId: number, userName: string, displayName: string, more: Partial<User> = {}): User => ({
    userId,
    userName,
    password: userName,
    token: `${userName}-token`,
    displayName,
    isAdmin: false,
    status: 'Active',
    createdUtc: opened,
    avatar: null,
    ...more,
  });
  state.users.push(
    account(admin, 'admin', 'Administrator', { isAdmin: true }),
    account(demo, 'demo', 'Demo', { token: 'sandbox-token', avatar: 'lighthouse.webp' }),
    account(mara, 'mara', 'Mara Lind'),
    account(352, 'suspended', 'Former Colleague', { status: 'Suspended' }),
  );
  state.rooms.push(room(2, 'General'));
}

/** Rooms to look around in, and the attachment of the vendor's page under its own ids. */
export async function seedConversations(state: VirolaState): Promise<void> {
  state.rooms.push(
    room(3, 'Harbour project', { moderators: [demo] }),
    room(6, 'Documents'),
    room(7, 'Old office', { isArchived: true }),
    room(8, 'Uploads under way'),
    room(9, 'Long conversation'),
    room(10, 'Announcements', { forbidden: readOnly }),
    room(11, 'Management', { roomType: 'Private', members: [mara] }),
  );
  // As time went by: ids ascend with it.
  await sayWith(state, 7, admin, 'The office before we moved', Date.UTC(2025, 0, 20, 10), ['floor-plan-page1.png']);
  await seedLongConversation(state);
  await seedDocument(state);
  await seedProject(state);
  await seedStates(state);
  await sayWith(state, 10, admin, 'The market opens on Saturday', Date.UTC(2025, 10, 3, 9), ['market.png']);
  await sayWith(state, 11, mara, 'For us only', Date.UTC(2025, 10, 4, 9), ['invoice.pdf']);
  await seedGeneral(state);
}

const readOnly: readonly PermissionName[] = [
  'canAttachOrDeleteFilesInOwnMessagesInMainThread',
  'canSendFilesIntoRoomInMainThread',
  'canSendMessagesInMainThread',
];

function room(roomId: number, displayName: string, more: Partial<Room> = {}): Room {
  return {
    roomId,
    displayName,
    roomType: 'Public',
    createdUtc: opened + roomId * dayMs,
    isArchived: false,
    isPinned: roomId === 2,
    members: [],
    moderators: [],
    forbidden: [],
    ...more,
  };
}

/** 300 messages, an attachment in every tenth. */
async function seedLongConversation(state: VirolaState): Promise<void> {
  const at = Date.UTC(2025, 2, 3, 8);
  const names = ['floor-plan-page1.png', 'floor-plan-page3.png', 'notes.txt'] as const;
  for (let index = 0; index < 300; index += 1) {
    const message = say(state, 9, index % 2 ? demo : mara, `Message ${index + 1} of a long conversation`, at + index * 3_600_000);
    const name = index % 10 === 0 ? names[(index / 10) % names.length] : undefined;
    if (name) await attachSample(state, message, name);
  }
}

/** Ids, times, size and checksum as printed on https://virola.io/web-api/docs/attachments: 33 digits are no known digest's. */
async function seedDocument(state: VirolaState): Promise<void> {
  const at = 1753209786659;
  const message = say(state, 6, demo, 'The contract, for everybody to read', at, { messageId: 1234567 });
  const bytes = padPdf(await readSample('invoice.pdf'), 645_560);
  const printed = { attachmentId: 3423, fileName: 'Document.pdf', checksum: '745b0802bd1233adee5985eb5933a4aad' };
  state.addAttachment(message, { ...fileOf(message, 'Document.pdf', 'application/pdf', bytes, at), ...printed });
}

async function seedProject(state: VirolaState): Promise<void> {
  const at = Date.UTC(2025, 8, 15, 9);
  const plan = await sayWith(state, 3, demo, 'The plan of the house in Quay Street', at, ['floor-plan.pdf', 'notes.txt']);
  const comment = say(state, 3, mara, 'Page 2 has changed', at + 3_600_000, { parentMessageId: plan.messageId });
  await attachSample(state, comment, 'floor-plan-page2.png');
  const kind = { messageType: 'Issue', issueProperties: { type: 'Task', status: 'ToDo', assignees: [demo] } } as const;
  const issue = say(state, 3, mara, 'Check the invoice', at + 2 * dayMs, { kind });
  await attachSample(state, issue, 'invoice.pdf', { fileName: 'Invoice 2025-0107.pdf' });
  const meetingProperties = { timeUtc: at + 9 * dayMs, duration: 3_600 };
  say(state, 3, demo, 'Walk around the house', at + 3 * dayMs, { kind: { messageType: 'Meeting', meetingProperties } });
  const logo = say(state, 3, mara, '<b>Logo</b> for the sign', at + 4 * dayMs, { markupType: 'TextHtml' });
  await attachSample(state, logo, 'logo.svg');
}

/** One attachment in each state, all in one message. */
async function seedStates(state: VirolaState): Promise<void> {
  const at = Date.UTC(2025, 9, 1, 12);
  const message = say(state, 8, demo, 'One file in each state', at);
  for (const [index, attachmentState] of attachmentStates.entries()) {
    await attachSample(state, message, 'notes.txt', {
      fileName: `${index + 1} ${attachmentState}.txt`,
      state: attachmentState,
      createdUtc: at + index,
      lastModifiedUtc: at + index,
    });
  }
}

async function seedGeneral(state: VirolaState): Promise<void> {
  const at = Date.UTC(2025, 10, 10, 7, 30);
  say(state, 2, mara, 'Good morning! The pictures of the weekend are here.', at);
  await sayWith(state, 2, mara, 'The harbour in the evening', at + 60_000, ['harbour.jpg']);
  await sayWith(state, 2, demo, 'And from the walk on Sunday', at + 20 * 60_000, ['mountains.jpg', 'lighthouse.webp']);
  const market = await sayWith(state, 2, mara, 'For the poster', at + dayMs, []);
  // A server that does not know when says 0.
  await attachSample(state, market, 'market.png', { createdUtc: 0 });
  const named = say(state, 2, demo, 'Does everybody get names like these?', at + dayMs + 5_000);
  await attachSample(state, named, 'harbour.jpg', { fileName: 'Grüße vom Hafen #1? 100%.jpg' });
}

function say(state: VirolaState, roomId: number, userId: number, text: string, at: number, more: Partial<Message> = {}): Message {
  return state.addMessage({
    messageId: more.messageId ?? state.nextMessageId(),
    parentMessageId: 0,
    roomId,
    userId,
    text,
    markupType: 'TextPlain',
    kind: { messageType: 'Regular' },
    createdUtc: at,
    lastModifiedUtc: at,
    attachments: [],
    readBy: new Map([[userId, at]]),
    ...more,
  });
}

async function sayWith(
  state: VirolaState,
  roomId: number,
  userId: number,
  text: string,
  at: number,
  names: readonly SampleName[],
): Promise<Message> {
  const message = say(state, roomId, userId, text, at);
  for (const name of names) await attachSample(state, message, name);
  return message;
}

async function attachSample(
  state: VirolaState,
  message: Message,
  name: SampleName,
  more: Partial<StoredAttachment> = {},
): Promise<void> {
  const file = fileOf(message, name, samples[name], await readSample(name), message.createdUtc + 2_000);
  state.addAttachment(message, { ...file, attachmentId: state.nextAttachmentId(), ...more });
}

function fileOf({ messageId, roomId }: Message, fileName: string, contentType: string, bytes: Buffer, at: number) {
  const checksum = createHash('sha1').update(bytes).digest('hex');
  const own = { messageId, roomId, createdUtc: at, lastModifiedUtc: at, state: ready } as const;
  return { fileName, contentType, bytes, checksum, ...own };
}

/** The same document with a comment before its cross-reference table that makes it so many bytes long. */
function padPdf(pdf: Buffer, sizeBytes: number): Buffer {
  const written = pdf.toString('latin1');
  const table = written.lastIndexOf('\nxref\n') + 1;
  const tailFor = (offset: number) => written.slice(table).replace(/startxref\n\d+/, `startxref\n${offset}`);
  const padding = sizeBytes - table - tailFor(sizeBytes).length;
  const comment = `%${' '.repeat(padding - 2)}\n`;
  return Buffer.from(written.slice(0, table) + comment + tailFor(table + padding), 'latin1');
}
