import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GraphContext } from '../context.js';
import { found } from '../not-found.js';
import { AttachmentNode } from './attachment.type.js';
import { AttachmentVersionNode } from './attachment-version.type.js';

@Resolver(() => AttachmentVersionNode)
export class AttachmentVersionResolver {
  @FieldResolver(() => AttachmentNode, {
    description:
      'The attachment as it was in this version. It has the id of the attachment, so a client that caches by id does not ask for it: the ' +
      'arguments `version` of Attachment bring the same.',
  })
  async attachment(@Root() { ref, number }: AttachmentVersionNode, @Ctx() { loaders }: GraphContext): Promise<AttachmentNode> {
    const { provider, id } = ref;
    const attachment = await loaders.attachmentByIdAndVersion.load({ provider, id, version: number });
    return new AttachmentNode(found(attachment, 'version', `${number}`));
  }
}
