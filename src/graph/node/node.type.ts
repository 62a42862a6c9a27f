import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType('Node', { description: 'A thing with an id of its own in the whole graph.' })
export abstract class Node {
  @Field(() => ID, {
    description:
      'Global and readable: `gid://<provider name>/<Type>/<native id, percent-encoded>`. Stays the same for as long as the thing exists.',
  })
  readonly id: string;
}
