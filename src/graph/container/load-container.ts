import type { Container, ContainerRef, ProviderName } from '../../attachment.js';
import type { PageRequest } from '../../providers/provider.js';
import { toNodePage } from '../connection.js';
import type { GraphContext } from '../context.js';
import { aheadOfContainers, listsContainer, needsContainer } from '../lookahead.js';
import { found } from '../not-found.js';
import type { Selection } from '../selection.js';
import { ContainerConnection, type ContainerNode, toContainerNode } from './container.type.js';

/**
 * A container by its id, or NOT_FOUND. Where only lists of what is in it are selected, its own metadata is not asked for: a list of
 * what is not there fails with NOT_FOUND as well. selection null: it is asked for whatever is selected.
 */
export async function loadContainer(
  ref: ContainerRef,
  id: string,
  selection: Selection | null,
  { catalog, loaders }: GraphContext,
): Promise<ContainerNode> {
  const own = selection?.as(ref.type);
  const isListed = own && listsContainer(own) && !needsContainer(own) && catalog.info(ref.provider) !== null;
  return toContainerNode(isListed ? unread(ref) : found(await loaders.containerById.load(ref), 'container', id));
}

/** A container that something else tells to be in. */
export async function loadSurrounding(
  ref: ContainerRef | null,
  selection: Selection,
  { loaders }: GraphContext,
): Promise<ContainerNode | null> {
  if (!ref) return null;
  if (!needsContainer(selection.as(ref.type))) return toContainerNode(unread(ref));
  const container = await loaders.containerById.load(ref);
  return container && toContainerNode(container);
}

/** The containers in `parent`, or at the provider's top level, and with them what is selected of them. */
export async function listContainers(
  provider: ProviderName,
  parent: ContainerRef | null,
  request: PageRequest,
  selection: Selection,
  context: GraphContext,
): Promise<ContainerConnection> {
  const { catalog, loaders } = context;
  const page = await catalog.listContainers(provider, parent, { ...request, ahead: aheadOfContainers(selection) }, context);
  return new ContainerConnection(
    toNodePage(page, request, (container, { attachments }) => {
      loaders.containerById.prime(container, container);
      return toContainerNode(container, attachments ?? null);
    }),
  );
}

/** A container of which nothing is selected that only its provider knows. */
function unread(ref: ContainerRef): Container {
  return { ...ref, name: '', createdAt: null, parent: null };
}
