import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Call } from '../call.js';
import { costHeader, type Graph, type GraphContext, UpstreamTally } from '../graph/graph.js';
import type { Viewers } from '../identity/viewers.js';
import { Abort } from '../lib/abort.js';
import { graphqlHandler } from './graphql-handler.js';
import { withDocument } from './persisted-requests.js';
import type { RepeatedAnswers } from './repeated-answers.js';
import type { ServerSettings } from './settings.js';
import { isMultipart } from './uploads.js';

/** "1" asks for `extensions.upstream`: what the query cost upstream, by provider. */
const upstreamHeader = 'x-proofsheet-upstream';

export interface GraphqlOptions {
  readonly graph: Graph;
  readonly viewers: Viewers;
  readonly settings: ServerSettings;
  readonly repeated: RepeatedAnswers;
}

/** Serves the graph on /graphql by GET, HEAD and POST. Resolves when it can answer. */
export async function registerGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { graph, viewers, repeated } = options;
  const { automatic } = graph.persisted;
  const apollo = new ApolloServer<GraphContext>({
    schema: graph.schema,
    formatError: graph.formatError,
    // The graph has a rule of its own for where it is off.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: automatic ? { cache: automatic } : false,
    parseOptions: graph.parseOptions,
    validationRules: [...graph.validationRules],
    validationOptions: graph.validationOptions,
    logger: app.log,
    plugins: [...disabled, ...graph.plugins],
    // Apollo Server would put a line's end behind it, and so make it a text of two parts, which is copied once more to be sent.
    stringifyResult: (value) => JSON.stringify(value),
  });
  await apollo.start();
  app.addHook('onClose', () => apollo.stop());
  app.route({
    // Apollo Server refuses the others.
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: graphqlHandler(apollo, {
      varyOn: ['accept', ...viewers.headers, upstreamHeader, costHeader],
      prepare: (request) => withDocument(request, graph.persisted),
      memory: repeated,
      createContext: (request, reply) => graph.createContext(callOf(request, reply, options), request.id),
    }),
  });
}

/** As RepeatedAnswersOptions.asker. What is told beside the answer, like its cost, is of the very request. */
export function askerOf({ headers }: FastifyRequest, viewers: Viewers): string | null {
  if (headers[upstreamHeader] !== undefined || headers[costHeader] !== undefined) return null;
  return `${viewers.ofRequest(headers).scope} ${headers.accept ?? ''}`;
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
