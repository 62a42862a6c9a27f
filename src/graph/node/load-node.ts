import { AttachmentNode } from '../attachment/attachment.type.js';
import { loadContainer } from '../container/load-container.js';
import type { GraphContext } from '../context.js';
import { type NodeType, parseGlobalId } from '../global-id.js';
import { found } from '../not-found.js';
import { ProviderNode } from '../provider/provider.type.js';
import type { Selection } from '../selection.js';
import type { Node } from './node.type.js';

/** Anything by its id. NOT_FOUND; BAD_USER_INPUT for another form, and for the id of another type than the `expected`. selection as for a container. */
export async function loadNode(
  id: string,
  expected: readonly NodeType[],
  selection: Selection | null,
  context: GraphContext,
): Promise<Node> {
  const { type, ...ref } = parseGlobalId(id, expected);
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
