import { z } from 'zod';

/** Answers of the server, as far as they are used: https://virola.io/web-api/docs/ */

const id = z.int().positive();
/** Milliseconds since 1970. 0, and whatever else is no such time, is unknown. */
const time = z.number().positive().max(8.64e15).nullish().catch(null);

const attachment = z.object({
  attachmentId: id,
  attachmentState: z.string(),
  createdUtc: time,
  fileChecksum: z.string().max(256).nullish(),
  // Half a surrogate pair, which JSON can spell, is no character that a URL could hold.
  fileName: z.string().transform((name) => name.toWellFormed()),
  fileSize: z.int().nonnegative().nullish(),
  hasThumbnail: z.boolean().nullish(),
  lastModifiedUtc: time,
  roomId: id,
  textMessageId: id,
});

const message = z.object({
  messageId: id,
  roomId: id,
  userId: z.int(),
  text: z.string().nullish(),
  createdUtc: time,
  attachments: z.array(attachment).nullish(),
});

/** Older servers, and samples of events, say `name`. lastMessage: null where nothing was said; absent at older servers. */
const room = z.object({
  roomId: id,
  displayName: z.string().nullish(),
  name: z.string().nullish(),
  createdUtc: time,
  lastMessage: z.object({ messageId: id }).nullish(),
});

/** The attachment itself; a wrapper around it would be in the style of the other answers. */
export const attachmentAnswer = z.union([attachment, z.object({ attachment }).transform((answer) => answer.attachment)]);
export const messagesAnswer = z.object({ messages: z.array(message) });
export const roomsAnswer = z.object({ rooms: z.array(room) });
/** Says that it was done, and nothing of what came of it. */
export const doneAnswer = z.object({});

/** The status that an answer's body tells may be worse than the one of HTTP. */
export const statedStatus = z.object({ httpStatusCode: z.int().min(300).max(599) });

export type WireAttachment = z.infer<typeof attachment>;
export type WireMessage = z.infer<typeof message>;
export type WireRoom = z.infer<typeof room>;
