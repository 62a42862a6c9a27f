import { type GraphQLField, type GraphQLNamedType, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { entityNames } from './entities.js';

/** Directives by name, each with its arguments: where the extensions of a type or field hold what is printed of them. */
type Marks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What is marked on a field of how long its list is, or the lists below it. */
export interface ListSize {
  readonly assumedSize?: number;
  readonly slicingArguments?: readonly string[];
  readonly sizedFields?: readonly string[];
  readonly requireOneSlicingArgument?: boolean;
}

/** The weight that a field is marked with; undefined without a mark. */
export function costOf(field: GraphQLField<unknown, unknown>): number | undefined {
  return readMarks(field).cost?.weight;
}

export function listSizeOf(field: GraphQLField<unknown, unknown>): ListSize | undefined {
  return readMarks(field).listSize;
}

/** Puts the directives of the federation on the schema, as extensions. Throws for what the schema does not have. */
export function markForFederation(schema: GraphQLSchema): void {
  for (const name of entityNames) mark(typeOf(schema, name), { key: { fields: 'id' } });
  mark(typeOf(schema, 'PageInfo'), { shareable: {} });
  const hasNodeQuery = schema.getQueryType()?.getFields().node !== undefined;
  const weights = { ...costs, ...(hasNodeQuery ? nodeCosts : {}) };
  for (const [place, weight] of Object.entries(weights)) mark(fieldAt(schema, place), { cost: { weight } });
  for (const [place, size] of Object.entries(listSizes)) mark(fieldAt(schema, place), { listSize: size });
  for (const [tag, places] of Object.entries(tags)) {
    for (const place of places) mark(fieldAt(schema, place), { tag: { name: tag } });
  }
}

/** A call to a provider. */
const call = 5;
/** A picture is drawn, or fetched and made to fit; a page takes longer than a thumbnail. Their URLs cost nothing. */
const thumbnail = 5;
const page = 10;
/** The bytes are in the answer. */
const inline = 20;
/** The whole file is read. */
const file = 20;

/** What fields cost, as @cost counts. Gateways reckon with objects only, so interfaces have none. */
const costs: Readonly<Record<string, number>> = {
  'Query.attachments': 2 * call,
  ...costOfEach(['Query'], ['attachment', '_entities'], call),
  'AttachmentConnection.totalCount': call,
  'Provider.health': call,
  ...costOfEach(['Provider', 'Folder', 'Room', 'Message'], ['containers', 'attachments'], call),
  'Attachment.versions': call,
  'Attachment.renditions': call,
  'Attachment.pageCount': call,
  'Attachment.text': file,
  ...costOfEach(['Thumbnail'], ['state', 'retryAfterSeconds', 'madeBy', 'sizeBytes', 'reason'], thumbnail),
  ...costOfEach(['Rendition'], ['state', 'retryAfterSeconds', 'madeBy', 'sizeBytes', 'reason'], page),
  ...costOfEach(['Thumbnail', 'Rendition', 'Content'], ['base64', 'dataUrl'], inline),
  ...costOfEach(['Mutation'], ['uploadAttachments', 'uploadVersion', 'uploadRendition'], file),
  ...costOfEach(['Mutation'], ['restoreVersion', 'deleteRendition', 'deleteAttachment', 'restoreAttachment'], call),
  ...costOfEach(['Mutation'], ['renameAttachment', 'createFolder'], call),
};

/** Of what can be left out of the schema. */
const nodeCosts = costOfEach(['Query'], ['node', 'nodes'], call);

/** Pages of lists are as long as `first` says; of what has no such argument, the most that there is. */
const listSizes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'Query.attachments': pageOf(50),
  'Provider.containers': pageOf(50),
  'Provider.attachments': pageOf(50),
  'Container.containers': pageOf(50),
  'Container.attachments': pageOf(50),
  'Folder.containers': pageOf(50),
  'Folder.attachments': pageOf(50),
  'Room.containers': pageOf(50),
  'Room.attachments': pageOf(50),
  'Message.containers': pageOf(50),
  'Message.attachments': pageOf(50),
  'Attachment.versions': pageOf(20),
  'Attachment.pages': pageOf(10),
  'Attachment.renditions': { assumedSize: 100 },
  'Query.providers': { assumedSize: 10 },
  'AttachmentConnection.failures': { assumedSize: 5 },
  'Message.participants': { assumedSize: 5 },
  'UploadAttachmentsPayload.results': { assumedSize: 20 },
};

const tags: Readonly<Record<string, readonly string[]>> = {
  inline: ['Deliverable', 'Content', 'Thumbnail', 'Rendition'].flatMap((type) => [`${type}.base64`, `${type}.dataUrl`]),
  multipart: ['Mutation.uploadAttachments', 'Mutation.uploadVersion', 'Mutation.uploadRendition'],
};

function costOfEach(types: readonly string[], fields: readonly string[], weight: number): Readonly<Record<string, number>> {
  return Object.fromEntries(types.flatMap((type) => fields.map((field) => [`${type}.${field}`, weight])));
}

function pageOf(assumedSize: number) {
  return { assumedSize, slicingArguments: ['first'], sizedFields: ['edges', 'nodes'], requireOneSlicingArgument: false };
}

/** Only what was marked here stands there. */
function readMarks({ extensions }: GraphQLField<unknown, unknown>): {
  readonly cost?: { readonly weight: number };
  readonly listSize?: ListSize;
} {
  return extensions.directives ?? {};
}

function mark(place: GraphQLNamedType | GraphQLField<unknown, unknown>, marks: Marks): void {
  const { directives, ...extensions } = place.extensions;
  place.extensions = { ...extensions, directives: { ...(directives as Marks | undefined), ...marks } };
}

function typeOf(schema: GraphQLSchema, name: string): GraphQLNamedType {
  const type = schema.getType(name);
  if (!type) throw new Error(`The schema has no type ${name}`);
  return type;
}

function fieldAt(schema: GraphQLSchema, place: string): GraphQLField<unknown, unknown> {
  const [typeName = '', fieldName = ''] = place.split('.');
  const type = typeOf(schema, typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (!field) throw new Error(`The schema has no field ${place}`);
  return field;
}
