import { buildSchema, type GraphQLDirective, isSpecifiedDirective } from 'graphql';

/** What the subgraph uses of the federation. 2.9 is the first version that has @cost and @listSize. */
export const federationLink = {
  url: 'https://specs.apollo.dev/federation/v2.9',
  import: ['@key', '@shareable', '@tag', '@cost', '@listSize', 'FieldSet'],
};

/** They stand in the schema itself, so that what is printed of it can be read by tools that know nothing of federation. */
const definitions = `
  """Names what a schema builds upon, and takes over names from there."""
  directive @link(
    """Its address, which ends with its version."""
    url: String!
    """The prefix of its names here."""
    as: String
    """Who must understand it."""
    for: link__Purpose
    """The names that stand here without a prefix."""
    import: [link__Import]
  ) repeatable on SCHEMA

  """What a feature is there for."""
  enum link__Purpose {
    """Whoever does not understand it must not serve the schema: it keeps something closed."""
    SECURITY
    """Whoever does not understand it cannot execute operations rightly."""
    EXECUTION
  }

  """A name that a schema takes over, or an object of that name and another one to have it here."""
  scalar link__Import

  """Fields of a type as a selection without its braces: \`id\`."""
  scalar FieldSet

  """An entity: other subgraphs refer to it by these fields alone."""
  directive @key(
    """The fields."""
    fields: FieldSet!
    """Whether it can be looked up here by them."""
    resolvable: Boolean = true
  ) repeatable on OBJECT | INTERFACE

  """Other subgraphs may define the same."""
  directive @shareable repeatable on FIELD_DEFINITION | OBJECT

  """A mark by which a contract leaves out parts of a supergraph."""
  directive @tag(
    """\`inline\`: bytes inside an answer. \`multipart\`: takes files, which a gateway must pass on."""
    name: String!
  ) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA

  """What a gateway is to reckon for it; without a mark an object costs 1, and a scalar nothing."""
  directive @cost(
    """In objects that are at hand."""
    weight: Int!
  ) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR

  """How long a list is to be reckoned."""
  directive @listSize(
    """So long, where no argument says it."""
    assumedSize: Int
    """The arguments that say it."""
    slicingArguments: [String!]
    """The lists below the field that are meant, where the field is none itself."""
    sizedFields: [String!]
    """Whether one of the arguments must be given."""
    requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION
`;

export const federationDirectives: readonly GraphQLDirective[] = buildSchema(definitions)
  .getDirectives()
  .filter((directive) => !isSpecifiedDirective(directive));
