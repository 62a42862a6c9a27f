import { describe, expect, it } from '@jest/globals';
import { buildASTSchema, type DocumentNode, isObjectType, Kind, parse, visit } from 'graphql';
import { printGraph } from '../../src/graph/print-graph.js';
import { composeByCosmo, composeContract, composers, messagesSdl, supergraphComposers } from './compose.js';

const attachments = { name: 'attachments', sdl: await printGraph() };
const messages = { name: 'messages', sdl: messagesSdl };
const printed = parse(attachments.sdl);

describe.each(Object.entries(composers))('The graph, composed by the library of %s', (_, compose) => {
  const supergraph = parse(compose([attachments, messages]));

  it('gets a field from each of two subgraphs on one type', () => {
    const fields = fieldsOf(supergraph, 'Query');
    expect(fields).toEqual(expect.arrayContaining(['inbox', 'attachments', 'node']));
    expect(fieldsOf(supergraph, 'InboxMessage')).toEqual(['id', 'subject', 'attachments']);
    expect(fieldsOf(supergraph, 'Attachment')).toEqual(expect.arrayContaining(['filename', 'thumbnail', 'rendition']));
  });

  it('keeps every tag', () => {
    expect(placesOf(supergraph, 'tag')).toEqual(placesOf(printed, 'tag'));
    expect(placesOf(supergraph, 'tag')).toContain('Mutation.uploadAttachments');
  });

  it('shows a client nothing of the federation', () => {
    const names = fieldsOf(supergraph, 'Query');
    expect(names.filter((name) => name.startsWith('_'))).toEqual([]);
  });

  it('shares PageInfo with a subgraph that has lists of its own', () => {
    const sdl = `${messagesSdl}
      type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
      extend type Query { inboxPage: PageInfo! }`;
    expect(fieldsOf(parse(compose([attachments, { ...messages, sdl }])), 'Query')).toContain('inboxPage');
  });

  it('stands beside a subgraph with a `node` of its own once this one is switched off', async () => {
    const sdl = `${messagesSdl} interface Node { id: ID! } extend type Query { node(id: ID!): Node }`;
    const withNode = { ...messages, sdl };
    expect(() => compose([attachments, withNode])).toThrow('node');
    const without = { ...attachments, sdl: await printGraph({ nodeQuery: false }) };
    expect(fieldsOf(parse(compose([without, withNode])), 'Query')).toContain('node');
  });
});

describe('The costs and list sizes of the graph', () => {
  it.each(Object.entries(supergraphComposers))('are in a supergraph composed by the library of %s', (_, compose) => {
    const supergraph = parse(compose([attachments, messages]));
    for (const name of ['cost', 'listSize']) expect(placesOf(supergraph, name)).toEqual(placesOf(printed, name));
    expect(placesOf(supergraph, 'cost')).toContain('Thumbnail.base64');
    expect(placesOf(supergraph, 'listSize')).toContain('Attachment.pages');
  });

  it('are in what a Cosmo Router is configured with', () => {
    const costs = composeByCosmo([attachments, messages]).subgraphConfigBySubgraphName.get('attachments')?.costs;
    expect([...(costs?.fieldWeights.keys() ?? [])].sort()).toEqual(placesOf(printed, 'cost'));
    expect([...(costs?.listSizes.keys() ?? [])].sort()).toEqual(placesOf(printed, 'listSize'));
  });
});

describe('A contract', () => {
  it('leaves out bytes inside answers, and uploads, and keeps the rest', () => {
    const sdl = parse(composeContract([attachments, messages], ['inline', 'multipart']));
    const without = (name: string, leftOut: readonly string[]) =>
      fieldsOf(printed, name).filter((field) => !leftOut.includes(field));
    expect(fieldsOf(sdl, 'Thumbnail')).toEqual(without('Thumbnail', ['base64', 'dataUrl']));
    expect(fieldsOf(sdl, 'Mutation')).toEqual(without('Mutation', ['uploadAttachments', 'uploadVersion', 'uploadRendition']));
  });
});

function fieldsOf(supergraph: DocumentNode, name: string): readonly string[] {
  const type = buildASTSchema(supergraph, { assumeValidSDL: true }).getType(name);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
}

/** "Type.field" of each field that a directive stands on. */
function placesOf(document: DocumentNode, directive: string): readonly string[] {
  const places: string[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    visit(definition, {
      FieldDefinition({ name, directives }) {
        if (directives?.some((used) => used.name.value === directive)) places.push(`${definition.name.value}.${name.value}`);
      },
    });
  }
  return places.sort();
}
