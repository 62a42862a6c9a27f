import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { ContentError } from '../../errors.js';
import type { GraphContext } from '../context.js';
import { toGraphqlError } from '../errors.js';
import type { Admission } from './admission.js';
import type { CostModel } from './operation-cost.js';

/** Before anything is looked up, refuses an operation that costs too much, and has others wait until there is room for them. */
export function costLimit(costs: CostModel, maxCost: number, admission: Admission): ApolloServerPlugin<GraphContext> {
  const turns = new WeakMap<GraphQLRequestContext<GraphContext>, () => void>();
  return {
    async requestDidStart() {
      return {
        async didResolveOperation(request) {
          const cost = requestedCost(costs, request);
          if (cost === undefined) return;
          if (cost > maxCost) throw toGraphqlError(tooComplex(cost, maxCost));
          turns.set(request, await admission.admit(cost, request.contextValue).catch(refuse));
        },
        async willSendResponse(request) {
          turns.get(request)?.();
        },
      };
    },
    async unexpectedErrorProcessingRequest({ requestContext }) {
      turns.get(requestContext)?.();
    },
  };
}

/** undefined where the request names no operation that there is. */
export function requestedCost(costs: CostModel, request: GraphQLRequestContext<GraphContext>): number | undefined {
  const { document, operation } = request;
  if (!document || !operation) return undefined;
  return costs.costOf({ document, definition: operation, variables: request.request.variables ?? {} });
}

function tooComplex(cost: number, maxCost: number): ContentError {
  const problem = Number.isFinite(cost)
    ? `The query costs ${cost}; at most ${maxCost} is allowed. Ask for smaller pages or fewer fields`
    : 'The query puts its fragments together in more ways than can be measured. Use fewer of them';
  return new ContentError('QUERY_TOO_COMPLEX', problem);
}

function refuse(reason: unknown): never {
  throw reason instanceof ContentError ? toGraphqlError(reason) : reason;
}
