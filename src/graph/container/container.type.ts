import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import type { Container } from '../../attachment.js';
import { ContentError } from '../../errors.js';
import { ConnectionOf, EdgeOf } from '../connection.js';
import { type NodeType, toGlobalId } from '../global-id.js';
import { Node } from '../node/node.type.js';
import { DateTimeScalar } from '../scalars.js';

@InterfaceType('Container', { implements: Node, description: 'A place where attachments live.' })
export abstract class ContainerNode extends Node {
  @Field(() => ID, { description: 'Global id: `gid://<provider name>/<Type>/<native id, percent-encoded>`.' })
  override readonly id: string;

  @Field(() => String, { description: 'What people call it.' })
  readonly name: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was made; null where the provider does not say.' })
  readonly createdAt: Date | null;

  constructor(
    readonly source: Container,
    type: NodeType,
  ) {
    super();
    this.id = toGlobalId(source.provider, type, source.id);
    this.name = source.name;
    this.createdAt = source.createdAt;
  }
}

@ObjectType('Folder', {
  implements: [Node, ContainerNode],
  simpleResolvers: true,
  description: 'A folder of the vault, of Box or of Oracle Content.',
})
export class FolderNode extends ContainerNode {
  constructor(source: Container) {
    super(source, 'Folder');
  }
}

export function toContainerNode(container: Container): ContainerNode {
  if (container.type === 'Folder') return new FolderNode(container);
  throw new ContentError('INTERNAL_SERVER_ERROR', `The graph has no ${container.type}`);
}

@ObjectType('ContainerEdge', { simpleResolvers: true, description: 'A container and its place in the list.' })
export class ContainerEdge extends EdgeOf(() => ContainerNode) {}

@ObjectType('ContainerConnection', { simpleResolvers: true, description: 'A page of containers, by name.' })
export class ContainerConnection extends ConnectionOf(
  () => ContainerNode,
  () => ContainerEdge,
) {}
