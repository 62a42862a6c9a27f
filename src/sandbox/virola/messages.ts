import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { targetOf } from '../simulator.js';
import type { Message } from './model.js';
import { refusals } from './refusals.js';
import { idOf, type Parts } from './route.js';
import type { Excerpt, Thread } from './state.js';
import { toWireMessage } from './wire.js';

const querySchema = z.object({
  cursor: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(0).optional(),
  direction: z.enum(['forward', 'backward']).default('forward'),
});
const contentSchema = z.object({ content: z.string().min(1) });
const done = { httpStatusCode: 200 };

/** https://virola.io/web-api/docs/messages, …/comments */
export function registerMessages(app: FastifyInstance, parts: Parts): void {
  app.get('/rooms/:id/messages', async (request) => {
    const room = roomOf(parts, request);
    return { httpStatusCode: 200, messages: list(parts, room, request), roomId: room.roomId };
  });
  app.get('/messages/:id/comments', async (request) => {
    const comments = commentsOf(parts, request);
    return { httpStatusCode: 200, messages: list(parts, comments, request), ...comments };
  });
  app.post('/rooms/:id/messages', async (request) => post(parts, roomOf(parts, request), request));
  // As older servers spell it.
  app.post('/rooms/:id/text-messages', async (request) => post(parts, roomOf(parts, request), request));
  app.post('/messages/:id/comments', async (request) => post(parts, commentsOf(parts, request), request));
  app.post('/messages/:id/read', async (request) => {
    parts.state.markRead(messageOf(parts, request), parts.sessions.user(request));
    return done;
  });
  app.delete('/messages/:id', async (request) => {
    const message = messageOf(parts, request);
    parts.state.assertPermitted(parts.sessions.user(request), message, ['canEditOrDeleteOwnMessages'], message.userId);
    parts.state.removeMessage(message);
    return done;
  });
}

function roomOf({ state, sessions }: Parts, request: FastifyRequest): Thread {
  const { roomId } = state.room(idOf(request, 'Room'), sessions.user(request));
  return { roomId, parentMessageId: 0 };
}

function messageOf({ state, sessions }: Parts, request: FastifyRequest): Message {
  return state.message(idOf(request, 'Message'), sessions.user(request));
}

function commentsOf(parts: Parts, request: FastifyRequest): Thread {
  const { roomId, messageId } = messageOf(parts, request);
  return { roomId, parentMessageId: messageId };
}

function list({ state, sandbox, includesCursor }: Parts, thread: Thread, request: FastifyRequest) {
  const isPending = sandbox.faults.take('pending', targetOf(request)) !== null;
  return state.excerpt(thread, parseExcerpt(request), includesCursor).map((message) => toWireMessage(state, message, isPending));
}

/** Without a limit a list holds everything; a cursor below 0 is none. */
function parseExcerpt({ query }: FastifyRequest): Excerpt {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) throw refusals.badRequest();
  const { cursor = -1, limit = Number.MAX_SAFE_INTEGER, direction } = parsed.data;
  return { cursor: cursor < 0 ? null : cursor, limit, direction };
}

/** The answer does not tell the message's id. */
function post({ state, sessions }: Parts, thread: Thread, request: FastifyRequest): typeof done {
  const user = sessions.user(request);
  state.assertPermitted(user, thread, ['canSendMessages']);
  const parsed = contentSchema.safeParse(request.body);
  if (!parsed.success) throw refusals.badRequest();
  const at = state.now();
  const message: Message = {
    messageId: state.nextMessageId(),
    ...thread,
    userId: user.userId,
    text: parsed.data.content,
    markupType: 'TextPlain',
    kind: { messageType: 'Regular' },
    createdUtc: at,
    lastModifiedUtc: at,
    attachments: [],
    readBy: new Map(),
  };
  state.addMessage(message);
  return done;
}
