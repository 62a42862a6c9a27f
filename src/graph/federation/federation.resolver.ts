import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Query, Resolver } from 'type-graphql';
import { ContentError } from '../../errors.js';
import type { GraphContext } from '../context.js';
import { loadNode } from '../node/load-node.js';
import type { Node } from '../node/node.type.js';
import { oneByOne } from '../one-by-one.js';
import { AnyScalar } from '../scalars.js';
import { Entity, parseRepresentation, ServiceNode } from './entities.js';
import { subgraphSdl } from './subgraph-sdl.js';

/** What makes the graph a subgraph of others: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec */
@Resolver()
export class FederationResolver {
  @Query(() => ServiceNode, { description: 'For gateways: this subgraph itself.' })
  _service(@Info() { schema }: GraphQLResolveInfo): ServiceNode {
    return { sdl: subgraphSdl(schema) };
  }

  @Query(() => [Entity], {
    nullable: 'items',
    description:
      'For gateways: entities by references to them, in the order of the references. null with an error of its own for one that cannot be ' +
      'had: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT for a reference of another form.',
  })
  _entities(
    @Arg('representations', () => [AnyScalar], {
      description: 'The references, at most 1,000 unless the server is configured otherwise; BAD_USER_INPUT for more.',
    })
    representations: unknown[],
    @Ctx() context: GraphContext,
  ): Promise<readonly (Node | Error)[]> {
    const { maxRepresentations } = context.settings;
    if (representations.length > maxRepresentations) {
      throw new ContentError(
        'BAD_USER_INPUT',
        `representations must be at most ${maxRepresentations}, got ${representations.length}`,
      );
    }
    return oneByOne(representations, (representation) => loadEntity(representation, context));
  }
}

/** Looked up whatever is selected: a reference to what is not there is null. */
async function loadEntity(representation: unknown, context: GraphContext): Promise<Node> {
  const { type, id } = parseRepresentation(representation);
  return loadNode(id, [type], null, context);
}
