import { type OperationDefinitionNode, type ValueNode, valueFromASTUntyped } from 'graphql';

/** What an argument says of a list or a condition: a number as it is, a list as its length; null where nothing is given. */
export type ArgumentValue = number | boolean | null;

/** The variables of one request, before anybody has checked them: where they are wrong, the request is refused later. */
export class VariableValues {
  readonly #operation: OperationDefinitionNode;
  readonly #given: Readonly<Record<string, unknown>>;
  /** Names of those that were asked for. */
  readonly asked = new Set<string>();

  constructor(operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>) {
    this.#operation = operation;
    this.#given = given;
  }

  /** NaN for what is no number, list or condition. */
  named(name: string): ArgumentValue {
    this.asked.add(name);
    return toArgumentValue(this.#untypedValueOf(name));
  }

  /** The same of what stands in a query, which may be a variable. */
  in(node: ValueNode): ArgumentValue {
    if (node.kind === 'Variable') return this.named(node.name.value);
    return node.kind === 'ListValue' ? node.values.length : toArgumentValue(valueFromASTUntyped(node));
  }

  #untypedValueOf(name: string): unknown {
    if (Object.hasOwn(this.#given, name)) return this.#given[name];
    const definition = this.#operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return definition?.defaultValue && valueFromASTUntyped(definition.defaultValue);
  }
}

export function toArgumentValue(value: unknown): ArgumentValue {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : Number.NaN;
}
