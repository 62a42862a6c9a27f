import { type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import type { GraphContext } from './context.js';

/** By the name of a type: the objects whose methods resolve its fields, each method named as its field. */
export type Resolvers = Readonly<Record<string, readonly object[]>>;

/**
 * Takes type-graphql's wrapper off every field but the roots. It costs 6 µs a field, and a promise wherever there are arguments,
 * which is most of the time that a list of a hundred attachments takes. What is lost with it (validation, middleware, conversion of
 * arguments to classes) is not used here. In its place stand:
 * - a resolver's own method, called with what its decorators ask for: (root, args, context, info), without args where the field has none;
 * - a getter, or a method (args), of the type's class;
 * - nothing for a plain property, which compiled operations read in place. It must not be a promise.
 */
export function resolveDirectly(schema: GraphQLSchema, resolvers: Resolvers): void {
  const classes = new Map(getMetadataStorage().objectTypes.map(({ name, target }) => [name, target]));
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type === schema.getQueryType() || type === schema.getMutationType())
      continue;
    const prototype: unknown = classes.get(type.name)?.prototype;
    for (const field of Object.values(type.getFields())) {
      const resolve = resolverMethod(field, resolvers[type.name] ?? []) ?? classMember(field, prototype);
      if (resolve) field.resolve = resolve;
      else delete field.resolve;
    }
  }
}

type FieldResolver = GraphQLFieldResolver<unknown, GraphContext>;
type Field = GraphQLField<unknown, GraphContext>;

function resolverMethod(field: Field, resolvers: readonly object[]): FieldResolver | undefined {
  for (const resolver of resolvers) {
    const method: unknown = Reflect.get(resolver, field.name);
    if (typeof method !== 'function') continue;
    const call = method.bind(resolver);
    return field.args.length > 0
      ? (root, args, context, info) => call(root, args, context, info)
      : (root, _args, context, info) => call(root, context, info);
  }
  return undefined;
}

function classMember({ name }: Field, prototype: unknown): FieldResolver | undefined {
  const { get, value: method } = descriptorOf(name, prototype) ?? {};
  if (get) return (root) => get.call(root);
  return typeof method === 'function' ? (root, args) => method.call(root, args) : undefined;
}

function descriptorOf(name: string, prototype: unknown): PropertyDescriptor | undefined {
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  return Object.getOwnPropertyDescriptor(prototype, name) ?? descriptorOf(name, Object.getPrototypeOf(prototype));
}
