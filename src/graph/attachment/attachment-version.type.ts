import { Field, Int, ObjectType } from 'type-graphql';
import type { AttachmentRef, AttachmentVersion, Digest } from '../../attachment.js';
import { ConnectionOf, EdgeOf } from '../connection.js';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';
import { DigestNode } from './attachment.type.js';

@ObjectType('AttachmentVersion', { simpleResolvers: true, description: 'One of the contents that an attachment has had.' })
export class AttachmentVersionNode {
  @Field(() => Int, { description: 'From 1, in the order in which they came.' })
  readonly number: number;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'Size of this version in bytes; null where the provider does not say.',
  })
  readonly sizeBytes: number | null;

  @Field(() => DigestNode, {
    nullable: true,
    description: "Fingerprint of this version's bytes; null where the provider has none.",
  })
  readonly digest: Digest | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When this version came; null where the provider does not say.' })
  readonly createdAt: Date | null;

  @Field(() => Boolean, { description: 'It is the one that everybody gets who does not ask for a version.' })
  readonly current: boolean;

  constructor(
    readonly ref: AttachmentRef,
    source: AttachmentVersion,
  ) {
    this.number = source.number;
    this.sizeBytes = source.sizeBytes;
    this.digest = source.digest;
    this.createdAt = source.createdAt;
    this.current = source.current;
  }
}

@ObjectType('AttachmentVersionEdge', { simpleResolvers: true, description: 'A version and its place in the list.' })
export class AttachmentVersionEdge extends EdgeOf(() => AttachmentVersionNode) {}

@ObjectType('AttachmentVersionConnection', { simpleResolvers: true, description: 'A page of versions, newest first.' })
export class AttachmentVersionConnection extends ConnectionOf(
  () => AttachmentVersionNode,
  () => AttachmentVersionEdge,
) {}
