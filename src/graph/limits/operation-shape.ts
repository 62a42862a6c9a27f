import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export interface OperationShape {
  /** Levels of fields inside one another. */
  readonly depth: number;
  /** Fields at the top. */
  readonly rootFields: number;
}

/** Of each operation of a document, through fragments. Introspection counts nothing: it has a depth of its own. Takes linear time. */
export function operationShapes({ definitions }: DocumentNode): ReadonlyMap<OperationDefinitionNode, OperationShape> {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const measuring = new ShapeMeasuring(new Map(fragments.map((fragment) => [fragment.name.value, fragment])));
  return new Map(operations.map((operation) => [operation, measuring.of(operation.selectionSet)]));
}

const nothing: OperationShape = { depth: 0, rootFields: 0 };

class ShapeMeasuring {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** One that is being measured counts as nothing, so that a circle, which is refused by another rule, ends. */
  readonly #known = new Map<string, OperationShape>();

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
  }

  of(set: SelectionSetNode | undefined): OperationShape {
    let { depth, rootFields } = nothing;
    for (const selection of set?.selections ?? []) {
      const shape = this.#ofSelection(selection);
      depth = Math.max(depth, shape.depth);
      rootFields += shape.rootFields;
    }
    return { depth, rootFields };
  }

  #ofSelection(selection: SelectionNode): OperationShape {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.of(selection.selectionSet);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#ofFragment(selection.name.value);
    if (selection.name.value.startsWith('__')) return { depth: 0, rootFields: 1 };
    return { depth: this.of(selection.selectionSet).depth + 1, rootFields: 1 };
  }

  #ofFragment(name: string): OperationShape {
    const known = this.#known.get(name);
    if (known) return known;
    this.#known.set(name, nothing);
    const shape = this.of(this.#fragments.get(name)?.selectionSet);
    this.#known.set(name, shape);
    return shape;
  }
}
