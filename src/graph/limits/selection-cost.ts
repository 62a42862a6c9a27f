import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { collectFields, type SelectionReading } from '../collect-fields.js';
import { costOf, listSizeOf } from '../federation/marks.js';
import { listLength } from './list-length.js';
import type { VariableValues } from './variable-values.js';

export interface SelectionCostOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly values: VariableValues;
  readonly maxPageSize: number;
  /** How long the lists of introspection are, by "Type.field". */
  readonly introspection: ReadonlyMap<string, number>;
}

/** Selections that are looked at to measure one operation. Fragments within fragments can be put together in more ways than can be counted. */
const maxLookedAt = 50_000;

/** Lists below a field that says how long they are. */
interface Sized {
  readonly fields: readonly string[];
  readonly length: number;
}

type Nodes = readonly [FieldNode, ...FieldNode[]];

/**
 * What a selection costs, by the marks of the schema, as federation 2.9 reckons: an object 1, a scalar 0, a field with a mark what it
 * says, and all of it as often as a list has items. What is asked twice under one name counts once, and of an interface the dearest
 * type counts.
 */
export class SelectionCost {
  readonly #options: SelectionCostOptions;
  readonly #reading: SelectionReading;
  readonly #known = new Map<string, number>();
  readonly #numbers = new Map<SelectionSetNode, number>();
  #lookedAt = 0;

  constructor(options: SelectionCostOptions) {
    const { schema, fragments } = options;
    this.#options = options;
    this.#reading = {
      schema,
      fragment: (name) => fragments.get(name),
      isIncluded: (selection) => this.#isIncluded(selection),
    };
  }

  /** Of what is selected of a value of this type. Infinity where that cannot be found out with reasonable effort. */
  of(type: GraphQLObjectType, selection: SelectionSetNode): number {
    const cost = this.#costOf(type, [selection]);
    return this.#lookedAt > maxLookedAt ? Number.POSITIVE_INFINITY : Math.ceil(cost);
  }

  #costOf(type: GraphQLNamedType, sets: readonly SelectionSetNode[], sized?: Sized): number {
    if (this.#lookedAt > maxLookedAt) return 0;
    const key = [type.name, ...sets.map((set) => this.#numberOf(set)), sized?.length, ...(sized?.fields ?? [])].join(' ');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const cost = this.#measure(type, sets, sized);
    this.#known.set(key, cost);
    return cost;
  }

  #measure(type: GraphQLNamedType, sets: readonly SelectionSetNode[], sized: Sized | undefined): number {
    if (isAbstractType(type)) {
      const possible = this.#options.schema.getPossibleTypes(type);
      return Math.max(0, ...possible.map((one) => this.#costOf(one, sets, sized)));
    }
    if (!isObjectType(type)) return 0;
    let cost = 0;
    for (const nodes of this.#fieldsOf(type, sets)) cost += this.#costOfField(type, nodes, sized);
    return cost;
  }

  /** Fields that answer under one name are one. */
  #fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Iterable<Nodes> {
    const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
    for (const node of collectFields(sets, type, this.#reading)) {
      const name = (node.alias ?? node.name).value;
      const known = fields.get(name);
      if (known) known.push(node);
      else fields.set(name, [node]);
    }
    return fields.values();
  }

  /** All nodes have the same arguments: validation sees to it. */
  #costOfField(parent: GraphQLObjectType, nodes: Nodes, sized: Sized | undefined): number {
    const [node] = nodes;
    const field = this.#definitionOf(parent, node.name.value);
    if (!field) return 0;
    const type = getNamedType(field.type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const own = costOf(field) ?? (isCompositeType(type) ? 1 : 0);
    const each = own + this.#costOf(type, sets, this.#sizedBy(field, node));
    return each * this.#lengthOf(parent, field, node, sized);
  }

  #definitionOf(parent: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
    const introspection = [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
    return introspection ?? parent.getFields()[name];
  }

  #sizedBy(field: GraphQLField<unknown, unknown>, node: FieldNode): Sized | undefined {
    const fields = listSizeOf(field)?.sizedFields;
    return fields && { fields, length: this.#ownLength(field, node) };
  }

  /** 1 for what is no list. */
  #lengthOf(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>, node: FieldNode, sized: Sized | undefined): number {
    if (!isListType(getNullableType(field.type))) return 1;
    if (sized?.fields.includes(field.name)) return sized.length;
    return this.#options.introspection.get(`${parent.name}.${field.name}`) ?? this.#ownLength(field, node);
  }

  #ownLength(field: GraphQLField<unknown, unknown>, node: FieldNode): number {
    return listLength(field, node, this.#options.values, this.#options.maxPageSize);
  }

  #isIncluded({ directives = [] }: SelectionNode): boolean {
    this.#lookedAt += 1;
    return directives.every(({ name, arguments: args = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return true;
      const condition = args.find((argument) => argument.name.value === 'if');
      const isTrue = condition !== undefined && this.#options.values.in(condition.value) === true;
      return isTrue === (name.value === 'include');
    });
  }

  #numberOf(set: SelectionSetNode): number {
    const known = this.#numbers.get(set) ?? this.#numbers.size;
    this.#numbers.set(set, known);
    return known;
  }
}
