import { Field, Int, ObjectType } from 'type-graphql';
import { Base64Scalar, UrlScalar } from '../scalars.js';

@ObjectType('ResponsiveImage', {
  simpleResolvers: true,
  description:
    'A picture in several widths, ready for an `<img srcset>`. All of it is free: pictures are drawn when a browser fetches them.',
})
export class ResponsiveImage {
  @Field(() => UrlScalar, { nullable: true, description: 'The widest, for `src`. null where the file cannot be drawn.' })
  readonly src: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For `srcset`: `<url> 320w, <url> 640w`, narrowest first, by real widths; never wider than the original. null as src.',
  })
  readonly srcSet: string | null;

  @Field(() => Int, { nullable: true, description: 'Width of src in px; null until the file has been looked at.' })
  readonly width: number | null;

  @Field(() => Int, { nullable: true, description: 'Height of src in px; null as width.' })
  readonly height: number | null;

  @Field(() => Base64Scalar, { nullable: true, description: 'As Attachment.thumbhash.' })
  readonly thumbhash: string | null;
}
