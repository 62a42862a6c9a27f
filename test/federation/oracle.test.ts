import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ExecutionResult,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  graphql,
  parse,
} from 'graphql';
import { createResolversMap } from 'type-graphql';
import { type GraphContext } from '../../src/graph/graph.js';
import { openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { messagesSdl, supergraphComposers } from './compose.js';

let graph: VaultGraph;
let reference: GraphQLSchema;
let file: string;

beforeAll(async () => {
  graph = await openVaultGraph();
  file = await graph.store('note.txt', 'hello');
  reference = await referenceSubgraph(graph);
});

afterAll(() => graph.close());

describe('The subgraph, beside the same schema served by the reference implementation', () => {
  it('tells gateways of the same schema', async () => {
    const query = '{ _service { sdl } }';
    const [ours, theirs] = [await sdlOf(graph.schema, query), await sdlOf(reference, query)];
    const composed = [ours, theirs].map((sdl) =>
      supergraphComposers.apollo([
        { name: 'attachments', sdl },
        { name: 'messages', sdl: messagesSdl },
      ]),
    );
    expect(composed[0]).toBe(composed[1]);
  });

  it('answers the same references with the same entities', async () => {
    const [ours, theirs] = await answers([
      { __typename: 'Folder', id: graph.root },
      { __typename: 'Attachment', id: file },
      { __typename: 'Provider', id: 'gid://vault/Provider/vault' },
      { __typename: 'Attachment', id: file },
    ]);
    expect(ours.errors).toBeUndefined();
    expect(ours).toEqual(theirs);
    expect(ours.data).toMatchObject({ _entities: [{ __typename: 'Folder' }, { filename: 'note.txt' }, {}, { sizeBytes: 5 }] });
  });

  it('has the same errors at the same places', async () => {
    const [ours, theirs] = await answers([
      { __typename: 'Attachment', id: 'gid://vault/Attachment/nobody' },
      { __typename: 'Attachment', id: file },
      { __typename: 'Folder', id: 'gid://nowhere/Folder/1' },
      { __typename: 'Message', id: 'nonsense' },
    ]);
    expect(ours.data).toEqual(theirs.data);
    expect(errorsOf(ours)).toEqual(errorsOf(theirs));
    expect(errorsOf(ours)).toHaveLength(3);
  });
});

/** The reference implementation over what ours prints, with our own resolvers. */
async function referenceSubgraph({ schema }: VaultGraph): Promise<GraphQLSchema> {
  const { _service: _, _entities: __, ...queries } = createResolversMap(schema).Query as Record<string, object>;
  const { _Any, _Entity, _Service, ...resolvers } = createResolversMap(schema);
  const node = (schema.getQueryType() as GraphQLObjectType<unknown, GraphContext>).getFields().node?.resolve;
  const resolveReference = ({ id }: { readonly id: string }, context: GraphContext, info: GraphQLResolveInfo) =>
    node?.(null, { id }, context, info);
  const entities = ['Attachment', 'Provider', 'Folder', 'Room', 'Message'].map((name) => [
    name,
    { ...resolvers[name], __resolveReference: resolveReference },
  ]);
  const typeDefs = parse(await sdlOf(schema, '{ _service { sdl } }'));
  return buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers, Query: queries, ...Object.fromEntries(entities) } }]);
}

async function sdlOf(schema: GraphQLSchema, source: string): Promise<string> {
  const { data } = await run(schema, source);
  return (data as { _service: { sdl: string } })._service.sdl;
}

async function answers(representations: readonly object[]) {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename
    ... on Attachment { id filename sizeBytes provider { name } container { id } thumbnail(size: 32) { state } }
    ... on Folder { name attachments(first: 1) { nodes { id } } }
    ... on Provider { kind } } }`;
  return [await run(graph.schema, query, { representations }), await run(reference, query, { representations })] as const;
}

async function run(schema: GraphQLSchema, source: string, variableValues = {}): Promise<ExecutionResult> {
  const contextValue = graph.createContext(new AbortController().signal);
  return JSON.parse(JSON.stringify(await graphql({ schema, source, variableValues, contextValue })));
}

function errorsOf({ errors = [] }: ExecutionResult) {
  return errors.map(({ path, message }) => ({ path, message })).sort((a, b) => Number(a.path?.[1]) - Number(b.path?.[1]));
}
