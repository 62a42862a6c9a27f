import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError, GraphQLSchema, ValidationRule } from 'graphql';
import type { Call } from '../call.js';
import { createContext, type GraphContext, type GraphParts } from './context.js';
import { errorFormatter, errorReports } from './errors.js';
import { sizeLimits } from './limits.js';
import { buildGraphSchema } from './schema.js';
import { upstreamReport } from './upstream.js';

export type { GraphContext } from './context.js';
export { UpstreamTally } from './upstream.js';

/** What a GraphQL server needs to serve the graph. */
export interface Graph {
  readonly schema: GraphQLSchema;
  readonly validationRules: readonly ValidationRule[];
  readonly plugins: readonly ApolloServerPlugin<GraphContext>[];
  formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError;
  /** For one request. `requestId` stands in the log and in errors that nobody expected. */
  createContext(call: Call, requestId: string): GraphContext;
}

export async function buildGraph(parts: GraphParts): Promise<Graph> {
  const schema = await buildGraphSchema(parts.settings);
  return {
    schema,
    validationRules: [sizeLimits(parts.settings)],
    plugins: [errorReports, upstreamReport],
    formatError: errorFormatter(schema),
    createContext: (call, requestId) => createContext(parts, call, requestId),
  };
}
