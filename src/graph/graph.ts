import 'reflect-metadata';
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLSchema, ParseOptions, ValidationRule } from 'graphql';
import type { Call } from '../call.js';
import { cacheControl } from './cache-control.js';
import { createContext, type GraphContext, type GraphParts } from './context.js';
import { errorFormatter, errorReports, type FormatError } from './errors.js';
import { executeBy } from './execution/apollo-executor.js';
import { Executor } from './execution/executor.js';
import { Admission } from './limits/admission.js';
import { costLimit } from './limits/cost-limit.js';
import { costReport } from './limits/cost-report.js';
import { documentLimits } from './limits/document-limits.js';
import { introspectionOff } from './limits/introspection-off.js';
import { CostModel } from './limits/operation-cost.js';
import { type DocumentRules, openPersistedDocuments, type PersistedDocuments } from './persisted/persisted-documents.js';
import { buildGraphSchema } from './schema.js';
import type { GraphSettings } from './settings.js';
import { upstreamReport } from './upstream.js';

export type { GraphContext } from './context.js';
export { costHeader } from './limits/cost-report.js';
export { ManifestError } from './persisted/persisted-documents.js';
export { UpstreamTally } from './upstream.js';

/** What a GraphQL server needs to serve the graph. */
export interface Graph {
  readonly schema: GraphQLSchema;
  readonly parseOptions: ParseOptions;
  readonly validationRules: readonly ValidationRule[];
  readonly validationOptions: { readonly hideSuggestions: boolean };
  /** Documents that requests may name instead of bringing them along. */
  readonly persisted: PersistedDocuments;
  readonly plugins: readonly ApolloServerPlugin<GraphContext>[];
  readonly formatError: FormatError;
  /** Another one whenever an answer about what is stored here might be another one. Synchronous. */
  revision(): string;
  /** What the executor has done. */
  stats(): Readonly<Record<string, number>>;
  /** Operations that run and wait. */
  admissionStats(): Readonly<Record<string, number>>;
  /** For one request. `requestId` stands in the log and in errors that nobody expected. */
  createContext(call: Call, requestId: string): GraphContext;
}

/** Throws ManifestError. */
export async function buildGraph(parts: GraphParts): Promise<Graph> {
  const { settings } = parts;
  const rules = await documentRules(settings);
  const { schema } = rules;
  const persisted = await openPersistedDocuments(settings.persisted, rules);
  const formatError = errorFormatter(schema, settings);
  const executor = new Executor(schema, settings);
  const costs = new CostModel(schema, settings.maxPageSize);
  const admission = new Admission(settings.admission);
  return {
    ...rules,
    validationOptions: { hideSuggestions: !settings.introspection },
    persisted,
    plugins: [
      errorReports,
      costLimit(costs, settings.maxCost, admission),
      costReport(costs, settings),
      upstreamReport,
      cacheControl(settings.answerMaxAgeSeconds),
      executeBy(executor, formatError),
    ],
    formatError,
    revision: () => `${parts.catalog.revision()}-${parts.renditions.revision()}`,
    stats: () => executor.stats(),
    admissionStats: () => admission.stats(),
    createContext: (call, requestId) => createContext(parts, call, requestId),
  };
}

/** What documents are held to, wherever they come from. */
export async function documentRules(settings: GraphSettings): Promise<DocumentRules> {
  return {
    schema: await buildGraphSchema(settings),
    parseOptions: { maxTokens: settings.maxTokens },
    validationRules: [documentLimits(settings), ...(settings.introspection ? [] : [introspectionOff])],
  };
}
