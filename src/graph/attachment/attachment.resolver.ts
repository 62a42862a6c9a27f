import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Float, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { hasContent } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.js';
import { parsePage, toNodePage, VersionPageArgs } from '../connection.js';
import { ContainerNode } from '../container/container.type.js';
import { loadSurrounding } from '../container/load-container.js';
import { ContentNode } from '../content/content.type.js';
import type { GraphContext } from '../context.js';
import { parseAttachmentId, parseContainerId } from '../global-id.js';
import { found, foundProvider } from '../not-found.js';
import { ProviderNode } from '../provider/provider.type.js';
import { Base64Scalar } from '../scalars.js';
import { Selection } from '../selection.js';
import { type AttachmentFilter, AttachmentsArgs, TextArgs, VersionArgs } from './attachment.args.js';
import { AttachmentConnection, listOfProviders } from './attachment.connection.js';
import { AttachmentNode } from './attachment.type.js';
import { parseAttachmentQuery } from './attachment-query.js';
import { AttachmentVersionConnection, AttachmentVersionNode } from './attachment-version.type.js';
import { cheapFactsOf, loadVersion, pageCountOf, pixelSizeOf } from './load-version.js';

const maxTextChars = 1_000_000;

@Resolver(() => AttachmentNode)
export class AttachmentResolver {
  @Query(() => AttachmentNode, {
    nullable: true,
    description: 'An attachment by its id, also one in the trash. Unknown: null with the error NOT_FOUND.',
  })
  async attachment(
    @Arg('id', () => ID, { description: 'Its global id; BAD_USER_INPUT for any other form.' }) id: string,
    @Ctx() { loaders }: GraphContext,
  ): Promise<AttachmentNode> {
    return new AttachmentNode(found(await loaders.attachmentById.load(parseAttachmentId(id)), 'attachment', id));
  }

  @Query(() => AttachmentNode, {
    nullable: true,
    description: "An attachment by its provider's own id. Unknown: null with the error NOT_FOUND.",
  })
  async attachmentByNativeId(
    @Arg('provider', () => String, { description: "The provider's name in the configuration." }) name: string,
    @Arg('nativeId', () => String, { description: 'The id as that provider spells it.' }) nativeId: string,
    @Ctx() context: GraphContext,
  ): Promise<AttachmentNode> {
    const provider = foundProvider(name, context).name;
    const attachment = await context.loaders.attachmentById.load({ provider, id: nativeId });
    return new AttachmentNode(found(attachment, `attachment in ${provider}`, nativeId));
  }

  @Query(() => AttachmentConnection, {
    description:
      'The attachments of all providers as one list. One that cannot answer is named in `failures`, and the others are listed.',
  })
  attachments(
    @Args() args: AttachmentsArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AttachmentConnection> {
    const request = parsePage(args, 50, context.settings.maxPageSize);
    const container = args.filter?.container == null ? null : parseContainerId(args.filter.container);
    const query = { ...parseAttachmentQuery(args.filter, args.orderBy ?? 'MODIFIED_DESC'), ...(container ? { container } : {}) };
    const names = namesIn(args.filter, context).filter((name) => container === null || name === container.provider);
    return listOfProviders(names, query, request, Selection.of(info), context);
  }

  @FieldResolver(() => ProviderNode, { description: 'Where it lives.' })
  provider(@Root() { source }: AttachmentNode, @Ctx() context: GraphContext): ProviderNode {
    return new ProviderNode(foundProvider(source.provider, context));
  }

  @FieldResolver(() => ContainerNode, { nullable: true, description: 'The container that it is in; null where it is in none.' })
  container(
    @Root() { source }: AttachmentNode,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContainerNode | null> {
    return loadSurrounding(source.container, Selection.of(info), context);
  }

  @FieldResolver(() => Boolean, { description: 'A thumbnail can be had: the provider has one, or this type can be drawn here.' })
  hasThumbnail(@Root() { source }: AttachmentNode, @Ctx() { renditions }: GraphContext): boolean {
    return hasContent(source) && renditions.hasThumbnail(source);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'How many pages a document has. null for what has no pages, and for a document that cannot be opened: `rendition(page: 1)` says why.',
  })
  pageCount(@Root() { source }: AttachmentNode, @Ctx() context: GraphContext): Promise<number | null> {
    return pageCountOf(source, context);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Width in px of a picture or film as it is shown, upright. null for everything else, drawings made of shapes included, and until ' +
      'the file was looked at: after its upload here, or with its first picture. Never a reason to read a file far away.',
  })
  width(@Root() { source }: AttachmentNode, @Ctx() context: GraphContext): number | null {
    return pixelSizeOf(source, context)?.width ?? null;
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Height in px, on the same terms as `width`.' })
  height(@Root() { source }: AttachmentNode, @Ctx() context: GraphContext): number | null {
    return pixelSizeOf(source, context)?.height ?? null;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'How long a film or sound plays, in seconds. null for what does not play, where the file does not tell, and on the same terms as ' +
      '`width` until it was looked at.',
  })
  durationSeconds(@Root() { source }: AttachmentNode, @Ctx() context: GraphContext): number | null {
    return cheapFactsOf(source, context)?.durationSeconds ?? null;
  }

  @FieldResolver(() => AttachmentVersionConnection, {
    nullable: true,
    description: 'Its versions, newest first. NOT_SUPPORTED_BY_PROVIDER where the provider keeps none.',
  })
  async versions(
    @Root() { source }: AttachmentNode,
    @Args() args: VersionPageArgs,
    @Ctx() context: GraphContext,
  ): Promise<AttachmentVersionConnection> {
    const request = parsePage(args, 20, context.settings.maxPageSize);
    const page = await context.catalog.listVersions(source, request, context);
    return new AttachmentVersionConnection(toNodePage(page, request, (version) => new AttachmentVersionNode(source, version)));
  }

  @FieldResolver(() => Base64Scalar, {
    nullable: true,
    description:
      'A ThumbHash of about 25 bytes, which a client turns into a blur to paint first. Known once a thumbnail was drawn, or soon after the first question where a system made it; never a reason to draw one or to ask a system.',
  })
  thumbhash(@Root() { source }: AttachmentNode, @Ctx() { renditions }: GraphContext): string | null {
    return renditions.thumbhash(source)?.toString('base64') ?? null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The text in a document or text file, from its beginning. null for types without text. UNSUPPORTED_MEDIA_TYPE for an encrypted document.',
  })
  async text(@Root() { source }: AttachmentNode, @Args() args: TextArgs, @Ctx() context: GraphContext): Promise<string | null> {
    const maxChars = args.maxChars ?? 10_000;
    if (maxChars < 1 || maxChars > maxTextChars) {
      throw new ContentError('BAD_USER_INPUT', `maxChars must be from 1 to ${maxTextChars}, got ${maxChars}`);
    }
    const attachment = await loadVersion(source, null, context);
    return hasContent(attachment) ? context.renditions.text(attachment, maxChars, context) : null;
  }

  @FieldResolver(() => ContentNode, {
    nullable: true,
    description:
      'The file itself. CONFLICT, naming the state, while it is neither READY nor TRASHED; FORBIDDEN without the permission to download.',
  })
  content(
    @Root() { source }: AttachmentNode,
    @Args() args: VersionArgs,
    @Ctx() context: GraphContext,
  ): MaybePromise<ContentNode> {
    return whenKnown(loadVersion(source, args.version, context), (attachment) => {
      if (!attachment.permissions.download)
        throw new ContentError('FORBIDDEN', 'You may see this attachment but not download it');
      if (!hasContent(attachment)) throw new ContentError('CONFLICT', `The attachment is ${attachment.state} and has no content`);
      return new ContentNode(attachment, context);
    });
  }
}

/** BAD_USER_INPUT naming the providers that there are. */
function namesIn(filter: AttachmentFilter | null | undefined, { catalog }: GraphContext): readonly string[] {
  const configured = catalog.providers.map(({ name }) => name);
  const asked = filter?.providers;
  const unknown = asked?.find((name) => !configured.includes(name));
  if (unknown !== undefined) {
    throw new ContentError('BAD_USER_INPUT', `filter.providers names "${unknown}"; there are: ${configured.join(', ')}`);
  }
  return asked ? configured.filter((name) => asked.includes(name)) : configured;
}
