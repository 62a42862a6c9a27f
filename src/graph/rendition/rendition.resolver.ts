import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Attachment } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.js';
import type { Page, PageRequest, UploadedRendition } from '../../providers/provider.js';
import { PagesArgs, RenditionArgs, ResponsiveArgs, ThumbnailArgs, VersionArgs } from '../attachment/attachment.args.js';
import { AttachmentNode } from '../attachment/attachment.type.js';
import { loadVersion, pageCountOf } from '../attachment/load-version.js';
import { parsePage, toNodePage } from '../connection.js';
import type { GraphContext } from '../context.js';
import { Drawing, UploadedPicture } from './picture.js';
import { RenditionConnection, RenditionNode } from './rendition.type.js';
import { ResponsiveImage } from './responsive.type.js';
import { type PageForm, parsePageForm, parseThumbnailSpec } from './specs.js';
import { ThumbnailNode } from './thumbnail.type.js';
import { toResponsiveImage } from './to-responsive-image.js';

/** Pages that `renditions` lists. `pages` goes through longer documents. */
const maxListedPages = 100;

/** The pictures of an attachment. */
@Resolver(() => AttachmentNode)
export class RenditionResolver {
  @FieldResolver(() => ThumbnailNode, {
    nullable: true,
    description:
      "A picture no larger than size × size, of the first page of a document: the provider's own, resized where needed, or else drawn here. " +
      'Selecting `url`, `format` and `contentType` costs nothing: it is made when the URL is fetched. PLACEHOLDER where nobody can draw this kind of content: an icon stands in.',
  })
  thumbnail(
    @Root() { source }: AttachmentNode,
    @Args() args: ThumbnailArgs,
    @Ctx() context: GraphContext,
  ): MaybePromise<ThumbnailNode> {
    const spec = parseThumbnailSpec(args);
    return whenKnown(
      loadVersion(source, args.version, context),
      (attachment) => new ThumbnailNode(new Drawing(attachment, spec, context), context),
    );
  }

  @FieldResolver(() => RenditionNode, {
    nullable: true,
    description:
      'A page of a document, or a rendition that somebody uploaded. Give exactly one of page and name, else BAD_USER_INPUT. NOT_FOUND, naming the ' +
      'page count, for a page beyond the last, and for a name that nobody uploaded.',
  })
  async rendition(
    @Root() { source }: AttachmentNode,
    @Args() args: RenditionArgs,
    @Ctx() context: GraphContext,
  ): Promise<RenditionNode> {
    const { page, name, version } = args;
    if ((page == null) === (name == null)) throw new ContentError('BAD_USER_INPUT', 'Give exactly one of page and name');
    const form = parsePageForm(args);
    const attachment = await loadVersion(source, version, context);
    return page == null ? loadUploaded(attachment, name ?? '', context) : loadPage(attachment, page, form, context);
  }

  @FieldResolver(() => [RenditionNode], {
    nullable: true,
    description: 'Its first 100 pages as PNG, 1024 px wide, without drawing them, and then what was uploaded, by name.',
  })
  async renditions(
    @Root() { source }: AttachmentNode,
    @Args() { version }: VersionArgs,
    @Ctx() context: GraphContext,
  ): Promise<readonly RenditionNode[]> {
    const attachment = await loadVersion(source, version, context);
    const [pageCount, uploaded] = await Promise.all([pageCountOf(attachment, context), uploadedOf(attachment, context)]);
    const pages = Array.from({ length: Math.min(pageCount ?? 0, maxListedPages) }, (_, index) => index + 1);
    const form = parsePageForm({});
    return [
      ...pages.map((page) => toPageNode(attachment, page, form, context)),
      ...uploaded.map((rendition) => toUploadedNode(attachment, rendition, context)),
    ];
  }

  @FieldResolver(() => RenditionConnection, {
    nullable: true,
    description:
      'The pages of a document, from the first. Empty for what has no pages, and for a document that cannot be opened.',
  })
  async pages(
    @Root() { source }: AttachmentNode,
    @Args() args: PagesArgs,
    @Ctx() context: GraphContext,
  ): Promise<RenditionConnection> {
    const request = parsePage(args, 10, context.settings.maxPageSize);
    const form = parsePageForm(args);
    const attachment = await loadVersion(source, args.version, context);
    const page = pageOfPages(request, (await pageCountOf(attachment, context)) ?? 0);
    return new RenditionConnection(toNodePage(page, request, (number) => toPageNode(attachment, number, form, context)));
  }

  @FieldResolver(() => ResponsiveImage, {
    nullable: true,
    description: 'What an `<img>` with a srcset needs: one picture for each width.',
  })
  responsive(
    @Root() { source }: AttachmentNode,
    @Args() args: ResponsiveArgs,
    @Ctx() context: GraphContext,
  ): MaybePromise<ResponsiveImage> {
    return whenKnown(loadVersion(source, null, context), (attachment) => toResponsiveImage(attachment, args, context));
  }
}

export function toUploadedNode(attachment: Attachment, rendition: UploadedRendition, context: GraphContext): RenditionNode {
  const { name, version } = rendition;
  return new RenditionNode(
    { name, kind: 'UPLOADED', page: null, version },
    new UploadedPicture(attachment, rendition, context),
    context,
  );
}

async function loadPage(attachment: Attachment, page: number, form: PageForm, context: GraphContext): Promise<RenditionNode> {
  if (page < 1) throw new ContentError('BAD_USER_INPUT', `page must be 1 or more, got ${page}`);
  const pageCount = await cheapPageCountOf(attachment, context);
  if (pageCount !== null && page > pageCount) {
    throw new ContentError(
      'NOT_FOUND',
      `There is no page ${page}: "${attachment.filename}" has ${pageCount} ${pageCount === 1 ? 'page' : 'pages'}`,
    );
  }
  return toPageNode(attachment, page, form, context);
}

/** A file far away is not fetched for this: its page's own fields tell what is beyond the last. */
async function cheapPageCountOf(attachment: Attachment, context: GraphContext): Promise<number | null> {
  const { renditions } = context;
  return renditions.isLocal(attachment)
    ? pageCountOf(attachment, context)
    : (renditions.knownFacts(attachment)?.pageCount ?? null);
}

async function loadUploaded(attachment: Attachment, name: string, context: GraphContext): Promise<RenditionNode> {
  const rendition = (await uploadedOf(attachment, context)).find((uploaded) => uploaded.name === name);
  if (!rendition) throw new ContentError('NOT_FOUND', `Nobody has uploaded a rendition "${name}" of "${attachment.filename}"`);
  return toUploadedNode(attachment, rendition, context);
}

function uploadedOf(
  { provider, id, versionNumber }: Attachment,
  { loaders }: GraphContext,
): Promise<readonly UploadedRendition[]> {
  return loaders.uploadedRenditionsByIdAndVersion.load({ provider, id, version: versionNumber });
}

function toPageNode(attachment: Attachment, page: number, form: PageForm, context: GraphContext): RenditionNode {
  const facts = { name: `page${page}`, kind: 'SYSTEM', page, version: attachment.versionNumber } as const;
  return new RenditionNode(facts, new Drawing(attachment, { kind: 'page', page, ...form }, context), context);
}

/** Its cursors are page numbers. */
function pageOfPages({ first, after }: PageRequest, pageCount: number): Page<number> {
  const passed = after === null ? 0 : Number(after);
  if (!Number.isInteger(passed) || passed < 0) throw new ContentError('BAD_USER_INPUT', 'after is not a cursor of this list');
  const numbers = Array.from({ length: Math.max(0, Math.min(first, pageCount - passed)) }, (_, index) => passed + index + 1);
  return { items: numbers.map((item) => ({ item, cursor: `${item}` })), hasNextPage: passed + numbers.length < pageCount };
}
