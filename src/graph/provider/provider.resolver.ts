import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { ProviderHealth } from '../../catalog/catalog.js';
import { ContentError } from '../../errors.js';
import { ProviderAttachmentsArgs } from '../attachment/attachment.args.js';
import { AttachmentConnection, defaultOrder, listOfProvider } from '../attachment/attachment.connection.js';
import { parseAttachmentQuery } from '../attachment/attachment-query.js';
import { PageArgs, parsePage } from '../connection.js';
import { ContainerConnection } from '../container/container.type.js';
import { listContainers } from '../container/load-container.js';
import type { GraphContext } from '../context.js';
import { parseContainerId } from '../global-id.js';
import { foundProvider } from '../not-found.js';
import { Selection } from '../selection.js';
import { ProviderHealthNode, ProviderNode } from './provider.type.js';

@Resolver(() => ProviderNode)
export class ProviderResolver {
  @Query(() => [ProviderNode], { description: 'All configured providers, in the order of the configuration.' })
  providers(@Ctx() { catalog }: GraphContext): readonly ProviderNode[] {
    return catalog.providers.map((info) => new ProviderNode(info));
  }

  @Query(() => ProviderNode, {
    nullable: true,
    description: 'A provider by its name. Unknown: null with the error NOT_FOUND, which names all.',
  })
  provider(
    @Arg('name', () => String, { description: 'Its name in the configuration.' }) name: string,
    @Ctx() context: GraphContext,
  ): ProviderNode {
    return new ProviderNode(foundProvider(name, context));
  }

  @FieldResolver(() => ProviderHealthNode, { description: 'How it is doing right now: selecting this asks it.' })
  health(@Root() { name }: ProviderNode, @Ctx() { loaders, life }: GraphContext): Promise<ProviderHealth> {
    life.endNow();
    return loaders.healthByProvider.load(name);
  }

  @FieldResolver(() => ContainerConnection, {
    nullable: true,
    description:
      'The containers at its top level: folders and rooms by name, messages newest first. NOT_SUPPORTED_BY_PROVIDER where it has none.',
  })
  containers(
    @Root() { name }: ProviderNode,
    @Args() args: PageArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContainerConnection> {
    const request = parsePage(args, 50, context.settings.maxPageSize);
    return listContainers(name, null, request, Selection.of(info), context);
  }

  @FieldResolver(() => AttachmentConnection, {
    nullable: true,
    description:
      'All its attachments, wherever they lie in it. NOT_SUPPORTED_BY_PROVIDER where it cannot list or cannot filter by what is asked.',
  })
  attachments(
    @Root() { name }: ProviderNode,
    @Args() args: ProviderAttachmentsArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AttachmentConnection> {
    const { filter, orderBy } = args;
    const container = filter?.container == null ? null : parseContainerId(filter.container);
    const elsewhere = [...(filter?.providers ?? []), container?.provider ?? name].find((other) => other !== name);
    if (elsewhere !== undefined) {
      throw new ContentError('BAD_USER_INPUT', `filter names "${elsewhere}", and this is the list of "${name}"`);
    }
    const query = {
      ...parseAttachmentQuery(filter, orderBy ?? defaultOrder(name, context)),
      ...(container ? { container } : {}),
    };
    return listOfProvider(name, query, parsePage(args, 50, context.settings.maxPageSize), Selection.of(info), context);
  }
}
