import { Field, Int, ObjectType } from 'type-graphql';
import { ConnectionOf, EdgeOf } from '../connection.js';
import type { GraphContext } from '../context.js';
import { Deliverable } from '../deliverable/deliverable.type.js';
import { enumType } from '../enum-type.js';
import type { Picture } from './picture.js';
import { PictureNode } from './picture.type.js';

type RenditionKind = 'SYSTEM' | 'UPLOADED';

export const RenditionKindType = enumType<RenditionKind>('RenditionKind', 'Where a rendition comes from.', {
  SYSTEM: 'Drawn from the file: a page.',
  UPLOADED: 'Somebody uploaded it, under a name.',
});

export interface RenditionFacts {
  readonly name: string;
  readonly kind: RenditionKind;
  readonly page: number | null;
  readonly version: number | null;
}

@ObjectType('Rendition', {
  implements: Deliverable,
  simpleResolvers: true,
  description: 'Another form of a file: a page of a document as a picture, or what somebody uploaded to stand beside it.',
})
export class RenditionNode extends PictureNode implements RenditionFacts {
  @Field(() => String, { description: '"page3", or the name that it was uploaded under.' })
  readonly name: string;

  @Field(() => RenditionKindType, { description: 'Whether it is drawn or was uploaded.' })
  readonly kind: RenditionKind;

  @Field(() => Int, { nullable: true, description: 'The page that it shows, from 1; null for an uploaded one.' })
  readonly page: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the attachment that it belongs to; null where the provider does not number them.',
  })
  readonly version: number | null;

  constructor(facts: RenditionFacts, picture: Picture, context: GraphContext) {
    super(picture, context);
    this.name = facts.name;
    this.kind = facts.kind;
    this.page = facts.page;
    this.version = facts.version;
  }
}

@ObjectType('RenditionEdge', { simpleResolvers: true, description: 'A rendition and its place in the list.' })
export class RenditionEdge extends EdgeOf(() => RenditionNode) {}

@ObjectType('RenditionConnection', { simpleResolvers: true, description: 'A run of the pages of a document.' })
export class RenditionConnection extends ConnectionOf(
  () => RenditionNode,
  () => RenditionEdge,
) {}
