import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.js';
import type { GraphContext } from '../context.js';
import { AnyScalar } from '../scalars.js';
import type { GraphSettings } from '../settings.js';
import { asGraphqlJsWould } from './compiled-errors.js';
import { isWorthCompiling } from './plan-size.js';

/** A validated document and what its operation is executed with. */
export interface Execution {
  readonly document: DocumentNode;
  /** undefined where the document has none of the name, or several and no name was given: graphql-js says so. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly operationName: string | undefined;
  /** As they came with the request. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly contextValue: GraphContext;
}

/** Operations that are remembered, about 50 KB each where they are compiled. */
const maxPlans = 500;
/** As many mistakes in variables are told as graphql-js tells. */
const maxErrors = 50;

type Query = CompiledQuery['query'];
/** A number: so often it came, and is not compiled yet. `interpreted`: it is not to be compiled. */
type Plan = Query | number | 'interpreted';

/**
 * Executes operations. One that comes again is compiled to a function, which takes a fraction of the time; the answers are the same.
 * Until then graphql-js executes it: compiling costs more than it saves at once.
 */
export class Executor {
  readonly #schema: GraphQLSchema;
  readonly #compileAfter: number | false;
  readonly #hideSuggestions: boolean;
  readonly #plans = new LRUCache<OperationDefinitionNode, Plan>({ max: maxPlans });
  readonly #counters = { compiled: 0, interpreted: 0 };

  constructor(schema: GraphQLSchema, { compileAfter, introspection }: Pick<GraphSettings, 'compileAfter' | 'introspection'>) {
    this.#schema = schema;
    this.#compileAfter = compileAfter;
    this.#hideSuggestions = !introspection;
  }

  execute(execution: Execution): MaybePromise<ExecutionResult> {
    const { document, operation } = execution;
    const plan = operation && this.#planOf(document, operation);
    if (operation && typeof plan === 'function') {
      this.#counters.compiled += 1;
      return this.#run(plan, operation, execution);
    }
    this.#counters.interpreted += 1;
    return this.#interpret(execution);
  }

  /** Executions by how they were done, and the plans that are kept. */
  stats(): Readonly<Record<string, number>> {
    return { ...this.#counters, plans: this.#plans.size };
  }

  #planOf(document: DocumentNode, operation: OperationDefinitionNode): Plan {
    if (this.#compileAfter === false) return 'interpreted';
    const known = this.#plans.get(operation) ?? 0;
    if (typeof known !== 'number') return known;
    const plan = known < this.#compileAfter ? known + 1 : this.#compile(document, operation);
    this.#plans.set(operation, plan);
    return plan;
  }

  #compile(document: DocumentNode, operation: OperationDefinitionNode): Plan {
    if (!isWorthCompiling(this.#schema, document, operation)) return 'interpreted';
    const options = { disablingCapturingStackErrors: true };
    const compiled = compileQuery(this.#schema, withReadyVariables(document, operation), operation.name?.value, options);
    return isCompiledQuery(compiled) ? compiled.query : 'interpreted';
  }

  #run(
    query: Query,
    { variableDefinitions }: OperationDefinitionNode,
    { document, variables, contextValue }: Execution,
  ): MaybePromise<ExecutionResult> {
    const options = { maxErrors, hideSuggestions: this.#hideSuggestions };
    const { errors, coerced } = getVariableValues(this.#schema, variableDefinitions ?? [], variables, options);
    if (errors) return { errors };
    const result: MaybePromise<ExecutionResult> = query(undefined, contextValue, coerced);
    return whenKnown(result, (known) => asGraphqlJsWould(known, document));
  }

  #interpret({ document, operationName, variables, contextValue }: Execution): MaybePromise<ExecutionResult> {
    const hideSuggestions = this.#hideSuggestions;
    return execute({ schema: this.#schema, document, contextValue, variableValues: variables, operationName, hideSuggestions });
  }
}

/** graphql-js coerces the variables, so that they mean the same however an operation is executed; compiled code takes them as they are. */
function withReadyVariables(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const asItIs: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: AnyScalar.name } };
  const variableDefinitions = operation.variableDefinitions?.map(
    ({ kind, variable }): VariableDefinitionNode => ({ kind, variable, type: asItIs }),
  );
  const ready = { ...operation, ...(variableDefinitions ? { variableDefinitions } : {}) };
  return { ...document, definitions: document.definitions.map((definition) => (definition === operation ? ready : definition)) };
}
