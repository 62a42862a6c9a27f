import { Field, ObjectType } from 'type-graphql';
import type { ErrorCode } from '../../errors.js';
import { AttachmentNode } from '../attachment/attachment.type.js';
import { ErrorCodeType } from '../error-code.type.js';
import { type MutationInput, MutationPayload } from '../mutation.js';
import { RenditionNode } from '../rendition/rendition.type.js';

@ObjectType('UploadError', { simpleResolvers: true, description: 'Why one file of an upload was not stored.' })
export class UploadErrorNode {
  @Field(() => ErrorCodeType, {
    description:
      'What went wrong: CONFLICT for a name that is taken (see onCollision), PAYLOAD_TOO_LARGE, DIGEST_MISMATCH, BAD_USER_INPUT for a name or ' +
      'digest that is none, NOT_FOUND for the container, or what its provider objects to.',
  })
  readonly code: ErrorCode;

  @Field(() => String, { description: 'The same in plain words.' })
  readonly message: string;
}

@ObjectType('UploadResult', {
  simpleResolvers: true,
  description: 'What became of one file: it has either an attachment or an error.',
})
export class UploadResult {
  @Field(() => String, { description: 'What it is called now, or would have been.' })
  readonly filename: string;

  @Field(() => AttachmentNode, { nullable: true, description: 'The attachment, READY; null where the file was not stored.' })
  readonly attachment: AttachmentNode | null;

  @Field(() => UploadErrorNode, { nullable: true, description: 'Why it was not stored; null where it was.' })
  readonly error: UploadErrorNode | null;
}

@ObjectType('UploadAttachmentsPayload', { simpleResolvers: true, description: 'What became of the files.' })
export class UploadAttachmentsPayload extends MutationPayload {
  @Field(() => [UploadResult], { description: 'One for each file, in the order of the input.' })
  readonly results: readonly UploadResult[];

  constructor(results: readonly UploadResult[], input: MutationInput) {
    super(input);
    this.results = results;
  }
}

@ObjectType('RenditionPayload', { simpleResolvers: true, description: 'The rendition that was uploaded.' })
export class RenditionPayload extends MutationPayload {
  @Field(() => RenditionNode, { description: 'As it is stored now.' })
  readonly rendition: RenditionNode;

  constructor(rendition: RenditionNode, input: MutationInput) {
    super(input);
    this.rendition = rendition;
  }
}
