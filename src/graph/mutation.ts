import { Field, InputType, ObjectType } from 'type-graphql';

/** What every mutation's input has. */
@InputType()
export abstract class MutationInput {
  @Field(() => String, { nullable: true, description: 'Any mark of the client; it stands in the answer again.' })
  clientMutationId?: string | null;
}

/** What every mutation's payload has. */
@ObjectType({ simpleResolvers: true })
export abstract class MutationPayload {
  @Field(() => String, { nullable: true, description: 'The mark that stood in the input.' })
  readonly clientMutationId: string | null;

  constructor(input: MutationInput) {
    this.clientMutationId = input.clientMutationId ?? null;
  }
}
