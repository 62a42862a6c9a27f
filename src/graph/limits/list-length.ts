import { type FieldNode, type GraphQLArgument, type GraphQLField, getNullableType, isListType } from 'graphql';
import { listSizeOf } from '../federation/marks.js';
import { type ArgumentValue, toArgumentValue, type VariableValues } from './variable-values.js';

/** How many items a field's list has at most: by an argument, else by its mark, else a whole page of them. */
export function listLength(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  values: VariableValues,
  maxPageSize: number,
): number {
  const { slicingArguments = [], assumedSize } = listSizeOf(field) ?? {};
  const slicing = field.args.find(({ name }) => slicingArguments.includes(name));
  if (slicing) return pageLength(argumentValue(slicing, node, values), maxPageSize);
  const asked = field.args.find(({ type }) => isListType(getNullableType(type)));
  if (asked) return askedLength(argumentValue(asked, node, values));
  return assumedSize ?? maxPageSize;
}

function argumentValue(argument: GraphQLArgument, node: FieldNode, values: VariableValues): ArgumentValue {
  const given = node.arguments?.find(({ name }) => name.value === argument.name);
  return (given ? values.in(given.value) : null) ?? toArgumentValue(argument.defaultValue);
}

/** A longer page than there may be is refused when it is resolved. */
function pageLength(first: ArgumentValue, maxPageSize: number): number {
  return typeof first === 'number' && first < maxPageSize ? Math.max(0, first) : maxPageSize;
}

/** As many items as there are ids; a single one need not stand in a list. */
function askedLength(ids: ArgumentValue): number {
  if (ids === null) return 0;
  return typeof ids === 'number' && !Number.isNaN(ids) ? ids : 1;
}
