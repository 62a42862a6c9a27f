import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { ContentError } from '../../errors.js';
import type { GraphContext } from '../context.js';
import { nodeTypes } from '../global-id.js';
import { oneByOne } from '../one-by-one.js';
import { Selection } from '../selection.js';
import { loadNode } from './load-node.js';
import { Node } from './node.type.js';

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'An attachment, container or provider by its id. Unknown: null with the error NOT_FOUND.',
  })
  node(
    @Arg('id', () => ID, { description: 'Its global id; BAD_USER_INPUT for any other form.' }) id: string,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Node> {
    return loadNode(id, nodeTypes, Selection.of(info), context);
  }

  @Query(() => [Node], {
    nullable: 'items',
    description:
      'Several things by their ids, in the order of the ids: null with an error of its own for one that cannot be had.',
  })
  nodes(
    @Arg('ids', () => [ID], {
      description: 'Their global ids, at most 100 unless the server is configured otherwise; BAD_USER_INPUT for more.',
    })
    ids: string[],
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly (Node | Error)[]> {
    const { maxPageSize } = context.settings;
    if (ids.length > maxPageSize)
      throw new ContentError('BAD_USER_INPUT', `ids must be at most ${maxPageSize}, got ${ids.length}`);
    const selection = Selection.of(info);
    return oneByOne(ids, (id) => loadNode(id, nodeTypes, selection, context));
  }
}
