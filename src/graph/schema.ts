import 'reflect-metadata';
import { type GraphQLSchema, specifiedDirectives } from 'graphql';
import { buildSchema } from 'type-graphql';
import { AttachmentResolver } from './attachment/attachment.resolver.js';
import { AttachmentChangesResolver } from './attachment/attachment-changes.resolver.js';
import { AttachmentVersionResolver } from './attachment/attachment-version.resolver.js';
import { ContainerResolver } from './container/container.resolver.js';
import { FolderNode, MessageNode, RoomNode } from './container/container.type.js';
import { FolderChangesResolver } from './container/folder-changes.resolver.js';
import { resolveDirectly } from './direct-resolvers.js';
import { federationDirectives } from './federation/directives.js';
import { FederationResolver } from './federation/federation.resolver.js';
import { markForFederation } from './federation/marks.js';
import { NodeResolver } from './node/node.resolver.js';
import { ProviderResolver } from './provider/provider.resolver.js';
import { RenditionResolver } from './rendition/rendition.resolver.js';
import { DateTimeScalar } from './scalars.js';
import type { GraphSettings } from './settings.js';
import { UploadResolver } from './upload/upload.resolver.js';
import { ViewerResolver } from './viewer/viewer.resolver.js';

/** The schema, ready to execute with a GraphContext. */
export async function buildGraphSchema({ nodeQuery }: Pick<GraphSettings, 'nodeQuery'>): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      FederationResolver,
      ...(nodeQuery ? [NodeResolver] : []),
      ViewerResolver,
      ProviderResolver,
      ContainerResolver,
      AttachmentResolver,
      AttachmentVersionResolver,
      RenditionResolver,
      UploadResolver,
      AttachmentChangesResolver,
      FolderChangesResolver,
    ],
    orphanedTypes: [FolderNode, RoomNode, MessageNode],
    directives: [...specifiedDirectives, ...federationDirectives],
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    validate: false,
  });
  describeRoots(schema);
  markForFederation(schema);
  const containers = new ContainerResolver();
  resolveDirectly(schema, {
    Provider: [new ProviderResolver()],
    Folder: [containers],
    Room: [containers],
    Message: [containers],
    Attachment: [new AttachmentResolver(), new RenditionResolver()],
    AttachmentVersion: [new AttachmentVersionResolver()],
  });
  return schema;
}

function describeRoots(schema: GraphQLSchema): void {
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  if (query) query.description = 'Everything that can be asked. Only what is selected is looked up, drawn or read.';
  if (mutation) mutation.description = 'Everything that can be changed. The mutations of one operation run one after the other.';
}
