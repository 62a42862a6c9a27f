import { type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { GraphContext } from '../context.js';
import { type FormatError, reportErrors } from '../errors.js';
import type { Executor } from './executor.js';

/**
 * Has Apollo Server execute by our executor, through the hook by which a plugin may answer an operation. Its option for gateways is
 * made for that, but gives every request an object with a getter, by which all of the request outlives young collections: a fifth of
 * a busy server's time.
 */
export function executeBy(executor: Executor, formatError: FormatError): ApolloServerPlugin<GraphContext> {
  return {
    requestDidStart: async () => ({
      async responseForOperation({ document, operation, request, contextValue }) {
        // Without an operation Apollo Server says what is wrong with its name.
        if (!operation) return null;
        const { variables = {}, operationName } = request;
        const result = await executor.execute({ document, operation, operationName, variables, contextValue });
        return result.errors
          ? failed(result, result.errors, formatError, contextValue)
          : response(200, { data: result.data ?? null });
      },
    }),
  };
}

/** Without data nothing was executed, because the variables are wrong. */
function failed(
  result: ExecutionResult,
  errors: readonly GraphQLError[],
  formatError: FormatError,
  context: GraphContext,
): GraphQLResponse {
  const isRefused = result.data === undefined;
  const code = isRefused ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
  if (!isRefused) reportErrors(errors, context);
  const formatted = errors.map((error) => formatError({ ...error.toJSON(), extensions: { code, ...error.extensions } }, error));
  return response(isRefused ? 400 : 200, isRefused ? { errors: formatted } : { data: result.data ?? null, errors: formatted });
}

type SingleResult = Extract<GraphQLResponse['body'], { readonly kind: 'single' }>['singleResult'];

function response(status: number, singleResult: SingleResult): GraphQLResponse {
  return { http: { status, headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
}
