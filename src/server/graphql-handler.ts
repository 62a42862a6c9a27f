import { createHash } from 'node:crypto';
import {
  type ApolloServer,
  type BaseContext,
  HeaderMap,
  type HTTPGraphQLRequest,
  type HTTPGraphQLResponse,
} from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { isNotModified } from '../delivery/conditional.js';
import type { KeptAnswer, Question } from './repeated-answers.js';
import { addVary } from './vary.js';

export interface GraphqlHandlerOptions<Context extends BaseContext> {
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => Context;
  /** The headers that answers depend on. */
  readonly varyOn?: readonly string[];
  /** The request as Apollo Server is to see it, or why it is refused. */
  readonly prepare?: (request: HTTPGraphQLRequest) => HTTPGraphQLRequest | GraphQLError;
  readonly memory?: AnswerMemory<Context>;
}

/** Remembers answers, as RepeatedAnswers does. */
export interface AnswerMemory<Context> {
  questionOf(request: FastifyRequest): Question | null;
  find(question: Question): KeptAnswer | null;
  keep(question: Question, answer: HTTPGraphQLResponse, context: Context): void;
}

/** Answers requests by Apollo Server, and those by GET with 304 where the client has the very answer. */
export function graphqlHandler<Context extends BaseContext>(
  apollo: ApolloServer<Context>,
  { createContext, varyOn = ['accept'], prepare = (request) => request, memory }: GraphqlHandlerOptions<Context>,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const question = memory?.questionOf(request);
    const known = question && memory?.find(question);
    if (known) return reply.headers(known.headers).send(known.body);
    let context: Context | undefined;
    const asked = toGraphqlRequest(request);
    const prepared = prepare(asked);
    const isRefused = prepared instanceof GraphQLError;
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: isRefused ? asked : prepared,
      // Apollo Server writes what is thrown here as it writes all errors, once it knows that no page of another origin asks.
      context: async () => {
        if (isRefused) throw prepared;
        context = createContext(request, reply);
        return context;
      },
    });
    if (question && context) memory?.keep(question, answer, context);
    if (asked.method !== 'GET') return send(answer, reply);
    addVary(reply, varyOn);
    return sendUnlessKept(answer, request, reply);
  };
}

/** HEAD is a GET whose body nobody sends. */
function toGraphqlRequest({ body, headers, method, url }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const search = url.indexOf('?');
  return { body, headers: map, method: method === 'HEAD' ? 'GET' : method, search: search < 0 ? '' : url.slice(search) };
}

/** Sends the body only where the client does not have it. What may not be kept needs no ETag. */
function sendUnlessKept(answer: HTTPGraphQLResponse, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body = bodyOf(answer);
  const cacheControl = answer.headers.get('cache-control') ?? 'no-store';
  if (cacheControl === 'no-store') return send(answer, reply);
  const etag = etagOf(`${answer.headers.get('content-type')}\n${body}`);
  if (!isNotModified(headers, etag)) return send(answer, reply.header('etag', etag));
  return reply.code(304).headers({ 'cache-control': cacheControl, etag }).send();
}

/** What says nothing of caches is not for them. */
function send(answer: HTTPGraphQLResponse, reply: FastifyReply): FastifyReply {
  reply.code(answer.status ?? 200).header('cache-control', 'no-store');
  for (const [name, value] of answer.headers) reply.header(name, value);
  return reply.send(bodyOf(answer));
}

function bodyOf({ body }: HTTPGraphQLResponse): string {
  if (body.kind === 'complete') return body.string;
  throw new Error('Nothing here is answered in parts');
}

/** The same bytes of the same type have the same. */
function etagOf(content: string): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
}
