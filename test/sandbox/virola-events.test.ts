import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'undici';
import { bearer, form, VirolaCalls } from './virola-calls.js';

let calls: VirolaCalls;

beforeEach(async () => {
  calls = await VirolaCalls.open();
});

afterEach(() => calls.close());

describe('Events', () => {
  async function listen(headers: Record<string, string>) {
    const socket = new WebSocket(`${calls.sandbox.url.replace('http', 'ws')}/api/v1/events`, { headers });
    const events: { readonly type: string; readonly data: unknown }[] = [];
    const waiting = new Set<() => void>();
    socket.addEventListener('message', ({ data }) => {
      events.push(JSON.parse(String(data)));
      for (const wake of waiting) wake();
    });
    await once(socket, 'open');
    const received = (count: number) =>
      new Promise<typeof events>((resolve) => {
        const look = () => events.length >= count && resolve(events);
        waiting.add(look);
        look();
      });
    return { socket, received };
  }

  it('tell what is created, updated and deleted in the rooms of the user', async () => {
    const { socket, received } = await listen(bearer);
    await calls.post('/rooms/11/messages', { content: 'private' }, { authorization: 'Bearer admin-token' });
    await calls.post('/rooms/6/messages', { content: 'hello' });
    const { messageId } = await calls.newest('/rooms/6/messages');
    await calls.json('POST', `/messages/${messageId}/attachments`, { body: form(['files', 'a.txt', 'a']) });
    await calls.json('DELETE', `/messages/${messageId}`);
    expect(await received(3)).toMatchObject([
      { type: 'TextMessagesCreated', data: { messages: [{ messageId, text: 'hello', attachments: [] }] } },
      { type: 'TextMessagesUpdated', data: { messages: [{ messageId, attachments: [{ fileName: 'a.txt' }] }] } },
      { type: 'TextMessageDeleted', data: { messageId, roomId: 6, parentMessageId: 0 } },
    ]);
    socket.close();
  });

  it('come by cookie too', async () => {
    const { socket, received } = await listen(await calls.login());
    await calls.post('/rooms/6/messages', { content: 'hello' });
    expect(await received(1)).toHaveLength(1);
    socket.close();
  });

  it('are refused to who does not say who it is', async () => {
    const socket = new WebSocket(`${calls.sandbox.url.replace('http', 'ws')}/api/v1/events`);
    await once(socket, 'error');
    expect(calls.sandbox.log.requests(/\/events/).at(-1)?.status).toBe(401);
  });
});
