import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { ContentError } from '../../errors.js';
import { AttachmentNode } from '../attachment/attachment.type.js';
import { loadContainer } from '../container/load-container.js';
import type { GraphContext } from '../context.js';
import { parseGlobalId } from '../global-id.js';
import { found } from '../not-found.js';
import { ProviderNode } from '../provider/provider.type.js';
import { Selection } from '../selection.js';
import { Node } from './node.type.js';

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'Anything by its id. Unknown: null with the error NOT_FOUND.' })
  node(
    @Arg('id', () => ID, { description: 'Its global id; BAD_USER_INPUT for any other form.' }) id: string,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Node> {
    return loadNode(id, Selection.of(info), context);
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
  ): readonly Promise<Node>[] {
    const { maxPageSize } = context.settings;
    if (ids.length > maxPageSize)
      throw new ContentError('BAD_USER_INPUT', `ids must be at most ${maxPageSize}, got ${ids.length}`);
    const selection = Selection.of(info);
    return ids.map((id) => loadNode(id, selection, context));
  }
}

async function loadNode(id: string, selection: Selection, context: GraphContext): Promise<Node> {
  const { type, ...ref } = parseGlobalId(id);
  switch (type) {
    case 'Attachment':
      return new AttachmentNode(found(await context.loaders.attachmentById.load(ref), 'attachment', id));
    case 'Folder':
    case 'Room':
    case 'Message':
      return loadContainer({ ...ref, type }, id, selection, context);
    case 'Provider':
      return new ProviderNode(found(ref.id === ref.provider ? context.catalog.info(ref.id) : null, 'provider', id));
  }
}
