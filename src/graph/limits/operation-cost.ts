import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { introspectionLists } from './introspection-lists.js';
import { SelectionCost } from './selection-cost.js';
import { VariableValues } from './variable-values.js';

/** A validated operation and what it is to be executed with. */
export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** As they came. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Values of its variables that an operation's cost is remembered for. */
const maxRemembered = 32;

/** What is known of one operation. */
interface KnownCosts {
  /** The variables that its cost depends on. */
  readonly variables: Set<string>;
  /** By their values. */
  readonly costs: LRUCache<string, number>;
}

/** What operations cost, with lists as long as their variables say. */
export class CostModel {
  readonly #schema: GraphQLSchema;
  readonly #maxPageSize: number;
  readonly #introspection: ReadonlyMap<string, number>;
  readonly #known = new WeakMap<OperationDefinitionNode, KnownCosts>();

  constructor(schema: GraphQLSchema, maxPageSize: number) {
    this.#schema = schema;
    this.#maxPageSize = maxPageSize;
    this.#introspection = introspectionLists(schema);
  }

  /** Infinity where it cannot be measured with reasonable effort. Remembered for as long as the document is. */
  costOf(operation: Operation): number {
    const { variables, costs } = this.#knownOf(operation.definition);
    const values = new VariableValues(operation.definition, operation.variables);
    const known = costs.get(keyOf(variables, values));
    if (known !== undefined) return known;
    const cost = this.#measure(operation, values);
    for (const name of values.asked) variables.add(name);
    costs.set(keyOf(variables, values), cost);
    return cost;
  }

  #knownOf(definition: OperationDefinitionNode): KnownCosts {
    const known = this.#known.get(definition);
    if (known) return known;
    const nothing = { variables: new Set<string>(), costs: new LRUCache<string, number>({ max: maxRemembered }) };
    this.#known.set(definition, nothing);
    return nothing;
  }

  #measure({ document, definition }: Operation, values: VariableValues): number {
    const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
    const cost = new SelectionCost({
      schema: this.#schema,
      maxPageSize: this.#maxPageSize,
      introspection: this.#introspection,
      fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
      values,
    });
    const root = this.#schema.getRootType(definition.operation);
    return root ? cost.of(root, definition.selectionSet) : 0;
  }
}

function keyOf(names: ReadonlySet<string>, values: VariableValues): string {
  let key = '';
  for (const name of names) key += `${values.named(name)} `;
  return key;
}
