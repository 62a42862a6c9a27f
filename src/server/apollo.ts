import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Graph, GraphContext } from '../graph/graph.js';
import { openViewer } from '../identity/viewer.js';
import type { ServerSettings } from './settings.js';

/** Tokens in one query document; the largest useful ones have a few hundred. */
const maxTokens = 5_000;

/** Serves the graph on /graphql by GET and POST. Resolves when it can answer. */
export async function registerGraphql(app: FastifyInstance, graph: Graph, settings: ServerSettings): Promise<void> {
  const apollo = new ApolloServer<GraphContext>({
    schema: graph.schema,
    formatError: graph.formatError,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    parseOptions: { maxTokens },
    validationRules: [...graph.validationRules],
    logger: app.log,
    plugins: [...disabled, ...graph.plugins],
  });
  await apollo.start();
  app.addHook('onClose', () => apollo.stop());
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, {
      context: async (request, reply) => graph.createContext(callOf(request, reply, settings), request.id),
    }),
  });
}

const disabled = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

/** The request's work ends when the client leaves or when its time is over, whichever comes first. */
function callOf(request: FastifyRequest, reply: FastifyReply, settings: ServerSettings) {
  const seconds = isUpload(request) ? settings.uploadTimeoutSeconds : settings.requestTimeoutSeconds;
  const signal = AbortSignal.any([signalOfClient(reply), AbortSignal.timeout(seconds * 1000)]);
  return { viewer: openViewer, signal, log: request.log };
}

function isUpload(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith('multipart/') ?? false;
}

function signalOfClient(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('The client left'));
  });
  return controller.signal;
}
