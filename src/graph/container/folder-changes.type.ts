import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Container } from '../../attachment.js';
import { MutationInput, MutationPayload } from '../mutation.js';
import { FolderNode } from './container.type.js';

@InputType('CreateFolderInput', { description: 'A folder that is wanted.' })
export class CreateFolderInput extends MutationInput {
  @Field(() => ID, { description: 'The container that it goes into, by its global id. NOT_FOUND when there is none.' })
  container: string;

  @Field(() => String, {
    description:
      'A name, not a path, at most 255 bytes in UTF-8, without control characters; BAD_USER_INPUT otherwise. CONFLICT when it is taken.',
  })
  name: string;
}

@ObjectType('FolderPayload', { simpleResolvers: true, description: 'The folder that was made.' })
export class FolderPayload extends MutationPayload {
  @Field(() => FolderNode, { description: 'The new folder.' })
  readonly folder: FolderNode;

  constructor(folder: Container, input: MutationInput) {
    super(input);
    this.folder = new FolderNode(folder);
  }
}
