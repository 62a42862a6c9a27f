import { ObjectType } from 'type-graphql';
import { Deliverable } from '../deliverable/deliverable.type.js';
import { PictureNode } from './picture.type.js';

@ObjectType('Thumbnail', {
  implements: Deliverable,
  simpleResolvers: true,
  description: 'A small picture of an attachment: upright, in sRGB, without metadata and never enlarged.',
})
export class ThumbnailNode extends PictureNode {}
