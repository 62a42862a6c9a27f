import { open } from 'node:fs/promises';
import PostalMime, { type Address, type Email } from 'postal-mime';
import { ContentError } from '../../../errors.js';
import { bodyOf, type Mail } from './mail.js';

/** Of a larger mail the beginning is read, where its words are; what comes later is attached to it. */
const maxBytes = 32 * 1024 ** 2;
const limits = { maxNestingDepth: 32, maxHeadersSize: 1024 ** 2, maxRfc822NestingDepth: 3 } as const;

/** As mails are sent: RFC 5322 and MIME. A ContentError for what is none. */
export async function readInternetMail(path: string): Promise<Mail> {
  const { bytes, isCut } = await readBeginning(path);
  return { ...toMail(await PostalMime.parse(bytes, limits)), isCut };
}

function toMail(email: Email): Omit<Mail, 'isCut'> {
  const { subject = '', from, to = [], cc = [], date, text, html, attachments } = email;
  if (!from && to.length === 0 && subject === '' && date === undefined) {
    throw new ContentError(
      'PROVIDER_ERROR',
      'The file is no mail: it begins with nothing that names a sender, a recipient or a subject',
    );
  }
  const sentAt = new Date(date ?? Number.NaN);
  return {
    subject,
    from: from ? toName(from) : '',
    to: to.map(toName),
    cc: cc.map(toName),
    date: Number.isNaN(sentAt.getTime()) ? null : sentAt,
    body: bodyOf(text, html),
    attachments: attachments
      .filter(({ related, filename }) => !related && filename !== null)
      .map(({ filename, content }) => ({
        name: filename ?? '',
        sizeBytes: typeof content === 'string' ? content.length : content.byteLength,
      })),
  };
}

function toName({ name, address, group }: Address): string {
  if (group) return `${name}: ${group.map(toName).join(', ')}`;
  return name ? `${name} <${address}>` : (address ?? '');
}

async function readBeginning(path: string): Promise<{ bytes: Buffer; isCut: boolean }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, maxBytes)), 0, Math.min(size, maxBytes), 0);
    return { bytes: buffer.subarray(0, bytesRead), isCut: size > maxBytes };
  } finally {
    await file.close();
  }
}
