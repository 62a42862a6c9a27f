import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphContext } from '../context.js';
import type { GraphSettings } from '../settings.js';
import { requestedCost } from './cost-limit.js';
import type { CostModel } from './operation-cost.js';
import { operationShapes } from './operation-shape.js';

/** "1" asks for `extensions.cost`. */
export const costHeader = 'x-proofsheet-cost';

/** Puts what an operation asks for, and what it may ask for, into `extensions.cost` of the answer, where the request's header wants it. */
export function costReport(costs: CostModel, { maxCost, maxDepth }: GraphSettings): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse(request) {
          const { body } = request.response;
          if (request.request.http?.headers.get(costHeader) !== '1' || body.kind !== 'single') return;
          const requested = requestedCost(costs, request);
          if (requested === undefined || !request.document || !request.operation) return;
          const depth = operationShapes(request.document).get(request.operation)?.depth;
          const cost = { requested, limit: maxCost, depth, depthLimit: maxDepth };
          body.singleResult.extensions = { ...body.singleResult.extensions, cost };
        },
      };
    },
  };
}
