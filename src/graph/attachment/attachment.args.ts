import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { AttachmentState } from '../../attachment.js';
import type { AttachmentOrder } from '../../providers/provider.js';
import type { ImageFormat } from '../../rendition.js';
import { PageArgs } from '../connection.js';
import { enumType } from '../enum-type.js';
import { ImageFormatType } from '../rendition/image-format.type.js';
import { DateTimeScalar } from '../scalars.js';
import { AttachmentStateType } from './attachment.type.js';

export const AttachmentOrderType = enumType<AttachmentOrder>('AttachmentOrder', 'The order of a list of attachments.', {
  MODIFIED_DESC: 'Last changed first.',
  MODIFIED_ASC: 'Last changed last.',
  NAME_ASC: 'By filename.',
  SIZE_DESC: 'Largest first.',
});

@InputType('AttachmentFilter', { description: 'Attachments that match all that is given.' })
export class AttachmentFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'Only of these providers, by name; BAD_USER_INPUT for a name that is not configured. All where absent.',
  })
  providers?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Directly in this container, by its global id. Limits the list to its provider.',
  })
  container?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The filename contains this, whatever the case. At most 255 characters; BAD_USER_INPUT for more.',
  })
  text?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Any of these media types: "image/png", or "image/*" for a family. At most 50; BAD_USER_INPUT for anything else.',
  })
  contentTypes?: string[] | null;

  @Field(() => [AttachmentStateType], { nullable: true, description: 'In any of these states; only READY where absent.' })
  states?: AttachmentState[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Last changed after this moment, which is itself excluded.' })
  modifiedAfter?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Last changed before this moment, which is itself excluded.' })
  modifiedBefore?: Date | null;
}

const filter = 'Which attachments; all that are READY where absent.';

@ArgsType()
export class ProviderAttachmentsArgs extends PageArgs {
  @Field(() => AttachmentFilter, { nullable: true, description: filter })
  filter?: AttachmentFilter | null;

  @Field(() => AttachmentOrderType, {
    nullable: true,
    description:
      'In which order; NOT_SUPPORTED_BY_PROVIDER for one that it does not have. Where absent, MODIFIED_DESC if it has that, else its own.',
  })
  orderBy?: AttachmentOrder | null;
}

@ArgsType()
export class AttachmentsArgs extends PageArgs {
  @Field(() => AttachmentFilter, { nullable: true, description: filter })
  filter?: AttachmentFilter | null;

  @Field(() => AttachmentOrderType, {
    nullable: true,
    defaultValue: 'MODIFIED_DESC',
    description: 'In which order, across all providers.',
  })
  orderBy?: AttachmentOrder | null;
}

const version =
  'Of this version of the file; of the one that this object describes where absent. NOT_FOUND for one that is not there.';
const width =
  'Width in px, from 1 to 2048; snaps up to the ladder 32, 64, 128, 160, 256, 320, 640, 1024, 2048. 1024 where absent.';

@ArgsType()
export class VersionArgs {
  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;
}

@ArgsType()
export class ThumbnailArgs extends VersionArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: 320,
    description:
      'Longest edge in px, from 1 to 2048; BAD_USER_INPUT outside. Snaps up to the ladder 32, 64, 128, 160, 256, 320, 640, 1024, 2048.',
  })
  size?: number | null;

  @Field(() => ImageFormatType, { nullable: true, defaultValue: 'JPEG', description: 'Format to draw it in.' })
  format?: ImageFormat | null;
}

@ArgsType()
export class RenditionArgs extends VersionArgs {
  @Field(() => Int, { nullable: true, description: 'A page, from 1. NOT_FOUND beyond the last. Give either page or name.' })
  page?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'A rendition that somebody uploaded under this name. Give either page or name.',
  })
  name?: string | null;

  @Field(() => ImageFormatType, { nullable: true, defaultValue: 'PNG', description: 'Format to draw a page in.' })
  format?: ImageFormat | null;

  @Field(() => Int, { nullable: true, description: width })
  width?: number | null;
}

@ArgsType()
export class PagesArgs extends PageArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: 10,
    description: 'How many pages at most, from 1 to 100 unless the server is configured otherwise; BAD_USER_INPUT outside.',
  })
  override first?: number | null;

  @Field(() => Int, { nullable: true, description: version })
  version?: number | null;

  @Field(() => ImageFormatType, { nullable: true, defaultValue: 'PNG', description: 'Format to draw the pages in.' })
  format?: ImageFormat | null;

  @Field(() => Int, { nullable: true, description: width })
  width?: number | null;
}

@ArgsType()
export class ResponsiveArgs {
  @Field(() => [Int], {
    description: 'From 1 to 10 widths in px, each from 1 to 2048; BAD_USER_INPUT otherwise. They snap up to the ladder.',
  })
  widths: number[];

  @Field(() => ImageFormatType, { nullable: true, defaultValue: 'WEBP', description: 'Format to draw it in.' })
  format?: ImageFormat | null;
}

@ArgsType()
export class TextArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: 10000,
    description: 'How many UTF-16 units at most, from 1 to 1,000,000; BAD_USER_INPUT outside. Cut at a character.',
  })
  maxChars?: number | null;
}
