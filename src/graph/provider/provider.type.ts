import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ProviderKind } from '../../attachment.js';
import type { ProviderHealth, ProviderInfo } from '../../catalog/catalog.js';
import type { Capabilities } from '../../providers/capabilities.js';
import type { ImageFormat } from '../../rendition.js';
import { enumType } from '../enum-type.js';
import { toGlobalId } from '../global-id.js';
import { Node } from '../node/node.type.js';
import { ImageFormatType } from '../rendition/image-format.type.js';
import { DateTimeScalar, SafeIntScalar } from '../scalars.js';

export const ProviderKindType = enumType<ProviderKind>('ProviderKind', 'The systems that attachments can live in.', {
  VAULT: 'The store that is built in.',
  BOX: 'Box.',
  ORACLE_CONTENT: 'Oracle Content Management.',
  XELION: 'Xelion telephony: attachments of communications.',
  VIROLA: 'Virola Messenger: files in rooms.',
});

export const HealthStatusType = enumType<'UP' | 'DEGRADED' | 'DOWN' | 'UNKNOWN'>('HealthStatus', 'How a provider is doing.', {
  UP: 'It answers.',
  DEGRADED: 'It answers, slowly or not always.',
  DOWN: 'It does not answer, or refuses the credentials.',
  UNKNOWN: 'Nobody has asked it yet.',
});

@ObjectType('Capabilities', {
  simpleResolvers: true,
  description: 'What can be done with this provider here, our own additions included. Derived from what its adapter implements.',
})
export class CapabilitiesNode implements Capabilities {
  @Field(() => Boolean, { description: 'Its attachments can be listed.' })
  readonly list: boolean;

  @Field(() => Boolean, { description: 'AttachmentFilter.text works.' })
  readonly search: boolean;

  @Field(() => Boolean, { description: 'Takes uploads.' })
  readonly upload: boolean;

  @Field(() => Boolean, { description: 'Attachments can be deleted.' })
  readonly delete: boolean;

  @Field(() => Boolean, { description: 'Has a trash to restore attachments from.' })
  readonly restore: boolean;

  @Field(() => Boolean, { description: 'Keeps older versions.' })
  readonly versions: boolean;

  @Field(() => Boolean, { description: 'Pages of its documents can be had as pictures.' })
  readonly pages: boolean;

  @Field(() => Boolean, { description: 'Keeps renditions that somebody uploads.' })
  readonly uploadedRenditions: boolean;

  @Field(() => Boolean, { description: 'A part of a file can be read without the rest.' })
  readonly ranges: boolean;

  @Field(() => Boolean, { description: 'Links that open one attachment can be made.' })
  readonly links: boolean;

  @Field(() => Boolean, { description: 'Attachment.digest is known.' })
  readonly digests: boolean;

  @Field(() => Boolean, { description: 'Tells of changes as they happen.' })
  readonly events: boolean;

  @Field(() => Boolean, { description: 'An upload that broke off can be continued.' })
  readonly resumableUpload: boolean;

  @Field(() => [Int], {
    description: 'Longest edges of thumbnails in px, smallest first: the ladder that asked sizes snap up to.',
  })
  readonly thumbnailSizes: readonly number[];

  @Field(() => [ImageFormatType], { description: 'Formats that thumbnails can be had in.' })
  readonly thumbnailFormats: readonly ImageFormat[];

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: 'Largest file that it takes, in bytes; null where it states no limit.',
  })
  readonly maxUploadBytes: number | null;
}

@ObjectType('ProviderHealth', { simpleResolvers: true, description: 'How a provider was doing when it was last asked.' })
export class ProviderHealthNode implements ProviderHealth {
  @Field(() => HealthStatusType, { description: 'The short answer.' })
  readonly status: ProviderHealth['status'];

  @Field(() => Int, { nullable: true, description: 'How long it took to answer, in milliseconds.' })
  readonly latencyMs: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was asked.' })
  readonly checkedAt: Date;

  @Field(() => Int, {
    nullable: true,
    description: 'Requests that it still allows in its current window; null where it does not say.',
  })
  readonly rateLimitRemaining: number | null;

  @Field(() => String, { nullable: true, description: 'What is wrong, where something is.' })
  readonly message: string | null;
}

@ObjectType('Provider', {
  implements: Node,
  simpleResolvers: true,
  description: 'One configured account of a system that holds attachments.',
})
export class ProviderNode extends Node {
  @Field(() => ID, { description: 'Global id: `gid://<name>/Provider/<name>`.' })
  override readonly id: string;

  @Field(() => String, { description: 'Its name in the configuration: "vault", "box-eu". Ids begin with it.' })
  readonly name: string;

  @Field(() => ProviderKindType, { description: 'Which system it is.' })
  readonly kind: ProviderKind;

  @Field(() => Boolean, { description: 'true when it is the built-in simulator rather than the real system.' })
  readonly sandbox: boolean;

  @Field(() => CapabilitiesNode, { description: 'What can be done with it here.' })
  readonly capabilities: Capabilities;

  constructor(info: ProviderInfo) {
    super();
    this.id = toGlobalId(info.name, 'Provider', info.name);
    this.name = info.name;
    this.kind = info.kind;
    this.sandbox = info.sandbox;
    this.capabilities = info.capabilities;
  }
}
