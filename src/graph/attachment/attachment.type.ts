import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Attachment, AttachmentState, Digest, ViewerPermissions } from '../../attachment.js';
import { enumType } from '../enum-type.js';
import { toGlobalId } from '../global-id.js';
import { Node } from '../node/node.type.js';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';

export const AttachmentStateType = enumType<AttachmentState>(
  'AttachmentState',
  "The nine states of an attachment's life, in the order they are passed through, and TRASHED. Only READY and TRASHED have content.",
  {
    INITIAL: 'Announced; no byte has come yet.',
    CHECKSUM_CALCULATION_IN_PROGRESS: 'The sender is hashing its file.',
    CHECKSUM_CALCULATION_FAILED: 'The sender could not hash its file; it must begin again.',
    UPLOAD_IN_PROGRESS: 'Bytes are coming in.',
    UPLOAD_FAILED: 'The bytes did not all arrive; nothing was kept.',
    CHECKSUM_VERIFICATION_IN_PROGRESS: 'All bytes are here and are being compared with the digest.',
    CHECKSUM_MISMATCH: 'The bytes are not the ones that the digest describes; nothing can be downloaded.',
    CHECKSUM_VERIFICATION_FAILED: 'The comparison itself could not be made; nothing can be downloaded.',
    READY: 'Whole, durable and open to everybody who may read it.',
    TRASHED: 'In the trash: absent from lists that do not ask for it, and can be restored.',
  },
);

@ObjectType('Digest', { simpleResolvers: true, description: 'A fingerprint of bytes.' })
export class DigestNode implements Digest {
  @Field(() => String, { description: 'In lower case, as the provider names it: "sha256", "sha1".' })
  readonly algorithm: string;

  @Field(() => String, { description: 'In lower-case hexadecimal.' })
  readonly hex: string;
}

@ObjectType('ViewerPermissions', { simpleResolvers: true, description: 'What the viewer who asks may do with an attachment.' })
export class ViewerPermissionsNode implements ViewerPermissions {
  @Field(() => Boolean, { description: 'See its metadata and pictures.' })
  readonly read: boolean;

  @Field(() => Boolean, { description: 'Have the file itself.' })
  readonly download: boolean;

  @Field(() => Boolean, { description: 'Add versions and renditions, restore versions and rename it.' })
  readonly replace: boolean;

  @Field(() => Boolean, { description: 'Move it to the trash, restore it from there and delete it for good.' })
  readonly delete: boolean;

  @Field(() => Boolean, { description: 'Make links to it.' })
  readonly share: boolean;
}

@ObjectType('Attachment', {
  implements: Node,
  simpleResolvers: true,
  description: 'A file, wherever it lives: one version of it, the current one unless it was reached through another.',
})
export class AttachmentNode extends Node {
  @Field(() => ID, {
    description: 'Global id: `gid://<provider name>/Attachment/<native id, percent-encoded>`. The same for all versions.',
  })
  override readonly id: string;

  @Field(() => String, { description: "The provider's own id of it." })
  readonly nativeId: string;

  @Field(() => String, { description: 'Name with extension, without any path. At most 255 bytes of UTF-8 in the vault.' })
  readonly filename: string;

  @Field(() => String, {
    description:
      'Media type without parameters, in lower case. The vault reads it from the bytes; `application/octet-stream` where they do not tell.',
  })
  readonly contentType: string;

  @Field(() => SafeIntScalar, { nullable: true, description: 'Size of the file in bytes; null where the provider does not say.' })
  readonly sizeBytes: number | null;

  @Field(() => DigestNode, {
    nullable: true,
    description: 'Fingerprint of the bytes; null where the provider has none. SHA-256 in the vault.',
  })
  readonly digest: Digest | null;

  @Field(() => AttachmentStateType, { description: 'Where it stands in its life.' })
  readonly state: AttachmentState;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When its first version came; null where the provider does not say.',
  })
  readonly createdAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it last changed; null where the provider does not say.' })
  readonly modifiedAt: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version that this object describes, from 1; null where the provider does not number them.',
  })
  readonly versionNumber: number | null;

  @Field(() => ViewerPermissionsNode, { description: 'What you may do with it.' })
  readonly viewerCan: ViewerPermissions;

  constructor(readonly source: Attachment) {
    super();
    this.id = toGlobalId(source.provider, 'Attachment', source.id);
    this.nativeId = source.id;
    this.filename = source.filename;
    this.contentType = source.contentType;
    this.sizeBytes = source.sizeBytes;
    this.digest = source.digest;
    this.state = source.state;
    this.createdAt = source.createdAt;
    this.modifiedAt = source.modifiedAt;
    this.versionNumber = source.versionNumber;
    this.viewerCan = source.permissions;
  }
}
