import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What it takes to read a selection. */
export interface SelectionReading {
  readonly schema: GraphQLSchema;
  fragment(name: string): FragmentDefinitionNode | undefined;
  /** Asked of everything that is selected: whether @skip and @include leave it in. */
  isIncluded(selection: SelectionNode): boolean;
}

/**
 * The fields that these selections, taken together, ask of a value of `type`: also in fragments, each place by itself. Fragments for
 * other types are left out; of an interface or union, none are.
 */
export function collectFields(
  sets: readonly (SelectionSetNode | undefined)[],
  type: GraphQLNamedType,
  reading: SelectionReading,
): readonly FieldNode[] {
  const fields: FieldNode[] = [];
  const spread = new Set<string>();
  const collect = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (!reading.isIncluded(selection)) continue;
      if (selection.kind === 'Field') fields.push(selection);
      else collectFragment(selection);
    }
  };
  const collectFragment = (selection: Exclude<SelectionNode, FieldNode>): void => {
    const fragment = selection.kind === 'InlineFragment' ? selection : namedFragment(selection.name.value);
    if (fragment && mayBe(type, fragment.typeCondition?.name.value, reading.schema)) collect(fragment.selectionSet);
  };
  const namedFragment = (name: string): FragmentDefinitionNode | undefined => {
    if (spread.has(name)) return undefined;
    spread.add(name);
    return reading.fragment(name);
  };
  sets.forEach(collect);
  return fields;
}

/** Whether a value of `type` can be of the type that a fragment is for. */
function mayBe(type: GraphQLNamedType, condition: string | undefined, schema: GraphQLSchema): boolean {
  const other = condition === undefined ? type : schema.getType(condition);
  if (other === type || isAbstractType(type)) return true;
  return isAbstractType(other) && isObjectType(type) && schema.isSubType(other, type);
}
