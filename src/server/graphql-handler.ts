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
import { addVary } from './vary.js';

export interface GraphqlHandlerOptions<Context extends BaseContext> {
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => Context;
  /** The headers that answers depend on. */
  readonly varyOn?: readonly string[];
  /** The request as Apollo Server is to see it, or why it is refused. */
  readonly prepare?: (request: HTTPGraphQLRequest) => HTTPGraphQLRequest | GraphQLError;
}

/** Answers requests by Apollo Server, and those by GET with 304 where the client has the very answer. */
export function graphqlHandler<Context extends BaseContext>(
  apollo: ApolloServer<Context>,
  { createContext, varyOn = ['accept'], prepare = (request) => request }: GraphqlHandlerOptions<Context>,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asked = toGraphqlRequest(request);
    const prepared = prepare(asked);
    const isRefused = prepared instanceof GraphQLError;
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: isRefused ? asked : prepared,
      // Apollo Server writes what is thrown here as it writes all errors, once it knows that no page of another origin asks.
      context: async () => {
        if (isRefused) throw prepared;
        return createContext(request, reply);
      },
    });
    if (request.method === 'GET') addVary(reply, varyOn);
    return send(answer, request, reply);
  };
}

function toGraphqlRequest({ body, headers, method, url }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const search = url.indexOf('?');
  return { body, headers: map, method, search: search < 0 ? '' : url.slice(search) };
}

/** What says nothing of caches is not for them. */
function send({ body, headers, status = 200 }: HTTPGraphQLResponse, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (body.kind !== 'complete') throw new Error('Nothing here is answered in parts');
  reply.code(status).header('cache-control', 'no-store');
  for (const [name, value] of headers) reply.header(name, value);
  if (request.method !== 'GET' || headers.get('cache-control') === 'no-store' || status !== 200) return reply.send(body.string);
  const etag = etagOf(`${headers.get('content-type')}\n${body.string}`);
  reply.header('etag', etag);
  return isNotModified(request.headers, etag) ? reply.code(304).removeHeader('content-type').send() : reply.send(body.string);
}

/** The same bytes of the same type have the same. */
function etagOf(content: string): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
}
