import { Field, Int, ObjectType } from 'type-graphql';
import type { Attachment, ProviderName } from '../../attachment.js';
import { countAcross, type ListingFailure, listAcross } from '../../catalog/listing.js';
import type { ErrorCode } from '../../errors.js';
import type { AttachmentOrder, AttachmentQuery, Listed, Page, PageRequest } from '../../providers/provider.js';
import { ConnectionOf, EdgeOf, type NodePage, toNodePage } from '../connection.js';
import type { GraphContext } from '../context.js';
import { ErrorCodeType } from '../error-code.type.js';
import { aheadOfAttachments } from '../lookahead.js';
import { ProviderNode } from '../provider/provider.type.js';
import { SafeIntScalar } from '../scalars.js';
import type { Selection } from '../selection.js';
import { AttachmentNode } from './attachment.type.js';

@ObjectType('AttachmentEdge', { simpleResolvers: true, description: 'An attachment and its place in the list.' })
export class AttachmentEdge extends EdgeOf(() => AttachmentNode) {}

@ObjectType('ProviderFailure', {
  simpleResolvers: true,
  description: 'A provider that could not take part in an answer, and why.',
})
export class ProviderFailureNode {
  @Field(() => ProviderNode, { description: 'Which one.' })
  readonly provider: ProviderNode;

  @Field(() => ErrorCodeType, { description: 'What went wrong.' })
  readonly code: ErrorCode;

  @Field(() => String, { description: 'The same in plain words.' })
  readonly message: string;

  @Field(() => Int, { nullable: true, description: 'When to ask again, in seconds, where that is known.' })
  readonly retryAfterSeconds: number | null;
}

@ObjectType('AttachmentConnection', {
  simpleResolvers: true,
  description:
    'A page of attachments. Pages that follow one another neither repeat nor miss what stays, whatever is added meanwhile.',
})
export class AttachmentConnection extends ConnectionOf(
  () => AttachmentNode,
  () => AttachmentEdge,
) {
  constructor(
    page: NodePage<AttachmentNode>,
    private readonly count: () => Promise<number | null>,
    failures: readonly ProviderFailureNode[],
  ) {
    super(page);
    this.failures = failures;
  }

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'How many there are on all pages; null where a provider cannot tell cheaply. Counted only when selected.',
  })
  get totalCount(): Promise<number | null> {
    return this.count();
  }

  @Field(() => [ProviderFailureNode], {
    description: 'The providers whose attachments are missing here. Empty when all answered.',
  })
  readonly failures: readonly ProviderFailureNode[];
}

/** One provider's list; its failure is the field's. */
export async function listOfProvider(
  provider: ProviderName,
  query: AttachmentQuery,
  request: PageRequest,
  selection: Selection,
  context: GraphContext,
): Promise<AttachmentConnection> {
  const { catalog } = context;
  const page = await catalog.list(provider, query, { ...request, ahead: aheadOfAttachments(selection) }, context);
  return new AttachmentConnection(toAttachmentPage(page, request, context), () => catalog.count(provider, query, context), []);
}

/** Several providers' attachments as one list. */
export async function listOfProviders(
  names: readonly ProviderName[],
  query: AttachmentQuery,
  request: PageRequest,
  selection: Selection,
  context: GraphContext,
): Promise<AttachmentConnection> {
  const { catalog } = context;
  const page = await listAcross(catalog, names, query, { ...request, ahead: aheadOfAttachments(selection) }, context);
  const failures = page.failures.map((failure) => toFailure(failure, context));
  const count = () => countAcross(catalog, names, query, context);
  return new AttachmentConnection(toAttachmentPage(page, request, context), count, failures);
}

/** All attachments of a container that came along with it: nobody is asked again. */
export function listToldAlong(
  told: readonly Listed<Attachment>[],
  request: PageRequest,
  context: GraphContext,
): AttachmentConnection {
  const page = { items: told.slice(0, request.first), hasNextPage: told.length > request.first };
  return new AttachmentConnection(toAttachmentPage(page, request, context), async () => told.length, []);
}

/** Last changed first, or the order that a provider has instead, for whoever asks for none. */
export function defaultOrder(provider: ProviderName, { catalog }: GraphContext): AttachmentOrder {
  const orders = catalog.info(provider)?.facts.listOrders ?? [];
  return orders.includes('MODIFIED_DESC') ? 'MODIFIED_DESC' : (orders[0] ?? 'MODIFIED_DESC');
}

/** What a list brought need not be asked for again in the same request. */
function toAttachmentPage(page: Page<Attachment>, request: PageRequest, { loaders }: GraphContext): NodePage<AttachmentNode> {
  return toNodePage(page, request, (attachment) => {
    loaders.listed.add(attachment);
    return new AttachmentNode(attachment);
  });
}

/** A list without one of its providers is soon another one. */
function toFailure({ provider, error }: ListingFailure, { catalog, life }: GraphContext): ProviderFailureNode {
  const info = catalog.info(provider);
  if (!info) throw error;
  life.endNow();
  const retryAfterSeconds = error.details.retryAfterSeconds ?? null;
  return { provider: new ProviderNode(info), code: error.code, message: error.message, retryAfterSeconds };
}
