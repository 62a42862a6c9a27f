import { createSecretKey, randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FastifyInstance, fastify } from 'fastify';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { request } from 'undici';
import type { Call } from '../../src/call.js';
import type { Graph, GraphContext } from '../../src/graph/graph.js';
import { PersistedDocuments } from '../../src/graph/persisted/persisted-documents.js';
import { Viewers } from '../../src/identity/viewers.js';
import { registerGraphql } from '../../src/server/apollo.js';
import { RepeatedAnswers } from '../../src/server/repeated-answers.js';
import { serverSettings } from '../../src/server/settings.js';

/** A graph whose one field ends when its request's signal fires, and says why. */
const graph: Graph = {
  schema: new GraphQLSchema({
    query: new GraphQLObjectType<unknown, Call>({
      name: 'Query',
      fields: { wait: { type: GraphQLString, resolve: (_source, _args, { signal }) => reasonOf(signal) } },
    }),
  }),
  parseOptions: {},
  validationRules: [],
  validationOptions: { hideSuggestions: false },
  persisted: new PersistedDocuments([], { only: false, automaticBytes: 0 }),
  plugins: [],
  admissionStats: () => ({}),
  formatError: (formatted) => formatted,
  revision: () => '',
  stats: () => ({}),
  createContext: (call) => call as unknown as GraphContext,
};

let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  app = fastify();
  const viewers = new Viewers({ sources: {}, secret: createSecretKey(randomBytes(32)) });
  const repeated = new RepeatedAnswers({ maxBytes: 0, revision: graph.revision, asker: () => null });
  await registerGraphql(app, { graph, viewers, repeated, settings: serverSettings.parse({ requestTimeoutSeconds: 1 }) });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

describe('A request that takes too long', () => {
  it('is told so, even when all that nobody holds was freed meanwhile', async () => {
    const { body } = await request(`${url}/graphql?query=%7Bwait%7D`, { headers: { 'apollo-require-preflight': 'true' } });
    expect(await body.json()).toEqual({ data: { wait: 'The request took longer than 1 s' } });
  });
});

/** Holds nothing of the signal but its listener, as whatever waits does. */
function reasonOf(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(signal.reason.message));
    setTimeout(collectGarbage, 100);
  });
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  collect();
}
