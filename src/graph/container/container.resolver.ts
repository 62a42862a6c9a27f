import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { AttachmentConnection, defaultOrder, listOfProvider, listToldAlong } from '../attachment/attachment.connection.js';
import { PageArgs, parsePage } from '../connection.js';
import type { GraphContext } from '../context.js';
import { parseContainerId } from '../global-id.js';
import { foundProvider } from '../not-found.js';
import { ProviderNode } from '../provider/provider.type.js';
import { Selection } from '../selection.js';
import { ContainerConnection, ContainerNode } from './container.type.js';
import { listContainers, loadContainer, loadSurrounding } from './load-container.js';

@Resolver(() => ContainerNode)
export class ContainerResolver {
  @Query(() => ContainerNode, {
    nullable: true,
    description:
      'A container by its id. Unknown: null with the error NOT_FOUND. Where nothing of it but lists is selected, they have that error instead.',
  })
  container(
    @Arg('id', () => ID, { description: 'Its global id; BAD_USER_INPUT for any other form.' }) id: string,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContainerNode> {
    return loadContainer(parseContainerId(id), id, Selection.of(info), context);
  }

  @FieldResolver(() => ProviderNode, { description: 'Where it is.' })
  provider(@Root() { source }: ContainerNode, @Ctx() context: GraphContext): ProviderNode {
    return new ProviderNode(foundProvider(source.provider, context));
  }

  @FieldResolver(() => ContainerNode, { nullable: true, description: 'The container that it is in; null at the top level.' })
  parent(
    @Root() { source }: ContainerNode,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContainerNode | null> {
    return loadSurrounding(source.parent, Selection.of(info), context);
  }

  @FieldResolver(() => ContainerConnection, {
    nullable: true,
    description: 'The containers directly in it: folders and rooms by name, messages newest first.',
  })
  containers(
    @Root() { source }: ContainerNode,
    @Args() args: PageArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContainerConnection> {
    const request = parsePage(args, 50, context.settings.maxPageSize);
    return listContainers(source.provider, source, request, Selection.of(info), context);
  }

  @FieldResolver(() => AttachmentConnection, {
    nullable: true,
    description: 'The attachments directly in it that are READY, last changed first where the provider has that order.',
  })
  async attachments(
    @Root() { source, told }: ContainerNode,
    @Args() args: PageArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AttachmentConnection> {
    const request = parsePage(args, 50, context.settings.maxPageSize);
    if (told && request.after === null) return listToldAlong(told, request, context);
    const query = { container: source, orderBy: defaultOrder(source.provider, context) };
    return listOfProvider(source.provider, query, request, Selection.of(info), context);
  }
}
