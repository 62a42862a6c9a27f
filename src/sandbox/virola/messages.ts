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
  const { state, sessions } = parts;
  const roomOf = (request: FastifyRequest): Thread => {
    const { roomId } = state.room(idOf(request, 'Room'), sessions.user(request));
    return { roomId, parentMessageId: 0 };
  };
  const messageOf = (request: FastifyRequest) => state.message(idOf(request, 'Message'), sessions.user(request));
  const commentsOf = (request: FastifyRequest): Thread => {
    const { roomId, messageId } = messageOf(request);
    return { roomId, parentMessageId: messageId };
  };

  app.get('/rooms/:id/messages', async (request) => {
    const { roomId, ...thread } = roomOf(request);
    return { httpStatusCode: 200, messages: list(parts, { roomId, ...thread }, request), roomId };
  });
  app.get('/messages/:id/comments', async (request) => {
    const { roomId, parentMessageId } = commentsOf(request);
    return { httpStatusCode: 200, messages: list(parts, { roomId, parentMessageId }, request), parentMessageId, roomId };
  });
  // The second is how older servers spell it.
  for (const path of ['/rooms/:id/messages', '/rooms/:id/text-messages']) {
    app.post(path, async (request) => post(parts, roomOf(request), request));
  }
  app.post('/messages/:id/comments', async (request) => post(parts, commentsOf(request), request));
  app.post('/messages/:id/read', async (request) => {
    state.markRead(messageOf(request), sessions.user(request));
    return done;
  });
  app.delete('/messages/:id', async (request) => {
    const message = messageOf(request);
    state.assertPermitted(sessions.user(request), message, ['canEditOrDeleteOwnMessages'], message.userId);
    state.removeMessage(message);
    return done;
  });
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
