import type { FileUpload } from 'graphql-upload-minimal';
import { Field, ID, InputType, Int } from 'type-graphql';
import type { Collision } from '../../providers/provider.js';
import { enumType } from '../enum-type.js';
import { MutationInput } from '../mutation.js';
import { UploadScalar } from '../scalars.js';

export const CollisionType = enumType<Collision>(
  'Collision',
  'What to do when the container already has an attachment of that name.',
  {
    FAIL: 'Refuse the file with CONFLICT.',
    RENAME: 'Number it: "photo (2).jpg".',
    NEW_VERSION: 'Make it the next version of the attachment that has the name.',
  },
);

@InputType('DigestInput', {
  description:
    'What the client says the bytes hash to. They are compared as they arrive: DIGEST_MISMATCH, and nothing is stored, when they differ.',
})
export class DigestInput {
  @Field(() => String, {
    description: '"sha256" everywhere; "sha1" or "md5" where the provider is not the vault. BAD_USER_INPUT for others.',
  })
  algorithm: string;

  @Field(() => String, { description: 'In hexadecimal: 64 digits of a sha256, 40 of a sha1, 32 of an md5.' })
  hex: string;
}

const digest = 'Checked while the file arrives; without it the bytes are taken as they come.';

@InputType('FileInput', { description: 'One file of an upload.' })
export class FileInput {
  @Field(() => UploadScalar, {
    description: 'The file. May be empty. PAYLOAD_TOO_LARGE over the limit of the server or of the provider.',
  })
  file: Promise<FileUpload>;

  @Field(() => String, {
    nullable: true,
    description:
      'What to call it: a name, not a path, at most 255 bytes in UTF-8, without control characters; BAD_USER_INPUT otherwise. Where absent, ' +
      'the name that came with the part, cleaned of what a name cannot hold.',
  })
  filename?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the client takes it for. It decides nothing: the type is read from the bytes.',
  })
  contentType?: string | null;

  @Field(() => DigestInput, { nullable: true, description: digest })
  digest?: DigestInput | null;
}

@InputType('UploadAttachmentsInput', { description: 'Files for one container.' })
export class UploadAttachmentsInput extends MutationInput {
  @Field(() => ID, { description: 'Where they go, by its global id. Each file has the error NOT_FOUND when there is none.' })
  container: string;

  @Field(() => [FileInput], {
    description:
      'At least one, and no more than one request may carry, which is 20 unless the server is configured otherwise. Send the parts in this order.',
  })
  files: FileInput[];

  @Field(() => CollisionType, { nullable: true, defaultValue: 'FAIL', description: 'What to do with a name that is taken.' })
  onCollision?: Collision | null;
}

@InputType('UploadVersionInput', { description: 'A new content for an attachment.' })
export class UploadVersionInput extends MutationInput {
  @Field(() => ID, { description: 'Which attachment, by its global id.' })
  attachment: string;

  @Field(() => UploadScalar, { description: 'The new content. The filename of the attachment stays.' })
  file: Promise<FileUpload>;

  @Field(() => DigestInput, { nullable: true, description: digest })
  digest?: DigestInput | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Only if this is the current version, else CONFLICT: so that nobody overwrites what they have not seen. From 1.',
  })
  ifVersion?: number | null;
}

@InputType('UploadRenditionInput', { description: 'Another form of a file, to stand beside it.' })
export class UploadRenditionInput extends MutationInput {
  @Field(() => ID, { description: 'Which attachment, by its global id.' })
  attachment: string;

  @Field(() => String, {
    description:
      'What to call it: in the vault 1 to 100 of the characters A-Z, a-z, 0-9, ".", "_" and "-"; BAD_USER_INPUT otherwise, and for page1, ' +
      'page2 …, which are the pages. One of the same name is replaced.',
  })
  name: string;

  @Field(() => Int, { nullable: true, description: 'For this version of the attachment; for the current one where absent.' })
  version?: number | null;

  @Field(() => UploadScalar, { description: 'The bytes, of any type.' })
  file: Promise<FileUpload>;
}
