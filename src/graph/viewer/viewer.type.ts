import { Field, ID, ObjectType } from 'type-graphql';
import type { Viewer } from '../../call.js';

@ObjectType('Viewer', { simpleResolvers: true, description: 'Who asks.' })
export class ViewerNode implements Omit<Viewer, 'scope'> {
  @Field(() => ID, { description: 'Stays the same between visits.' })
  readonly id: string;

  @Field(() => String, { description: 'What to call them.' })
  readonly name: string;

  @Field(() => [String], { description: 'What they may do, by the names of roles.' })
  readonly roles: readonly string[];
}
