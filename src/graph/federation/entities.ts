import { createUnionType, Field, ObjectType } from 'type-graphql';
import { ContentError } from '../../errors.js';
import { AttachmentNode } from '../attachment/attachment.type.js';
import { FolderNode, MessageNode, RoomNode } from '../container/container.type.js';
import { globalIdForm, type NodeType, nodeTypes, shortened } from '../global-id.js';
import { ProviderNode } from '../provider/provider.type.js';

/** The types that other subgraphs may refer to, by id. */
export const entityNames = nodeTypes;

export const Entity = createUnionType({
  name: '_Entity',
  description: 'What other subgraphs may refer to.',
  types: () => [AttachmentNode, ProviderNode, FolderNode, RoomNode, MessageNode] as const,
});

@ObjectType('_Service', { simpleResolvers: true, description: 'What a gateway needs to know of this subgraph.' })
export class ServiceNode {
  @Field(() => String, { nullable: true, description: 'The schema with the directives of the federation.' })
  readonly sdl: string;
}

export interface EntityReference {
  readonly type: NodeType;
  readonly id: string;
}

/** BAD_USER_INPUT for anything but the type and id of an entity. */
export function parseRepresentation(representation: unknown): EntityReference {
  const { __typename: typeName, id } = isObject(representation) ? representation : {};
  if (typeof typeName !== 'string' || typeof id !== 'string') {
    throw new ContentError(
      'BAD_USER_INPUT',
      `A representation has a __typename and an id, both text: { __typename: "Attachment", id: "${globalIdForm}" }`,
    );
  }
  const type = entityNames.find((name) => name === typeName);
  if (type !== undefined) return { type, id };
  throw new ContentError('BAD_USER_INPUT', `"${shortened(typeName)}" is no entity here; there are: ${entityNames.join(', ')}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
