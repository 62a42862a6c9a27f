import { z } from 'zod';
import { oidPattern } from './settings.js';

/**
 * Shapes of answers. Which members an object has grew over the years, so nearly all may be absent; what the samples of
 * https://portal.xelion.com/nl/apidocs/user-guide/overview.html always have is required.
 */
const oid = z.union([z.string(), z.int().transform(String)]).pipe(z.string().regex(oidPattern));
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** "2016-10-23 14:02:59" in UTC; some servers write ISO 8601. null: neither. */
const date = z
  .string()
  .nullish()
  .transform((written) => (written ? parseDate(written) : null));

function parseDate(written: string): Date | null {
  const zoned = /[Zz]$|[+-]\d\d:?\d\d$/.test(written) ? written : `${written}Z`;
  const parsed = new Date(zoned.replace(' ', 'T'));
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}

/** As parameters are written. */
export function toWireDate(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace('T', ' ');
}

/** https://portal.xelion.com/nl/apidocs/user-guide/model/Attachment.html */
const attachment = z.object({
  oid,
  originalLocation: text,
  commonName: text,
  mimeType: text,
  hasThumbnail: flag,
  thumbnailB64String: text,
  size: z.number().nullish(),
  permissions: text,
});
export type WireAttachment = z.output<typeof attachment>;

const addressee = z.object({
  commonName: text,
  role: text,
  address: text,
  addressable: z.object({ commonName: text }).nullish(),
});
export type WireAddressee = z.output<typeof addressee>;

/** A call, chat message, e-mail or text message. */
const communication = z.object({
  oid,
  objectType: text,
  commonName: text,
  subject: text,
  date,
  incoming: flag,
  hasAttachment: flag,
  contents: z.object({ content: text }).nullish(),
  contentSummary: text,
  participants: z.array(addressee).nullish(),
  attachments: z.array(attachment).nullish(),
});
export type WireCommunication = z.output<typeof communication>;

/** https://portal.xelion.com/nl/apidocs/user-guide/model/XCCChatSession.html */
const chat = z.object({ oid, commonName: text, sessionType: text, disabled: flag });
export type WireChat = z.output<typeof chat>;

const paging = z.object({ previousId: z.union([z.string().min(1), z.int().transform(String)]).nullish() }).nullish();

export const attachmentAnswer = z.object({ object: attachment });
export const communicationAnswer = z.object({ object: communication });
export const communicationsAnswer = z.object({
  data: z.array(communicationAnswer),
  meta: z.object({ paging }).nullish(),
});
export type WireCommunications = z.output<typeof communicationsAnswer>;
export const chatAnswer = z.object({ object: chat });
export const conceptAnswer = z.object({ object: z.object({ text, attachment: attachment.nullish() }) });

/** https://portal.xelion.com/nl/apidocs/user-guide/model/LoginResponse.html */
export const loginAnswer = z.object({ authentication: z.string().min(1), renewalToken: text, validUntil: date });

/** https://portal.xelion.com/nl/apidocs/user-guide/common_errors.html */
export const errorAnswer = z.object({ errorCode: z.union([z.int(), z.string()]), message: text });
