import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import type { Attachment, Container, ContainerType, Participant } from '../../attachment.js';
import type { Listed } from '../../providers/provider.js';
import { ConnectionOf, EdgeOf } from '../connection.js';
import { toGlobalId } from '../global-id.js';
import { Node } from '../node/node.type.js';
import { DateTimeScalar } from '../scalars.js';

/** All attachments directly in a container, where they were told along with it. */
export type ToldAttachments = readonly Listed<Attachment>[] | null;

@InterfaceType('Container', { implements: Node, description: 'A place where attachments live.' })
export abstract class ContainerNode extends Node {
  @Field(() => ID, { description: 'Global id: `gid://<provider name>/<Type>/<native id, percent-encoded>`.' })
  override readonly id: string;

  @Field(() => String, { description: 'What people call it; of a message its first words.' })
  readonly name: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was made; null where the provider does not say.' })
  readonly createdAt: Date | null;

  constructor(
    readonly source: Container,
    readonly told: ToldAttachments = null,
  ) {
    super();
    this.id = toGlobalId(source.provider, source.type, source.id);
    this.name = source.name;
    this.createdAt = source.createdAt;
  }
}

@ObjectType('Folder', {
  implements: [Node, ContainerNode],
  simpleResolvers: true,
  description: 'A folder of the vault, of Box or of Oracle Content.',
})
export class FolderNode extends ContainerNode {}

@ObjectType('Room', {
  implements: [Node, ContainerNode],
  simpleResolvers: true,
  description: 'A room of Virola, or a chat session of Xelion.',
})
export class RoomNode extends ContainerNode {}

@ObjectType('Participant', { simpleResolvers: true, description: 'Somebody who takes part in a message.' })
export class ParticipantNode implements Participant {
  @Field(() => String, { description: 'What people call them.' })
  readonly name: string;

  @Field(() => String, { description: 'The part they have, in the word of the system, in lower case: "from", "to", "cc".' })
  readonly role: string;

  @Field(() => String, {
    nullable: true,
    description: 'Where they are reached: a telephone number, an e-mail address; null where the provider does not say.',
  })
  readonly address: string | null;
}

@ObjectType('Message', {
  implements: [Node, ContainerNode],
  simpleResolvers: true,
  description: 'A message in a room of Virola, or a communication of Xelion: a call, chat message, e-mail, fax or SMS.',
})
export class MessageNode extends ContainerNode {
  @Field(() => String, { nullable: true, description: 'What was written; null where there is no text.' })
  readonly text: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'true when it came to the account, false when it went out; null where the provider does not tell.',
  })
  readonly incoming: boolean | null;

  @Field(() => [ParticipantNode], { description: 'Who took part. Empty where the provider does not say.' })
  readonly participants: readonly Participant[];

  constructor(source: Container, told: ToldAttachments = null) {
    super(source, told);
    this.text = source.message?.text ?? null;
    this.incoming = source.message?.incoming ?? null;
    this.participants = source.message?.participants ?? [];
  }
}

const nodeClasses: Readonly<Record<ContainerType, new (source: Container, told?: ToldAttachments) => ContainerNode>> = {
  Folder: FolderNode,
  Room: RoomNode,
  Message: MessageNode,
};

export function toContainerNode(container: Container, told: ToldAttachments = null): ContainerNode {
  return new nodeClasses[container.type](container, told);
}

@ObjectType('ContainerEdge', { simpleResolvers: true, description: 'A container and its place in the list.' })
export class ContainerEdge extends EdgeOf(() => ContainerNode) {}

@ObjectType('ContainerConnection', {
  simpleResolvers: true,
  description: 'A page of containers: folders and rooms by name, messages newest first.',
})
export class ContainerConnection extends ConnectionOf(
  () => ContainerNode,
  () => ContainerEdge,
) {}
