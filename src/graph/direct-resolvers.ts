import { defaultFieldResolver, type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import type { GraphContext } from './context.js';

/** By the name of a type: the objects whose methods resolve its fields, each method named as its field. */
export type Resolvers = Readonly<Record<string, readonly object[]>>;

/**
 * Takes type-graphql's wrapper off every field but the roots. It costs 6 µs a field, and a promise wherever there are arguments,
 * which is most of the time that a list of a hundred attachments takes. What is lost with it (validation, middleware, conversion of
 * arguments to classes) is not used here. In its place stand:
 * - a resolver's own method, called with what its decorators ask for: (root, args, context, info), without args where the field has none;
 * - graphql-js's own way to read a property, getter or method(args), for what a type class knows itself.
 */
export function resolveDirectly(schema: GraphQLSchema, resolvers: Resolvers): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type === schema.getQueryType() || type === schema.getMutationType())
      continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve) field.resolve = methodFor(field, resolvers[type.name] ?? []) ?? defaultFieldResolver;
    }
  }
}

type FieldResolver = GraphQLFieldResolver<unknown, GraphContext>;
type Field = GraphQLField<unknown, GraphContext>;

function methodFor(field: Field, resolvers: readonly object[]): FieldResolver | null {
  for (const resolver of resolvers) {
    const method: unknown = Reflect.get(resolver, field.name);
    if (typeof method !== 'function') continue;
    const call = method.bind(resolver);
    return field.args.length > 0
      ? (root, args, context, info) => call(root, args, context, info)
      : (root, _args, context, info) => call(root, context, info);
  }
  return null;
}
