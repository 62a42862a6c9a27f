import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  type SelectionNode,
} from 'graphql';
import { collectFields, type SelectionReading } from './collect-fields.js';

/** One place where a field stands: the arguments that it has there, variables and defaults filled in, and what is selected of it. */
export interface SelectedField<Args> {
  readonly args: Args;
  readonly selection: Selection;
}

/** What a query selects of a value: the fields that will be asked of it, also in fragments, under whatever alias, unless skipped. */
export class Selection {
  readonly #parents: readonly FieldNode[];
  readonly #type: GraphQLNamedType;
  readonly #info: GraphQLResolveInfo;

  /** Of values of `type` that all these fields lead to. */
  private constructor(parents: readonly FieldNode[], type: GraphQLNamedType, info: GraphQLResolveInfo) {
    this.#parents = parents;
    this.#type = type;
    this.#info = info;
  }

  /** Of what the resolver returns; of each item where that is a list. */
  static of(info: GraphQLResolveInfo): Selection {
    return new Selection(info.fieldNodes, getNamedType(info.returnType), info);
  }

  /** Of a value whose type is known more exactly than the schema tells: fragments for other types are left out. */
  as(typeName: string): Selection {
    return new Selection(this.#parents, this.#info.schema.getType(typeName) ?? this.#type, this.#info);
  }

  has(name: string): boolean {
    return this.#fields().some((field) => field.name.value === name);
  }

  /** Names of the selected fields, once each; __typename may be one. */
  get names(): ReadonlySet<string> {
    return new Set(this.#fields().map((field) => field.name.value));
  }

  /** What is selected below a path of fields, wherever it stands, taken together. Nothing where it stands nowhere. */
  below(...path: readonly string[]): Selection {
    const [name, ...rest] = path;
    if (name === undefined) return this;
    const type = this.#typeOf(name) ?? this.#type;
    const fields = this.#fields().filter((field) => field.name.value === name);
    return new Selection(fields, type, this.#info).below(...rest);
  }

  /** Each place where a field stands, by itself. Args is how the schema describes its arguments: graphql-js has made them so. */
  places<Args>(name: string): readonly SelectedField<Args>[] {
    const definition = this.#definitionOf(name);
    if (!definition) return [];
    const type = getNamedType(definition.type);
    return this.#fields()
      .filter((field) => field.name.value === name)
      .map((field) => ({
        args: getArgumentValues(definition, field, this.#info.variableValues) as Args,
        selection: new Selection([field], type, this.#info),
      }));
  }

  #fields(): readonly FieldNode[] {
    const reading: SelectionReading = {
      schema: this.#info.schema,
      fragment: (name) => this.#info.fragments[name],
      isIncluded: (selection) => this.#isIncluded(selection),
    };
    return collectFields(
      this.#parents.map(({ selectionSet }) => selectionSet),
      this.#type,
      reading,
    );
  }

  #isIncluded(selection: SelectionNode): boolean {
    if (!selection.directives?.length) return true;
    const { variableValues } = this.#info;
    const skipped = getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if === true;
    return !skipped && getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if !== false;
  }

  #definitionOf(name: string) {
    return isObjectType(this.#type) || isInterfaceType(this.#type) ? this.#type.getFields()[name] : undefined;
  }

  #typeOf(name: string): GraphQLNamedType | undefined {
    const definition = this.#definitionOf(name);
    return definition && getNamedType(definition.type);
  }
}
