import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** Fields of a compiled operation. A large screen has a few hundred; with more, compiling takes longer than it saves. */
const maxFields = 2_000;

/**
 * Whether compiling pays, and is right. Compiled code has each field once for every object type that an interface can stand for, so
 * that interfaces inside interfaces multiply; introspection is not asked often enough; and of a fragment that stands in several places,
 * the compiler of graphql-jit 0.8 mixes up the conditions.
 */
export function isWorthCompiling(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const root = schema.getRootType(operation.operation);
  return root != null && !hasConditionalFragment(document) && new Plan(schema, document).fits(root, [operation.selectionSet]);
}

function hasConditionalFragment(document: DocumentNode): boolean {
  let found = false;
  const look = ({ directives }: FragmentSpreadNode | InlineFragmentNode) => {
    if (!directives?.length) return undefined;
    found = true;
    return BREAK;
  };
  visit(document, { FragmentSpread: look, InlineFragment: look });
  return found;
}

interface PlannedField {
  readonly name: string;
  readonly sets: SelectionSetNode[];
}

class Plan {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #fieldsLeft = maxFields;

  constructor(schema: GraphQLSchema, { definitions }: DocumentNode) {
    this.#schema = schema;
    const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  /** Stops counting where the limit is passed. */
  fits(type: GraphQLNamedType, sets: readonly SelectionSetNode[]): boolean {
    if (isAbstractType(type)) return this.#schema.getPossibleTypes(type).every((possible) => this.fits(possible, sets));
    return !isObjectType(type) || this.#fieldsOf(type, sets).every((field) => this.#fieldFits(type, field));
  }

  #fieldFits(type: GraphQLObjectType, { name, sets }: PlannedField): boolean {
    if (name === '__schema' || name === '__type') return false;
    this.#fieldsLeft -= 1;
    const field = type.getFields()[name];
    return this.#fieldsLeft >= 0 && (!field || this.fits(getNamedType(field.type), sets));
  }

  /** What is asked of an object of this type: selections under one name are one field. */
  #fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly PlannedField[] {
    const fields = new Map<string, PlannedField>();
    const spread = new Set<string>();
    const collect = (selection: SelectionNode): void => {
      if (selection.kind === Kind.FIELD) {
        addField(fields, selection);
        return;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD && spread.has(selection.name.value)) return;
      if (selection.kind === Kind.FRAGMENT_SPREAD) spread.add(selection.name.value);
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (fragment && this.#isFor(type, fragment.typeCondition?.name.value)) fragment.selectionSet.selections.forEach(collect);
    };
    for (const set of sets) set.selections.forEach(collect);
    return [...fields.values()];
  }

  #isFor(type: GraphQLObjectType, condition: string | undefined): boolean {
    const other = condition === undefined ? type : this.#schema.getType(condition);
    return other === type || (isAbstractType(other) && this.#schema.isSubType(other, type));
  }
}

function addField(fields: Map<string, PlannedField>, { alias, name, selectionSet }: FieldNode): void {
  const key = alias?.value ?? name.value;
  const field = fields.get(key) ?? { name: name.value, sets: [] };
  fields.set(key, field);
  if (selectionSet) field.sets.push(selectionSet);
}
