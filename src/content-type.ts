import type { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import {
  cameraTypes,
  codeTypes,
  compoundFileTypes,
  extensionOf,
  textTypes,
  unknownType,
  zipTypes,
} from './content-type-names.js';
import { peek } from './lib/streams.js';

/** Enough for a format's signature, a zip's first entries and a document's opening tag. */
const sniffedBytes = 32 * 1024;

/**
 * The media type of a file: lower case, no parameters. The bytes decide; the filename only chooses between types that the bytes
 * leave open (kinds of text, kinds of zip). They stay in `content` for its reader. Rejects with what `content` fails with meanwhile.
 */
export async function sniffContentType(content: Readable, filename: string): Promise<string> {
  return contentTypeOfHead(await peek(content, sniffedBytes), filename);
}

async function contentTypeOfHead(head: Buffer, filename: string): Promise<string> {
  const extension = extensionOf(filename);
  // No bytes are a text without letters, but no picture.
  if (head.length === 0) return textTypes.get(extension) ?? codeTypes.get(extension) ?? unknownType;
  const signature = await typeOfSignature(head);
  const text = decodeText(head);
  return text === null ? binaryType(head, signature, extension) : textType(text, signature, extension);
}

/** What the format's own first bytes say, by a library that knows some 150 of them. */
async function typeOfSignature(head: Buffer): Promise<string | null> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const type = found?.mime.split(';', 1)[0]?.toLowerCase() ?? null;
  return type === null ? null : (otherNames.get(type) ?? type);
}

const otherNames = new Map([
  // An animated PNG is a PNG to everything that reads PNG.
  ['image/apng', 'image/png'],
  ['image/x-icon', 'image/vnd.microsoft.icon'],
]);

// ── Binary ───────────────────────────────────────────────────────────────────

function binaryType(head: Buffer, signature: string | null, extension: string): string {
  const byBytes = signature ?? typeOfHiddenSignature(head) ?? unknownType;
  if (byBytes === 'image/tiff') return cameraTypes.get(extension) ?? byBytes;
  if (signature === 'application/zip') return zipTypes.get(extension) ?? signature;
  if (signature === 'application/x-cfb') return compoundFileType(head) ?? compoundFileTypes.get(extension) ?? signature;
  return byBytes;
}

const tiffSignatures = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];
const olympusSignatures = ['IIRO', 'IIRS', 'MMOR'];
/** Readers of PDF look for its header in the first 1,024 bytes. */
const pdfHeaderBytes = 1024;

/** Where the library would need more than the head: a TIFF whose directory comes last, a PDF behind a mail header; or knows too few. */
function typeOfHiddenSignature(head: Buffer): string | null {
  const start = head.toString('latin1', 0, 4);
  if (tiffSignatures.includes(start)) return 'image/tiff';
  if (olympusSignatures.includes(start)) return 'image/x-olympus-orf';
  return head.subarray(0, pdfHeaderBytes).includes('%PDF-') ? 'application/pdf' : null;
}

/** Streams inside Microsoft's compound files that only one program writes. */
const compoundFileStreams = [
  ['WordDocument', 'doc'],
  ['PowerPoint Document', 'ppt'],
  ['Workbook', 'xls'],
  ['__substg1.0_', 'msg'],
] as const;

/** How each program's own stream begins, which mostly is the first: the list of streams may lie behind it, further in than the head reaches. */
const firstStreams = [
  ['eca5', 'doc'],
  ['0908100000060500', 'xls'],
  ['0f00e803', 'ppt'],
] as const;
const firstStreamOffset = 512;

function compoundFileType(head: Buffer): string | null {
  // As bytes: Node's search for UTF-16 never ends in a buffer that begins at an odd address.
  const found = compoundFileStreams.find(([stream]) => head.includes(Buffer.from(stream, 'utf16le')));
  if (found) return compoundFileTypes.get(found[1]) ?? null;
  const start = head.toString('hex', firstStreamOffset, firstStreamOffset + 8);
  const first = firstStreams.find(([mark]) => start.startsWith(mark));
  return (first && compoundFileTypes.get(first[1])) ?? null;
}

// ── Text ─────────────────────────────────────────────────────────────────────

/** Formats with a signature whose files may be text from end to end. Other signatures in a text are chance: "BMW" is no bitmap. */
const textualSignatures = new Set([
  'application/pdf',
  'application/postscript',
  'application/eps',
  'application/rtf',
  'application/pgp-encrypted',
  'model/stl',
  'text/calendar',
  'text/vcard',
  'text/vtt',
]);

function textType(text: string, signature: string | null, extension: string): string {
  if (signature !== null && textualSignatures.has(signature)) return signature;
  const byName = textTypes.get(extension) ?? codeTypes.get(extension) ?? 'text/plain';
  const markup = markupType(text);
  // Markdown and PHP may begin with HTML and stay what they are.
  if (markup === 'text/html' && (byName === 'text/markdown' || byName === 'application/x-httpd-php')) return byName;
  return markup ?? byName;
}

/** UTF-8 or an eight-bit code without the control characters that texts never hold, or UTF-16 with its byte order mark; else null. */
function decodeText(head: Buffer): string | null {
  const text = isUtf16(head) ? decodeUtf16(head) : head.toString('latin1', hasUtf8Mark(head) ? 3 : 0);
  return text !== null && !holdsControls(text) ? text : null;
}

function hasUtf8Mark(head: Buffer): boolean {
  return head.length >= 3 && head.readUIntBE(0, 3) === 0xefbbbf;
}

function isUtf16(head: Buffer): boolean {
  return head.length >= 2 && (head.readUInt16BE(0) === 0xfeff || head.readUInt16LE(0) === 0xfeff);
}

function decodeUtf16(head: Buffer): string | null {
  const encoding = head.readUInt16LE(0) === 0xfeff ? 'utf-16le' : 'utf-16be';
  try {
    // stream: the head may end in the middle of a character.
    return new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
}

/** Tab, line feed, form feed, carriage return and escape are the only ones that texts use. */
function holdsControls(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0c && code !== 0x0d && code !== 0x1b) return true;
  }
  return false;
}

/** Elements that browsers take as the start of a page. */
const htmlElements = new Set(
  'html head body script iframe style title meta link h1 h2 h3 div span font table form img a b br p'.split(' '),
);

/** SVG, HTML, XHTML or XML, by the first element or its announcement; null for a text that is no markup. */
function markupType(text: string): string | null {
  const isXml = text.trimStart().startsWith('<?xml');
  const name = firstElement(text)?.toLowerCase();
  if (name === 'svg' || name?.endsWith(':svg')) return 'image/svg+xml';
  if (isXml) return name === 'html' ? 'application/xhtml+xml' : 'application/xml';
  return name !== undefined && htmlElements.has(name) ? 'text/html' : null;
}

/** What comes before the first element, by how it starts and ends. */
const preambles = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;

/** The name of the first element, or of the one that a DOCTYPE announces. */
function firstElement(text: string): string | undefined {
  let rest = text.trimStart();
  for (;;) {
    const preamble = preambles.find(([start]) => rest.startsWith(start));
    if (!preamble) break;
    const end = rest.indexOf(preamble[1], preamble[0].length);
    if (end < 0) return undefined;
    rest = rest.slice(end + preamble[1].length).trimStart();
  }
  return /^<(?:!doctype\s+)?([a-z_][\w.:-]*)/i.exec(rest)?.[1];
}

/** pattern: a type, or a family as "image/*". */
export function matchesType(contentType: string, pattern: string): boolean {
  return contentType === pattern || (pattern.endsWith('/*') && contentType.startsWith(pattern.slice(0, -1)));
}
