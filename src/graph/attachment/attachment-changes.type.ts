import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Attachment } from '../../attachment.js';
import { MutationInput, MutationPayload } from '../mutation.js';
import { AttachmentNode } from './attachment.type.js';

@InputType()
abstract class AttachmentChangeInput extends MutationInput {
  @Field(() => ID, { description: 'Which attachment, by its global id. NOT_FOUND when there is none.' })
  attachment: string;
}

@InputType('RestoreVersionInput', { description: 'An older version that is wanted back.' })
export class RestoreVersionInput extends AttachmentChangeInput {
  @Field(() => Int, { description: 'From 1: whose content it gets again. NOT_FOUND when there is no such version.' })
  version: number;
}

@InputType('DeleteRenditionInput', { description: 'An uploaded rendition that is to go.' })
export class DeleteRenditionInput extends AttachmentChangeInput {
  @Field(() => String, { description: 'The name that it was uploaded under; NOT_FOUND when there is none.' })
  name: string;

  @Field(() => Int, { nullable: true, description: 'Of this version of the attachment; of the current one where absent.' })
  version?: number | null;
}

@InputType('DeleteAttachmentInput', { description: 'An attachment that is to go.' })
export class DeleteAttachmentInput extends AttachmentChangeInput {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'For good, with all versions and renditions, instead of into the trash. Cannot be undone. Xelion and Virola have no trash: there it is ' +
      'for good in any case.',
  })
  permanently?: boolean | null;
}

@InputType('RestoreAttachmentInput', { description: 'An attachment that is to come back from the trash.' })
export class RestoreAttachmentInput extends AttachmentChangeInput {}

@InputType('RenameAttachmentInput', { description: 'Another name for an attachment.' })
export class RenameAttachmentInput extends AttachmentChangeInput {
  @Field(() => String, {
    description:
      'A name, not a path, at most 255 bytes in UTF-8, without control characters; BAD_USER_INPUT otherwise. CONFLICT when it is taken.',
  })
  filename: string;
}

@ObjectType('AttachmentPayload', { simpleResolvers: true, description: 'The attachment that was changed.' })
export class AttachmentPayload extends MutationPayload {
  @Field(() => AttachmentNode, { description: 'As it is now.' })
  readonly attachment: AttachmentNode;

  constructor(attachment: Attachment, input: MutationInput) {
    super(input);
    this.attachment = new AttachmentNode(attachment);
  }
}

@ObjectType('DeleteAttachmentPayload', { simpleResolvers: true, description: 'The attachment that went.' })
export class DeleteAttachmentPayload extends MutationPayload {
  @Field(() => ID, { description: 'The id that it had.' })
  readonly deletedId: string;

  constructor(deletedId: string, input: MutationInput) {
    super(input);
    this.deletedId = deletedId;
  }
}
