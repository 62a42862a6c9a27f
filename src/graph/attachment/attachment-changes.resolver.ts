import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ContentError } from '../../errors.js';
import { parseFilename } from '../../filename.js';
import type { GraphContext } from '../context.js';
import { parseAttachmentId, toGlobalId } from '../global-id.js';
import { found } from '../not-found.js';
import {
  AttachmentPayload,
  DeleteAttachmentInput,
  DeleteAttachmentPayload,
  DeleteRenditionInput,
  RenameAttachmentInput,
  RestoreAttachmentInput,
  RestoreVersionInput,
} from './attachment-changes.type.js';

/** Every mutation of an attachment that brings no bytes. */
@Resolver()
export class AttachmentChangesResolver {
  @Mutation(() => AttachmentPayload, {
    description:
      "Makes an older version's content the current one again, as a new version: none is lost. NOT_SUPPORTED_BY_PROVIDER where none are kept.",
  })
  async restoreVersion(
    @Arg('input', () => RestoreVersionInput, { description: 'Which attachment and version.' }) input: RestoreVersionInput,
    @Ctx() context: GraphContext,
  ): Promise<AttachmentPayload> {
    const restored = await context.changes.restoreVersion(parseAttachmentId(input.attachment), input.version, context);
    return new AttachmentPayload(found(restored, `version ${input.version} of`, input.attachment), input);
  }

  @Mutation(() => AttachmentPayload, {
    description: 'Removes a rendition that somebody uploaded. NOT_SUPPORTED_BY_PROVIDER where none are kept.',
  })
  async deleteRendition(
    @Arg('input', () => DeleteRenditionInput, { description: 'Which attachment and name.' }) input: DeleteRenditionInput,
    @Ctx() context: GraphContext,
  ): Promise<AttachmentPayload> {
    const ref = parseAttachmentId(input.attachment);
    const options = input.version == null ? {} : { version: input.version };
    const removed = await context.changes.deleteRendition(ref, input.name, options, context);
    if (!removed) throw new ContentError('NOT_FOUND', `"${input.attachment}" has no uploaded rendition "${input.name}"`);
    return new AttachmentPayload(found(await context.catalog.stat(ref, {}, context), 'attachment', input.attachment), input);
  }

  @Mutation(() => DeleteAttachmentPayload, {
    description:
      'Moves an attachment to the trash, or deletes it for good. FORBIDDEN without the permission; NOT_SUPPORTED_BY_PROVIDER where nothing ' +
      'can be deleted.',
  })
  async deleteAttachment(
    @Arg('input', () => DeleteAttachmentInput, { description: 'Which attachment, and how.' }) input: DeleteAttachmentInput,
    @Ctx() context: GraphContext,
  ): Promise<DeleteAttachmentPayload> {
    const ref = parseAttachmentId(input.attachment);
    const deleted = await context.changes.delete(ref, input.permanently ?? false, context);
    found(deleted || null, 'attachment', input.attachment);
    return new DeleteAttachmentPayload(toGlobalId(ref.provider, 'Attachment', ref.id), input);
  }

  @Mutation(() => AttachmentPayload, {
    description:
      'Brings an attachment back from the trash. CONFLICT when its name was taken meanwhile; NOT_SUPPORTED_BY_PROVIDER where none can be ' +
      'brought back, see Capabilities.restore.',
  })
  async restoreAttachment(
    @Arg('input', () => RestoreAttachmentInput, { description: 'Which attachment.' }) input: RestoreAttachmentInput,
    @Ctx() context: GraphContext,
  ): Promise<AttachmentPayload> {
    const restored = await context.changes.restore(parseAttachmentId(input.attachment), context);
    return new AttachmentPayload(found(restored, 'attachment', input.attachment), input);
  }

  @Mutation(() => AttachmentPayload, {
    description:
      'Gives an attachment another filename. Its id, versions and type, which is read from its bytes, stay. FORBIDDEN without the permission; ' +
      'NOT_SUPPORTED_BY_PROVIDER where names are fixed.',
  })
  async renameAttachment(
    @Arg('input', () => RenameAttachmentInput, { description: 'Which attachment, and its new name.' })
    input: RenameAttachmentInput,
    @Ctx() context: GraphContext,
  ): Promise<AttachmentPayload> {
    const ref = parseAttachmentId(input.attachment);
    const renamed = await context.changes.rename(ref, parseFilename(input.filename, 'filename'), context);
    return new AttachmentPayload(found(renamed, 'attachment', input.attachment), input);
  }
}
