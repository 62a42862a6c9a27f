import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Parts } from './route.js';
import { canSee } from './state.js';
import { toWireEvent } from './wire.js';

const open = 1;

/** All that happens in the rooms a user may see, from the connection on: https://virola.io/web-api/docs/events */
export async function registerEvents(app: FastifyInstance, { state, sessions }: Parts): Promise<void> {
  await app.register(websocket);
  // Nobody else ends the connection of an upgrade that was refused.
  const onResponse = async ({ raw }: FastifyRequest) => void raw.socket.end();
  app.get('/events', { websocket: true, onResponse }, (socket, request) => {
    const user = sessions.user(request);
    const stop = state.onEvent((event) => {
      const room = state.rooms.find(({ roomId }) => roomId === event.message.roomId);
      if (!room || !canSee(user, room) || socket.readyState !== open) return;
      socket.send(JSON.stringify(toWireEvent(state, event)));
    });
    socket.once('close', stop);
  });
}
