import { readFile } from 'node:fs/promises';
import { decompressRTF } from '@kenjiuno/decompressrtf';
import outlook, { type FieldsData } from '@kenjiuno/msgreader';
import { getLcidToAnsiCodePages } from '@kenjiuno/msgreader/lib/Defs.js';
import { ContentError } from '../../../errors.js';
import { decodeCodePage } from './code-pages.js';
import { isSoundCompoundFile } from './compound-file.js';
import { bodyOf, type Mail } from './mail.js';
import { readRichText } from './rich-text.js';

const MsgReader = outlook.default;

/** As Outlook saves mails (.msg). A ContentError for what is none. */
export async function readOutlookMail(path: string): Promise<Mail> {
  const bytes = await readFile(path);
  if (!isSoundCompoundFile(bytes)) throw damaged();
  const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const fields = readFields(content, null);
  const encoding = oldEncodingOf(fields);
  return toMail(encoding === null ? fields : readFields(content, encoding));
}

/** `encoding` of what is not in Unicode. */
function readFields(content: ArrayBuffer, encoding: string | null): FieldsData {
  const reader = new MsgReader(content);
  if (encoding !== null) reader.parserConfig = { ansiEncoding: encoding };
  const fields = reader.getFileData();
  if (fields.error === undefined && fields.dataType === 'msg') return fields;
  throw damaged();
}

function damaged(): ContentError {
  return new ContentError('PROVIDER_ERROR', 'The file is no mail of Outlook, or is damaged');
}

/** Code pages of Windows besides that of Western Europe, which the reader takes where a mail is not in Unicode. */
const codePages = new Set([874, 932, 936, 949, 950, 1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258]);

/** What a mail of before Unicode is written in. It tells that by a code page, or by its author's language. */
function oldEncodingOf({ messageCodepage, messageLocaleId }: FieldsData): string | null {
  const codePage = messageCodepage ?? getLcidToAnsiCodePages()[messageLocaleId ?? 0]?.[0];
  return codePage !== undefined && codePages.has(codePage) ? `cp${codePage}` : null;
}

function toMail(fields: FieldsData): Mail {
  const { subject = '', recipients = [], attachments = [] } = fields;
  const sent = new Date(fields.clientSubmitTime ?? fields.messageDeliveryTime ?? Number.NaN);
  const of = (type: 'to' | 'cc') =>
    recipients
      .filter(({ recipType = 'to' }) => recipType === type)
      .map(({ name, smtpAddress, email }) => toName(name, smtpAddress, email));
  return {
    subject,
    from: toName(fields.senderName, fields.senderSmtpAddress, fields.senderEmail),
    to: of('to'),
    cc: of('cc'),
    date: Number.isNaN(sent.getTime()) ? null : sent,
    ...bodyIn(fields),
    attachments: attachments
      .filter(({ attachmentHidden }) => !attachmentHidden)
      .map(({ fileName, name, contentLength }) => ({ name: fileName ?? name ?? 'unnamed', sizeBytes: contentLength ?? null })),
  };
}

const utf8 = 65001;
/** Unpacked it is up to nine times as long, and there is a number for each byte of it. */
const maxPackedRtfBytes = 256 * 1024;

/** Where there is a body of another kind beside the one in RTF, it says the same. */
function bodyIn({ body, bodyHtml, html, internetCodepage, compressedRtf }: FieldsData): Pick<Mail, 'body' | 'isCut'> {
  const plain = bodyOf(body, bodyHtml ?? (html && decodeCodePage(html, internetCodepage ?? utf8)));
  if (plain !== '' || !compressedRtf?.length) return { body: plain, isCut: false };
  const { text, isHtml } = readRichText(unpackRtf(compressedRtf));
  return { body: isHtml ? bodyOf(undefined, text) : text, isCut: compressedRtf.length > maxPackedRtfBytes };
}

function unpackRtf(packed: Uint8Array): string {
  const bytes = Buffer.from(packed.subarray(0, maxPackedRtfBytes));
  // The unpacker believes the length that is written first, and goes on beyond the end.
  bytes.writeUInt32LE(Math.min(bytes.readUInt32LE(), bytes.length - 4));
  return Buffer.from(decompressRTF([...bytes])).toString('latin1');
}

/** Addresses inside one Exchange server ("/o=…") say nothing to a reader. */
function toName(name = '', ...addresses: readonly (string | undefined)[]): string {
  const bare = name.replace(/^'(.*)'$/, '$1');
  const address = addresses.find((known) => known?.includes('@'));
  if (address === undefined || address === bare) return bare;
  return bare ? `${bare} <${address}>` : address;
}
