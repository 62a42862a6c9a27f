import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { type ASTNode, GraphQLError, type GraphQLFormattedError, type GraphQLSchema, isEnumType } from 'graphql';
import { ContentError, toHttpStatus } from '../errors.js';
import type { GraphContext } from './context.js';
import type { GraphSettings } from './settings.js';

/** Codes that the GraphQL server gives to requests that are wrong in themselves. */
const requestErrorCodes = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
]);

/** The same of those that clients act on as they are. */
const persistedQueryCodes = new Set<unknown>(['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED']);

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Every error as the client sees it: one of the codes of ErrorCode, and nothing of what was not written for clients. */
export function errorFormatter(schema: GraphQLSchema, { introspection }: Pick<GraphSettings, 'introspection'>): FormatError {
  return (formatted, error) => {
    const known = contentErrorOf(error);
    if (known) return { ...formatted, message: known.message, extensions: toExtensions(known) };
    const tooLong = tooManyTokens.exec(formatted.message)?.[1];
    if (tooLong !== undefined) {
      const message = `The query has more than the ${tooLong} tokens that are allowed`;
      return { ...formatted, message, extensions: { code: 'QUERY_TOO_COMPLEX' } };
    }
    const code = formatted.extensions?.code;
    if (persistedQueryCodes.has(code)) return { ...formatted, extensions: { code } };
    if (requestErrorCodes.has(code)) {
      const message = introspection ? withEnumValues(formatted.message, schema) : formatted.message;
      return { ...formatted, message, extensions: { code: 'BAD_USER_INPUT' } };
    }
    const requestId = formatted.extensions?.requestId;
    const extensions = { code: 'INTERNAL_SERVER_ERROR', ...(requestId === undefined ? {} : { requestId }) };
    return { ...formatted, message: 'Internal error', extensions };
  };
}

/** Refuses a whole request, with the HTTP status that says the same. */
export function toGraphqlError(error: ContentError, nodes: readonly ASTNode[] = []): GraphQLError {
  const { retryAfterSeconds } = error.details;
  const headers = new HeaderMap(retryAfterSeconds === undefined ? [] : [['retry-after', `${retryAfterSeconds}`]]);
  const extensions = { http: { status: toHttpStatus(error.code), headers } };
  return new GraphQLError(error.message, { nodes, originalError: error, extensions });
}

/** Reports what fails before an operation is executed, and around it. */
export const errorReports: ApolloServerPlugin<GraphContext> = {
  /** What fails outside of any field: writing an answer that has become too long, for one. */
  async unexpectedErrorProcessingRequest({ requestContext, error }) {
    requestContext.contextValue.log.error({ err: error, requestId: requestContext.contextValue.requestId }, 'a request failed');
  },
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue }) {
        reportErrors(errors, contextValue);
      },
    };
  },
};

/** Logs what nobody expected, and marks it with the id of the request under which it is found in the log. */
export function reportErrors(errors: readonly GraphQLError[], context: GraphContext): void {
  for (const error of errors) if (isUnexpected(error)) report(error, context);
}

function isUnexpected(error: GraphQLError): boolean {
  const { code } = error.extensions;
  return contentErrorOf(error) === null && !requestErrorCodes.has(code) && !persistedQueryCodes.has(code);
}

function report(error: GraphQLError, { log, requestId, signal }: GraphContext): void {
  error.extensions.requestId = requestId;
  const fields = { err: causeOf(error), requestId, path: error.path?.join('.') };
  if (signal.aborted) log.debug(fields, 'a field ended with its request');
  else log.error(fields, 'a field failed');
}

function toExtensions({ code, details }: ContentError): Readonly<Record<string, unknown>> {
  const { provider, upstreamStatus, upstreamCode, retryAfterSeconds } = details;
  const known = Object.entries({ provider, upstreamStatus, upstreamCode, retryAfterSeconds }).filter(
    ([, value]) => value !== undefined,
  );
  return { code, ...Object.fromEntries(known) };
}

/** The failure with a meaning behind an error; null for one of GraphQL's own and for what nobody expected. */
function contentErrorOf(error: unknown): ContentError | null {
  const cause = causeOf(error);
  if (cause instanceof ContentError && cause.code !== 'INTERNAL_SERVER_ERROR') return cause;
  if (cause instanceof DOMException && cause.name === 'TimeoutError') {
    return new ContentError('PROVIDER_TIMEOUT', 'The answer took longer than a request may take');
  }
  return null;
}

/** GraphQL wraps what resolvers throw, some errors more than once; toContentError wraps what nobody expected. */
function causeOf(error: unknown): unknown {
  if (error instanceof GraphQLError && error.originalError) return causeOf(error.originalError);
  return error instanceof ContentError && error.code === 'INTERNAL_SERVER_ERROR' ? (error.details.cause ?? error) : error;
}

const tooManyTokens = /Document contains more tha[nt] (\d+) tokens/;

const enumMismatch = /(?:does not exist in "(\w+)" enum|Enum "(\w+)" cannot represent)/;

/** GraphQL names only values that look alike; all of them are told. */
function withEnumValues(message: string, schema: GraphQLSchema): string {
  const [, missing, misread] = enumMismatch.exec(message) ?? [];
  const type = schema.getType(missing ?? misread ?? '');
  if (!isEnumType(type)) return message;
  return `${message} Allowed: ${type
    .getValues()
    .map((value) => value.name)
    .join(', ')}.`;
}
