import { refusals } from './refusal.js';

/** Attachments may be this large, and binary text before its encoding: https://portal.xelion.com/nl/apidocs/user-guide/overview.html */
export const maxAttachmentBytes = 10 * 1024 * 1024;

/** "2016-10-23 14:02:59", in UTC. */
export function toWireDate(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

const wireDate = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d))?(?:\.\d+)?Z?$/;

export function parseDate(written: string): Date {
  const [, day, time = '00:00:00'] = wireDate.exec(written) ?? [];
  const date = new Date(`${day}T${time}Z`);
  if (Number.isNaN(date.getTime())) throw refusals.invalidPayload();
  return date;
}

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
// Decoding in one go, Node would read it as ISO-8859-1.
const windows1252 = new Set(new TextDecoder('windows-1252').decode(allBytes, { stream: true }));

/** Text as the server keeps it: characters outside its code page are lost. */
export function toKeptText(text: string): string {
  return [...text.normalize('NFC').slice(0, 4_000)].map((character) => (windows1252.has(character) ? character : '?')).join('');
}

export type Query = Readonly<Record<string, string | undefined>>;

/** A flag may stand alone ("?only_thumbnail") or have a value. */
export function isFlagged(query: Query, name: string): boolean {
  const value = query[name];
  return value === '' || value === 'true' || value === '1';
}

export function parseLimit({ limit = '15' }: Query): number {
  if (!/^[1-9]\d{0,3}$/.test(limit)) throw refusals.invalidPayload();
  return Number(limit);
}
