import type { FastifyInstance, FastifyReply } from 'fastify';
import sharp from 'sharp';
import { readSample, type SampleName } from '../samples.js';
import { refusals } from './refusals.js';
import { idOf, type Parts } from './route.js';
import { canSee, permissionsOf } from './state.js';
import { toWireRoom, toWireUser } from './wire.js';

/** https://virola.io/web-api/docs/rooms, …/users, …/permissions */
export function registerRooms(app: FastifyInstance, { state, sessions }: Parts): void {
  app.get('/rooms', async (request) => {
    const user = sessions.user(request);
    const rooms = state.rooms.filter((room) => canSee(user, room)).map((room) => toWireRoom(state, room, user));
    return { httpStatusCode: 200, rooms };
  });
  app.get('/room-permissions/:id', async (request) => {
    const user = sessions.user(request);
    const room = state.room(idOf(request, 'Room'), user);
    return { httpStatusCode: 200, roomPermissions: { permissions: permissionsOf(user, room), roomId: room.roomId } };
  });
  app.get('/rooms/:id/avatar.jpg', async (request) => {
    state.room(idOf(request, 'Room'), sessions.user(request));
    throw refusals.notFound('Avatar');
  });
  app.get('/users', async () => ({ httpStatusCode: 200, users: state.users.map(toWireUser) }));
  app.get('/users/:id/avatar.jpg', async (request, reply) => {
    const id = idOf(request, 'Avatar');
    return sendAvatar(reply, state.users.find(({ userId }) => userId === id)?.avatar ?? null);
  });
  app.get('/server-health', async (request) => {
    if (!sessions.user(request).isAdmin) throw refusals.denied();
    return { httpStatusCode: 200 };
  });
}

async function sendAvatar(reply: FastifyReply, avatar: SampleName | null): Promise<FastifyReply> {
  if (!avatar) throw refusals.notFound('Avatar');
  const jpeg = await sharp(await readSample(avatar))
    .resize(128, 128)
    .jpeg()
    .toBuffer();
  return reply.header('content-type', 'image/jpeg').header('content-disposition', 'attachment; filename="avatar.jpg"').send(jpeg);
}
