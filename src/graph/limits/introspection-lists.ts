import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/**
 * How long the lists of introspection are, by "Type.field": as long as they are on average over all types, so that the usual query for
 * the whole schema costs what it answers.
 */
export function introspectionLists(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const types = Object.values(schema.getTypeMap());
  const directives = schema.getDirectives();
  const fields = types.map(fieldsOf);
  return new Map([
    ['__Schema.types', types.length],
    ['__Schema.directives', directives.length],
    ['__Directive.args', average(directives.map(({ args }) => args.length))],
    ['__Type.fields', average(fields.map(({ length }) => length))],
    ['__Field.args', average(fields.flat().map(({ args }) => args.length))],
    ['__Type.inputFields', average(types.map((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0)))],
    ['__Type.enumValues', average(types.map((type) => (isEnumType(type) ? type.getValues().length : 0)))],
    ['__Type.interfaces', average(types.map((type) => (hasFields(type) ? type.getInterfaces().length : 0)))],
    ['__Type.possibleTypes', average(types.map((type) => (isAbstractType(type) ? schema.getPossibleTypes(type).length : 0)))],
  ]);
}

function fieldsOf(type: GraphQLNamedType) {
  return hasFields(type) ? Object.values(type.getFields()) : [];
}

function hasFields(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type);
}

function average(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
}
