import { posix } from 'node:path';
import { ContentError } from './errors.js';

/** As file systems count: bytes of UTF-8. */
export const maxFilenameBytes = 255;

/** A longer "extension" is a sentence with a dot in it, and gives way like the rest of the name. */
const maxExtensionBytes = 32;

/** Control characters, and the invisible ones that turn the reading direction, so that "exe.gpj" is shown as "jpg.exe". */
const control = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** Invisible, and no script or emoji needs them: with one of them a second name looks like the first. */
const hidden = /[\u00AD\u180E\u200B\u2060-\u2064\u206A-\u206F\uFEFF\u{E0001}]/u;
/** Joiners, marks of direction, variation selectors and tags are parts of words and emoji; by themselves they show nothing. */
const blank = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\u2800]/gu;
const separator = /[/\\]/;

/** A name that somebody chose: a single path segment, in Unicode's composed form. BAD_USER_INPUT says what is wrong with it. */
export function parseFilename(raw: string, argumentName: string): string {
  const filename = raw.normalize('NFC');
  const problem = problemOf(filename);
  if (problem) throw new ContentError('BAD_USER_INPUT', `${argumentName} ${problem}`);
  return filename;
}

/** The name that a client's software sent with a file, made into one that parseFilename takes; "unnamed" if nothing is left. */
export function cleanFilename(raw: string): string {
  const lastSegment = raw.split(separator).pop() ?? '';
  const printable = lastSegment.replace(new RegExp(control, 'gu'), '').replace(new RegExp(hidden, 'gu'), '');
  const filename = printable.toWellFormed().normalize('NFC').trim();
  return /^\.{0,2}$/.test(visible(filename)) ? 'unnamed' : shortened(filename, '');
}

/** "photo (2).jpg" for 2: what a file is called beside others of its name. */
export function numberedFilename(filename: string, number: number): string {
  return shortened(filename, ` (${number})`);
}

function problemOf(filename: string): string | null {
  if (filename.trim() === '') return 'must not be empty';
  if (separator.test(filename)) return 'must be a name without "/" and "\\", not a path';
  if (control.test(filename)) return 'must not hold control characters';
  const invisible = hidden.exec(filename)?.[0];
  if (invisible !== undefined) return `must not hold the invisible character ${codePointOf(invisible)}`;
  const seen = visible(filename);
  if (seen === '') return 'must hold something that can be seen';
  if (seen === '.' || seen === '..') return `must not be "${seen}"`;
  if (/\p{Surrogate}/u.test(filename)) return 'must be valid Unicode';
  const bytes = Buffer.byteLength(filename);
  return bytes > maxFilenameBytes ? `must be at most ${maxFilenameBytes} bytes long in UTF-8, got ${bytes}` : null;
}

function visible(filename: string): string {
  return filename.replace(blank, '');
}

/** As Unicode writes it: U+200B. */
function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The name with a mark before its extension; its stem is cut at a character where both would not fit. */
function shortened(filename: string, mark: string): string {
  const ending = posix.extname(filename);
  const extension = Buffer.byteLength(ending) <= maxExtensionBytes ? ending : '';
  const room = maxFilenameBytes - Buffer.byteLength(mark + extension);
  return cut(filename.slice(0, filename.length - extension.length), room) + mark + extension;
}

function cut(text: string, maxBytes: number): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(Buffer.from(text).subarray(0, maxBytes), { stream: true });
}

/** The form that names are ordered and searched by. */
export function toSortName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
