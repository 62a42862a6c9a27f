import { Ctx, Query, Resolver } from 'type-graphql';
import type { Viewer } from '../../call.js';
import type { GraphContext } from '../context.js';
import { ViewerNode } from './viewer.type.js';

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerNode, { nullable: true, description: 'Who this request acts for.' })
  viewer(@Ctx() { viewer }: GraphContext): Viewer {
    return viewer;
  }
}
