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
import type { Call } from '../call.js';
import { type Graph, type GraphContext, UpstreamTally } from '../graph/graph.js';
import type { Viewers } from '../identity/viewers.js';
import { Abort } from '../lib/abort.js';
import type { ServerSettings } from './settings.js';
import { isMultipart } from './uploads.js';

/** "1" asks for `extensions.upstream`: what the query cost upstream, by provider. */
const upstreamHeader = 'x-proofsheet-upstream';

export interface GraphqlOptions {
  readonly graph: Graph;
  readonly viewers: Viewers;
  readonly settings: ServerSettings;
}

/** Serves the graph on /graphql by GET and POST. Resolves when it can answer. */
export async function registerGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { graph } = options;
  const apollo = new ApolloServer<GraphContext>({
    schema: graph.schema,
    formatError: graph.formatError,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    parseOptions: graph.parseOptions,
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
      context: async (request, reply) => graph.createContext(callOf(request, reply, options), request.id),
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

function callOf(request: FastifyRequest, reply: FastifyReply, { viewers, settings }: GraphqlOptions): Call {
  const seconds = isMultipart(request) ? settings.uploadTimeoutSeconds : settings.requestTimeoutSeconds;
  return {
    viewer: viewers.ofRequest(request.headers),
    address: request.ip,
    signal: signalOf(reply, seconds),
    deadlineAt: Date.now() + seconds * 1000,
    log: request.log,
    ...(request.headers[upstreamHeader] === '1' ? { upstream: new UpstreamTally() } : {}),
  };
}

/** Fires when the client leaves or the time is over. */
function signalOf(reply: FastifyReply, seconds: number): AbortSignal {
  const end = new Abort();
  const endLate = () => end.abort(new DOMException(`The request took longer than ${seconds} s`, 'TimeoutError'));
  const timer = setTimeout(endLate, seconds * 1000).unref();
  reply.raw.once('close', () => {
    clearTimeout(timer);
    if (!reply.raw.writableFinished) end.abort(new Error('The client left'));
  });
  return end.signal;
}
