import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { ContentError } from '../../errors.js';
import { AttachmentNode } from '../attachment/attachment.type.js';
import { toContainerNode } from '../container/container.type.js';
import type { GraphContext } from '../context.js';
import { parseGlobalId } from '../global-id.js';
import { found } from '../not-found.js';
import { ProviderNode } from '../provider/provider.type.js';
import { Node } from './node.type.js';

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'Anything by its id. Unknown: null with the error NOT_FOUND.' })
  node(
    @Arg('id', () => ID, { description: 'Its global id; BAD_USER_INPUT for any other form.' }) id: string,
    @Ctx() context: GraphContext,
  ): Promise<Node> {
    return loadNode(id, context);
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
  ): readonly Promise<Node>[] {
    const { maxPageSize } = context.settings;
    if (ids.length > maxPageSize)
      throw new ContentError('BAD_USER_INPUT', `ids must be at most ${maxPageSize}, got ${ids.length}`);
    return ids.map((id) => loadNode(id, context));
  }
}

async function loadNode(id: string, context: GraphContext): Promise<Node> {
  const { type, ...ref } = parseGlobalId(id);
  switch (type) {
    case 'Attachment':
      return new AttachmentNode(found(await context.loaders.attachmentById.load(ref), 'attachment', id));
    case 'Folder':
      return toContainerNode(found(await context.loaders.containerById.load({ ...ref, type }), 'folder', id));
    case 'Provider':
      return new ProviderNode(found(ref.id === ref.provider ? context.catalog.info(ref.id) : null, 'provider', id));
  }
}
