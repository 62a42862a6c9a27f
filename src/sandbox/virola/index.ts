import type { FastifyInstance } from 'fastify';
import type { SimulatedSystem } from '../simulator.js';
import { registerAttachments } from './attachments.js';
import { registerEvents } from './events.js';
import { registerMessages } from './messages.js';
import { type AttachmentState, ready } from './model.js';
import { answerRefusals, refusalBody } from './refusals.js';
import { registerRooms } from './rooms.js';
import type { Parts } from './route.js';
import { seedAccounts, seedConversations } from './seed.js';
import { Sessions } from './sessions.js';
import { VirolaState } from './state.js';

export interface VirolaOptions {
  /** Rooms, messages and files to look at; without them there is one empty room, number 2. */
  readonly seed?: boolean;
  /** Whether a list that begins at a cursor holds the message of the cursor itself: servers do, but their vendor does not promise it. */
  readonly cursor?: 'inclusive' | 'exclusive';
  /** The state that uploads end in. */
  readonly uploadState?: AttachmentState;
}

/** A Virola Messenger server with its Web API: https://virola.io/web-api/docs/ */
export function simulateVirola({ seed = true, cursor = 'inclusive', uploadState = ready }: VirolaOptions = {}): SimulatedSystem {
  return {
    product: 'virola',
    refusal: (status) => refusalBody(status),
    register: async (app, sandbox) => {
      const state = new VirolaState();
      seedAccounts(state);
      if (seed) await seedConversations(state);
      answerRefusals(app);
      const parts = {
        state,
        sessions: new Sessions(state, sandbox),
        sandbox,
        includesCursor: cursor === 'inclusive',
        uploadState,
      };
      await app.register((api) => addApi(api, parts), { prefix: '/api/v1' });
    },
  };
}

async function addApi(app: FastifyInstance, parts: Parts): Promise<void> {
  const { sessions } = parts;
  sessions.register(app);
  await app.register(async (own) => {
    own.addHook('onRequest', async (request) => sessions.enter(request));
    await registerEvents(own, parts);
    await registerAttachments(own, parts);
    registerMessages(own, parts);
    registerRooms(own, parts);
  });
}
