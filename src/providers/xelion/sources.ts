import type { Call } from '../../call.js';
import { maxLimit, type XelionApi } from './api.js';
import type { Source } from './listing.js';
import type { WireCommunication } from './wire.js';

/** All messages and calls of the account. */
export function ofAccount(api: XelionApi, call: Call): Source {
  return {
    page: (request) => api.communications(request, call),
    one: (oid) => readWhole(api, oid, call),
  };
}

/** The messages of one chat session. Their own list tells neither attachments nor people: those are read by the time that a page spans. */
export function ofRoom(api: XelionApi, room: string, call: Call): Source {
  return {
    page: async ({ thumbnails, ...request }) => {
      const page = await api.chatMessages(room, request, call);
      const whole = await readAll(api, page.communications, thumbnails, call);
      return { ...page, communications: page.communications.map((each) => whole.get(each.oid) ?? each) };
    },
    one: (oid) => readWhole(api, oid, call),
  };
}

/** A communication with its attachments, or with the first of them where the system does not tell all. */
export async function readWhole(api: XelionApi, oid: string, call: Call): Promise<WireCommunication | null> {
  const communication = await api.communication(oid, call);
  if (!communication || communication.attachments || !mayHoldAttachments(communication)) return communication;
  const first = await api.firstAttachment(oid, call);
  return { ...communication, attachments: first ? [first] : [] };
}

/** Fewer are read one by one. */
const fewestForSpan = 3;
/** Other chats of the same time stand between them. */
const maxSpanPages = 5;

/** By oid. One that the span does not show is read by itself for its attachments. */
async function readAll(
  api: XelionApi,
  listed: readonly WireCommunication[],
  thumbnails: boolean,
  call: Call,
): Promise<ReadonlyMap<string, WireCommunication>> {
  const spanned = listed.length < fewestForSpan ? [] : await readSpan(api, listed, thumbnails, call);
  const found = new Map(spanned.map((each) => [each.oid, each]));
  const lacking = listed.filter((each) => !found.has(each.oid) && mayHoldAttachments(each));
  const rest = await Promise.all(lacking.map(({ oid }) => readWhole(api, oid, call)));
  for (const each of rest) if (each) found.set(each.oid, each);
  return found;
}

/** What the account has of the time from the oldest to the newest of them. */
async function readSpan(
  api: XelionApi,
  wanted: readonly WireCommunication[],
  thumbnails: boolean,
  call: Call,
): Promise<readonly WireCommunication[]> {
  const times = wanted.flatMap(({ date }) => date?.getTime() ?? []);
  if (times.length < wanted.length) return [];
  const span = {
    from: new Date(Math.min(...times)),
    until: new Date(Math.max(...times)),
    limit: maxLimit,
    thumbnails,
    chats: true,
  };
  const found: WireCommunication[] = [];
  let before: string | null = null;
  for (let pages = 0; pages < maxSpanPages; pages += 1) {
    const page = await api.communications({ ...span, before }, call);
    found.push(...page.communications);
    before = page.before;
    const missing = wanted.some(({ oid }) => !found.some((each) => each.oid === oid));
    if (before === null || !missing) break;
  }
  return found;
}

function mayHoldAttachments({ hasAttachment }: WireCommunication): boolean {
  return hasAttachment !== false;
}
