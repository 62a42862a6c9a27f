import {
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  getNamedType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { ContentError } from '../errors.js';
import type { GraphSettings } from './settings.js';

/** Refuses, before anything is looked up, operations that nest too deep or whose lists could hold too many items. */
export function sizeLimits(settings: GraphSettings): ValidationRule {
  return (context): ASTVisitor => ({
    OperationDefinition(operation) {
      const message = problemOf(measureOperation(operation, context, settings.maxPageSize), settings);
      if (message === null) return;
      context.reportError(
        new GraphQLError(message, { nodes: operation, originalError: new ContentError('QUERY_TOO_COMPLEX', message) }),
      );
    },
  });
}

/** The same for items whose number is known only when the field is resolved: QUERY_TOO_COMPLEX for too many. */
export function assertItems(count: number, info: GraphQLResolveInfo, settings: GraphSettings): void {
  const context = { getSchema: () => info.schema, getFragment: (name: string) => info.fragments[name] };
  const measuring = { context, maxPageSize: settings.maxPageSize, fragments: new Map() };
  const type = getNamedType(info.returnType);
  const inside = info.fieldNodes.map(({ selectionSet }) => measureSelections(selectionSet, type, measuring).items);
  const items = count * inside.reduce((sum, some) => sum + some, 1);
  const message = problemOf({ depth: 0, items }, settings);
  if (message !== null) throw new ContentError('QUERY_TOO_COMPLEX', message);
}

interface QuerySize {
  /** Levels of fields inside one another. */
  readonly depth: number;
  /** Items of all lists, lists inside lists multiplied, if every page is full. */
  readonly items: number;
}

function problemOf({ depth, items }: QuerySize, { maxDepth, maxItems }: GraphSettings): string | null {
  if (depth > maxDepth) return `The query nests ${depth} levels of fields; at most ${maxDepth} are allowed`;
  if (items > maxItems)
    return `The lists of the query could hold ${items} items; at most ${maxItems} are allowed. Ask for smaller pages`;
  return null;
}

const nothing: QuerySize = { depth: 0, items: 0 };

interface Measuring {
  readonly context: Pick<ValidationContext, 'getSchema' | 'getFragment'>;
  readonly maxPageSize: number;
  /** Fragments by name. One that is being measured counts as nothing, so that a circle, which another rule refuses, ends. */
  readonly fragments: Map<string, QuerySize>;
}

function measureOperation(operation: OperationDefinitionNode, context: ValidationContext, maxPageSize: number): QuerySize {
  const root = context.getSchema().getRootType(operation.operation);
  return measureSelections(operation.selectionSet, root, { context, maxPageSize, fragments: new Map() });
}

function measureSelections(
  set: SelectionSetNode | undefined,
  type: GraphQLNamedType | null | undefined,
  measuring: Measuring,
): QuerySize {
  let { depth, items } = nothing;
  for (const selection of set?.selections ?? []) {
    const size = measureSelection(selection, type, measuring);
    depth = Math.max(depth, size.depth);
    items += size.items;
  }
  return { depth, items };
}

function measureSelection(selection: SelectionNode, type: GraphQLNamedType | null | undefined, measuring: Measuring): QuerySize {
  if (selection.kind === 'Field') return measureField(selection, type, measuring);
  if (selection.kind === 'FragmentSpread') return measureFragment(selection.name.value, measuring);
  const condition = selection.typeCondition?.name.value;
  return measureSelections(
    selection.selectionSet,
    condition ? measuring.context.getSchema().getType(condition) : type,
    measuring,
  );
}

/** Introspection has a depth of its own and is let pass; a field that is not there is another rule's to refuse. */
function measureField(node: FieldNode, type: GraphQLNamedType | null | undefined, measuring: Measuring): QuerySize {
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
  if (!field) return nothing;
  const inside = measureSelections(node.selectionSet, getNamedType(field.type), measuring);
  const length = listLength(node, field, measuring.maxPageSize);
  return { depth: inside.depth + 1, items: length === null ? inside.items : length * (1 + inside.items) };
}

/** Arguments that say how long a list is, or are as long. */
const lengthArguments = new Set(['first', 'ids', 'representations']);

/** null for a field that is no list of its own. What stands in a variable, and a list without a length, may be as long as a page. */
function listLength(node: FieldNode, field: GraphQLField<unknown, unknown>, maxPageSize: number): number | null {
  const argument = field.args.find(({ name }) => lengthArguments.has(name));
  if (!argument) return field.name === 'renditions' ? maxPageSize : null;
  const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  if (!value && typeof argument.defaultValue === 'number') return argument.defaultValue;
  if (value?.kind === 'ListValue') return value.values.length;
  const first = value?.kind === 'IntValue' ? Number(value.value) : maxPageSize;
  return Math.min(Math.max(0, first), maxPageSize);
}

function measureFragment(name: string, measuring: Measuring): QuerySize {
  const known = measuring.fragments.get(name);
  if (known) return known;
  measuring.fragments.set(name, nothing);
  const fragment = measuring.context.getFragment(name);
  const type = fragment && measuring.context.getSchema().getType(fragment.typeCondition.name.value);
  const size = measureSelections(fragment?.selectionSet, type, measuring);
  measuring.fragments.set(name, size);
  return size;
}
