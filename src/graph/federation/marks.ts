import { type GraphQLField, type GraphQLNamedType, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { federationLink } from './directives.js';
import { entityNames } from './entities.js';

/** Directives by name, each with its arguments: where the extensions of a schema, type or field hold what is printed of them. */
type Marks = Readonly<Record<string, object>>;

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
  // On the definition of the schema, not on an extension of it: Relay's compiler reads no extension.
  mark(schema, { link: federationLink });
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
  ...ofEach(['Query'], ['attachment', '_entities'], call),
  'AttachmentConnection.totalCount': call,
  'Provider.health': call,
  ...ofEach(['Provider', 'Folder', 'Room', 'Message'], ['containers', 'attachments'], call),
  'Attachment.versions': call,
  'Attachment.renditions': call,
  'Attachment.pageCount': call,
  'Attachment.text': file,
  ...ofEach(['Thumbnail'], ['state', 'retryAfterSeconds', 'madeBy', 'sizeBytes', 'reason'], thumbnail),
  ...ofEach(['Rendition'], ['state', 'retryAfterSeconds', 'madeBy', 'sizeBytes', 'reason'], page),
  ...ofEach(['Thumbnail', 'Rendition', 'Content'], ['base64', 'dataUrl'], inline),
  ...ofEach(['Mutation'], ['uploadAttachments', 'uploadVersion', 'uploadRendition'], file),
  ...ofEach(['Mutation'], ['restoreVersion', 'deleteRendition', 'deleteAttachment', 'restoreAttachment'], call),
  ...ofEach(['Mutation'], ['renameAttachment', 'createFolder'], call),
};

/** Of what can be left out of the schema. */
const nodeCosts = ofEach(['Query'], ['node', 'nodes'], call);

/** Pages are as long as `first` or its default says. An assumed size beside it would be refused by Cosmo, since it could never count. */
const pageSize: ListSize = { slicingArguments: ['first'], sizedFields: ['edges', 'nodes'], requireOneSlicingArgument: false };

/** How long lists are; of what has no argument for it, the most that there is. */
const listSizes: Readonly<Record<string, ListSize>> = {
  ...ofEach(['Provider', 'Container', 'Folder', 'Room', 'Message'], ['containers', 'attachments'], pageSize),
  ...ofEach(['Query'], ['attachments'], pageSize),
  ...ofEach(['Attachment'], ['versions', 'pages'], pageSize),
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

/** The same for each of these fields of each of these types. */
function ofEach<T>(types: readonly string[], fields: readonly string[], value: T): Readonly<Record<string, T>> {
  return Object.fromEntries(types.flatMap((type) => fields.map((field) => [`${type}.${field}`, value])));
}

/** Only what was marked here stands there. */
function readMarks({ extensions }: GraphQLField<unknown, unknown>): {
  readonly cost?: { readonly weight: number };
  readonly listSize?: ListSize;
} {
  return extensions.directives ?? {};
}

function mark(place: GraphQLSchema | GraphQLNamedType | GraphQLField<unknown, unknown>, marks: Marks): void {
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
