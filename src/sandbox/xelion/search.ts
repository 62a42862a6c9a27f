import { refusals } from './refusal.js';
import type { Communication, Flag } from './state.js';
import { flags } from './state.js';
import { isFlagged, parseDate, parseLimit, type Query } from './values.js';

export interface Found {
  readonly page: readonly Communication[];
  /** The cursor that continues towards older ones, and towards newer ones. */
  readonly previousId?: string;
  readonly nextId?: string;
}

/** `with` is answered in windows of so many days. */
const windowDays = 28;

/** A page of those that match: https://portal.xelion.com/nl/apidocs/user-guide/resources/communication_search_parameters.html */
export function search(own: readonly Communication[], query: Query): Found {
  const { before, after } = query;
  const ascending = query.order === 'ascending';
  const matching = inOrder(own, query).filter((each) => matches(each, query));
  const start = after === undefined ? 0 : positionOf(own, matching, query, after, 'after');
  const end = before === undefined ? matching.length : positionOf(own, matching, query, before, 'before');
  const between = matching.slice(start, end);
  const fromOldest = after !== undefined || (ascending && before === undefined);
  const limit = parseLimit(query);
  const nearest = fromOldest ? between.slice(0, limit) : between.slice(-limit);
  const page = query.with === undefined ? nearest : withinWindow(nearest, fromOldest);
  const [oldest, newest] = [page[0], page.at(-1)];
  return {
    page: ascending ? page : [...page].reverse(),
    ...(oldest && oldest !== matching[0] ? { previousId: oldest.oid } : {}),
    ...(newest && newest !== matching.at(-1) ? { nextId: newest.oid } : {}),
  };
}

/** Oldest first, or by id. */
function inOrder(own: readonly Communication[], { order_by: orderBy }: Query): readonly Communication[] {
  return orderBy === 'oid' ? [...own].sort((one, other) => Number(one.oid) - Number(other.oid)) : own;
}

/** How many of the matching stand before the one that a cursor names: it need not match itself. */
function positionOf(
  own: readonly Communication[],
  matching: readonly Communication[],
  query: Query,
  oid: string,
  side: 'before' | 'after',
): number {
  const all = inOrder(own, query);
  const at = all.findIndex((each) => each.oid === oid);
  if (at < 0) throw refusals.invalidId();
  const passed = new Set(all.slice(0, side === 'after' ? at + 1 : at));
  return matching.filter((each) => passed.has(each)).length;
}

function withinWindow(nearest: readonly Communication[], fromOldest: boolean): readonly Communication[] {
  const edge = (fromOldest ? nearest[0] : nearest.at(-1))?.date.getTime() ?? 0;
  return nearest.filter(({ date }) => Math.abs(date.getTime() - edge) <= windowDays * 86_400_000);
}

export function matches(communication: Communication, query: Query): boolean {
  const { name, from, until, with: partner, where } = query;
  const { date, commonName, participants, contact } = communication;
  return (
    (name === undefined || commonName.toLowerCase().includes(name.toLowerCase())) &&
    (from === undefined || date >= parseDate(from)) &&
    (until === undefined || date <= parseDate(until)) &&
    (partner === undefined || contact.oid === partner || participants.some(({ addressable }) => addressable.oid === partner)) &&
    (!isFlagged(query, 'only_missed_calls') || (communication.objectType === 'CallLog' && communication.incoming)) &&
    (where === undefined || where.split(',').every((condition) => holds(communication, condition)))
  );
}

function holds(communication: Communication, condition: string): boolean {
  const [key = '', value = ''] = condition.split('=');
  if (key === 'obj_type') return communication.objectType === value;
  if (key === 'callId') return communication.callId === value;
  if (untold.includes(key)) return false;
  if (key === 'voicemail' || key === 'incoming') return `${communication[key]}` === value;
  if (isFlag(key)) return `${communication.flags[key]}` === value;
  throw refusals.invalidPayload();
}

/** Nothing that is simulated has a phone line, or came by a call flow. */
const untold: readonly string[] = ['callFlowId', 'phoneLine', 'search'];

function isFlag(key: string): key is Flag {
  return flags.some((flag) => flag === key);
}
