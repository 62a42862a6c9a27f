import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import { type GraphQLSchema, print, visit } from 'graphql';

const printed = new WeakMap<GraphQLSchema, string>();

/** The schema as gateways compose it: with the directives of the federation, without the fields and types that make it a subgraph. */
export function subgraphSdl(schema: GraphQLSchema): string {
  const known = printed.get(schema);
  if (known !== undefined) return known;
  const sdl = `${print(visit(getDocumentNodeFromSchema(schema), withoutMachinery))}\n`;
  printed.set(schema, sdl);
  return sdl;
}

/** Names that begin with an underscore are the federation's own. */
const withoutMachinery = {
  FieldDefinition: unlessMachinery,
  ObjectTypeDefinition: unlessMachinery,
  UnionTypeDefinition: unlessMachinery,
  ScalarTypeDefinition: unlessMachinery,
};

/** As a visitor answers: null takes the node out, undefined leaves it. */
function unlessMachinery({ name }: { readonly name: { readonly value: string } }): null | undefined {
  return name.value.startsWith('_') ? null : undefined;
}
