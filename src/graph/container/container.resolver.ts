import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { AttachmentConnection, listOfProvider } from '../attachment/attachment.connection.js';
import { PageArgs, parsePage, toNodePage } from '../connection.js';
import type { GraphContext } from '../context.js';
import { parseContainerId } from '../global-id.js';
import { found, foundProvider } from '../not-found.js';
import { ProviderNode } from '../provider/provider.type.js';
import { ContainerConnection, ContainerNode, toContainerNode } from './container.type.js';

@Resolver(() => ContainerNode)
export class ContainerResolver {
  @Query(() => ContainerNode, { nullable: true, description: 'A container by its id. Unknown: null with the error NOT_FOUND.' })
  async container(
    @Arg('id', () => ID, { description: 'Its global id; BAD_USER_INPUT for any other form.' }) id: string,
    @Ctx() { loaders }: GraphContext,
  ): Promise<ContainerNode> {
    return toContainerNode(found(await loaders.containerById.load(parseContainerId(id)), 'container', id));
  }

  @FieldResolver(() => ProviderNode, { description: 'Where it is.' })
  provider(@Root() { source }: ContainerNode, @Ctx() context: GraphContext): ProviderNode {
    return new ProviderNode(foundProvider(source.provider, context));
  }

  @FieldResolver(() => ContainerNode, { nullable: true, description: 'The container that it is in; null at the top level.' })
  async parent(@Root() { source }: ContainerNode, @Ctx() { loaders }: GraphContext): Promise<ContainerNode | null> {
    const parent = source.parent && (await loaders.containerById.load(source.parent));
    return parent && toContainerNode(parent);
  }

  @FieldResolver(() => ContainerConnection, { nullable: true, description: 'The containers directly in it, by name.' })
  async containers(
    @Root() { source }: ContainerNode,
    @Args() args: PageArgs,
    @Ctx() context: GraphContext,
  ): Promise<ContainerConnection> {
    const request = parsePage(args, 50, context.settings.maxPageSize);
    const page = await context.catalog.listContainers(source.provider, source, request, context);
    return new ContainerConnection(toNodePage(page, request, toContainerNode));
  }

  @FieldResolver(() => AttachmentConnection, {
    nullable: true,
    description: 'The attachments directly in it that are READY, last changed first.',
  })
  attachments(
    @Root() { source }: ContainerNode,
    @Args() args: PageArgs,
    @Ctx() context: GraphContext,
  ): Promise<AttachmentConnection> {
    const query = { container: source, orderBy: 'MODIFIED_DESC' } as const;
    return listOfProvider(source.provider, query, parsePage(args, 50, context.settings.maxPageSize), context);
  }
}
