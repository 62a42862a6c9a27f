import 'reflect-metadata';
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLSchema, ParseOptions, ValidationRule } from 'graphql';
import type { Call } from '../call.js';
import { createContext, type GraphContext, type GraphParts } from './context.js';
import { errorFormatter, errorReports, type FormatError } from './errors.js';
import { executeBy } from './execution/apollo-executor.js';
import { Executor } from './execution/executor.js';
import { Admission } from './limits/admission.js';
import { costLimit } from './limits/cost-limit.js';
import { costReport } from './limits/cost-report.js';
import { documentLimits } from './limits/document-limits.js';
import { CostModel } from './limits/operation-cost.js';
import { buildGraphSchema } from './schema.js';
import { upstreamReport } from './upstream.js';

export type { GraphContext } from './context.js';
export { UpstreamTally } from './upstream.js';

/** What a GraphQL server needs to serve the graph. */
export interface Graph {
  readonly schema: GraphQLSchema;
  readonly parseOptions: ParseOptions;
  readonly validationRules: readonly ValidationRule[];
  readonly plugins: readonly ApolloServerPlugin<GraphContext>[];
  readonly formatError: FormatError;
  /** What the executor has done. */
  stats(): Readonly<Record<string, number>>;
  /** Operations that run and wait. */
  admissionStats(): Readonly<Record<string, number>>;
  /** For one request. `requestId` stands in the log and in errors that nobody expected. */
  createContext(call: Call, requestId: string): GraphContext;
}

export async function buildGraph(parts: GraphParts): Promise<Graph> {
  const { settings } = parts;
  const schema = await buildGraphSchema(settings);
  const formatError = errorFormatter(schema);
  const executor = new Executor(schema, settings);
  const costs = new CostModel(schema, settings.maxPageSize);
  const admission = new Admission(settings.admission);
  return {
    schema,
    parseOptions: { maxTokens: settings.maxTokens },
    validationRules: [documentLimits(settings)],
    plugins: [
      errorReports,
      costLimit(costs, settings.maxCost, admission),
      costReport(costs, settings),
      upstreamReport,
      executeBy(executor, formatError),
    ],
    formatError,
    stats: () => executor.stats(),
    admissionStats: () => admission.stats(),
    createContext: (call, requestId) => createContext(parts, call, requestId),
  };
}
