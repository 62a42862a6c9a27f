import { describe, expect, it } from '@jest/globals';
import {
  type DocumentNode,
  type GraphQLNamedType,
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { listSizeOf } from '../../../src/graph/federation/marks.js';
import { CostModel } from '../../../src/graph/limits/operation-cost.js';
import { buildGraphSchema } from '../../../src/graph/schema.js';

const schema = await buildGraphSchema({ nodeQuery: true });

type Variables = Readonly<Record<string, unknown>>;

function costOf(document: DocumentNode, variables: Variables = {}, costs = new CostModel(schema, 100)): number {
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!definition) throw new Error('There is no operation');
  return costs.costOf({ document, definition, variables });
}

function cost(query: string, variables: Variables = {}): number {
  const document = parse(query);
  expect(validate(schema, document, specifiedRules)).toEqual([]);
  return costOf(document, variables);
}

describe('An operation costs', () => {
  it.each([
    ['nothing for scalars', '{ __typename }', 0],
    ['1 for an object at hand, as often as its list has items', '{ providers { name } }', 10],
    ['what a mark says instead', '{ attachment(id: "x") { id } }', 5],
    ['what a mark on a scalar says', '{ attachment(id: "x") { pageCount } }', 5 + 5],
    ['nothing for the URL of a thumbnail, beside the object', '{ attachment(id: "x") { thumbnail { url } } }', 5 + 1],
    ['for a thumbnail that is made', '{ attachment(id: "x") { thumbnail { state } } }', 5 + 1 + 5],
    ['more for one that is sent', '{ attachment(id: "x") { thumbnail { base64 } } }', 5 + 1 + 20],
    ['more for a page than for a thumbnail', '{ attachment(id: "x") { rendition(page: 1) { state } } }', 5 + 1 + 10],
    ['for the text of a whole file', '{ attachment(id: "x") { text } }', 5 + 20],
    [
      'for a page of a list what all its items do',
      '{ attachments(first: 7) { nodes { thumbnail { state } } } }',
      10 + 7 * (1 + 6),
    ],
    ['for both forms of a page', '{ attachments(first: 7) { nodes { id } edges { cursor node { id } } } }', 10 + 7 + 7 * 2],
    ['for what lies beside the items once', '{ attachments(first: 7) { totalCount pageInfo { hasNextPage } } }', 10 + 5 + 1],
    ['the default where a list is not told its length', '{ attachments { nodes { id } } }', 10 + 50],
    ['the same for null', '{ attachments(first: null) { nodes { id } } }', 10 + 50],
    ['another default for versions', '{ attachment(id: "x") { versions { nodes { number } } } }', 5 + 5 + 20],
    ['no more than the longest page for a longer one', '{ attachments(first: 1000000) { nodes { id } } }', 10 + 100],
    ['nothing for a page of less than none', '{ attachments(first: -3) { nodes { id } } }', 10],
    ['the most that there is for a list without pages', '{ attachment(id: "x") { renditions { name } } }', 5 + 100 * 5],
    ['as much as ids are given', '{ nodes(ids: ["a", "b", "c"]) { id } }', 3 * 5],
    [
      'lists inside lists multiplied',
      '{ attachments(first: 3) { nodes { pages(first: 4) { nodes { state } } } } }',
      10 + 3 * (1 + 1 + 4 * 11),
    ],
    [
      'for files that are taken',
      'mutation { uploadAttachments(input: { container: "x", files: [] }) { results { attachment { id } } } }',
      20 + 20 * 2,
    ],
  ])('%s', (_, query, expected) => {
    expect(cost(query)).toBe(expected);
  });
});

describe('Lists are as long as the variables say', () => {
  const page = 'query ($n: Int) { attachments(first: $n) { nodes { id } } }';
  const ids = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';

  it.each<[string, string, Variables, number]>([
    ['a number', page, { n: 7 }, 17],
    ['none', page, {}, 60],
    ['null', page, { n: null }, 60],
    ['a default', page.replace('Int)', 'Int = 3)'), {}, 13],
    ['a value instead of the default', page.replace('Int)', 'Int = 3)'), { n: 4 }, 14],
    ['the name of what every object has', page.replaceAll('$n', '$constructor').replace('Int)', 'Int = 3)'), {}, 13],
    ['something that is no number', page, { n: 'seven' }, 110],
    ['a list', ids, { ids: ['a', 'b', 'c'] }, 15],
    ['a list of one, without brackets', ids, { ids: 'a' }, 5],
    [
      'references of a gateway',
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Attachment { thumbnail { state } } } }',
      { r: [{}, {}] },
      2 * (5 + 6),
    ],
  ])('%s', (_, query, variables, expected) => {
    expect(cost(query, variables)).toBe(expected);
  });

  it('and what is left out costs nothing', () => {
    const query = `query ($no: Boolean!, $yes: Boolean = true) { attachment(id: "x") {
      text @include(if: $no) ... @skip(if: $yes) { pageCount } ... on Attachment @include(if: $no) { thumbnail { base64 } } } }`;
    expect([cost(query, { no: false }), cost(query, { no: true, yes: false })]).toEqual([5, 5 + 20 + 5 + 21]);
  });

  it('each of them measured once', () => {
    const { definitions } = parse(page);
    let measured = 0;
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      get definitions() {
        measured += 1;
        return definitions;
      },
    };
    const costs = new CostModel(schema, 100);
    const definition = definitions[0];
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation');
    const ask = (variables: Variables) => costs.costOf({ document, definition, variables });
    expect([7, 8, 7, 8, 7].map((n) => ask({ n, unused: Math.random() }))).toEqual([17, 18, 17, 18, 17]);
    expect(measured).toBe(2);
  });
});

describe('Nothing hides or doubles a cost', () => {
  const inline = '{ attachment(id: "x") { thumbnail { base64 } } }';

  it.each([
    ['an alias costs again', '{ attachment(id: "x") { thumbnail { base64 } other: thumbnail { base64 } } }', 5 + 2 * 21],
    [
      'what has one name is there once',
      '{ attachment(id: "x") { thumbnail { base64 } thumbnail { base64 url } } }',
      cost(inline),
    ],
    [
      'a fragment costs what it selects',
      '{ attachment(id: "x") { ...a } } fragment a on Attachment { ...b } fragment b on Attachment { thumbnail { base64 } }',
      cost(inline),
    ],
    [
      'fragments that select the same of one object cost once',
      `{ attachment(id: "x") { ...a ...b } } fragment a on Attachment { thumbnail { base64 } } fragment b on Attachment { thumbnail { base64 } }`,
      cost(inline),
    ],
    [
      'of what may be of several types the dearest counts',
      '{ node(id: "x") { ... on Attachment { thumbnail { base64 } } ... on Folder { name } ... on Provider { health { status } } } }',
      cost(inline),
    ],
    [
      'a field of an interface costs what it costs of its types',
      '{ node(id: "x") { ... on Container { containers(first: 3) { nodes { parent { name } } } } } }',
      5 + 5 + 3 * (1 + 1),
    ],
  ])('%s', (_, query, expected) => {
    expect(cost(query)).toBe(expected);
  });

  it('as a fragment that is spread in a thousand ways, which is not even written out', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, index) =>
        `fragment f${index} on Provider { a: attachments(first: 1) { nodes { provider { ...f${index + 1} } } }
          b: attachments(first: 1) { nodes { provider { ...f${index + 1} } } } }`,
    );
    expect(cost(`{ providers { ...f0 } } ${doubling.join(' ')} fragment f60 on Provider { name }`)).toBeGreaterThan(2 ** 60);
  });

  it('as fragments that come together in ever other ways: they are not measured to the end', () => {
    expect(costOf(parse(everyOtherWay(30)))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('Introspection', () => {
  const whole = cost(getIntrospectionQuery());

  it('costs some thousands for the whole schema', () => {
    expect(whole).toBeGreaterThan(1000);
    expect(whole).toBeLessThan(10_000);
  });

  it('costs again under every alias', () => {
    const types = (name: string) => `${name}: __schema { types { fields { type { name } } } }`;
    expect(cost(`{ ${types('a')} ${types('b')} }`)).toBe(2 * cost(`{ ${types('a')} }`));
  });
});

it('Every list of objects says how long it is', () => {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = types
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));
  const isSizedAbove = (type: GraphQLNamedType, name: string) =>
    fields
      .filter((other) => getNamedType(other.field.type) === type)
      .every((other) => listSizeOf(other.field)?.sizedFields?.includes(name));
  const lists = fields.filter(
    ({ field }) => isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type)),
  );
  const silent = lists.filter(
    ({ type, field }) =>
      listSizeOf(field) === undefined &&
      !field.args.some((argument) => isListType(getNullableType(argument.type))) &&
      !isSizedAbove(type, field.name),
  );
  expect(lists.length).toBeGreaterThan(10);
  expect(silent.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
});

/**
 * Fragments of which other ones come together at the end of each path of a and b, so that there are as many selections as paths. Each
 * level has one more of them.
 */
function everyOtherWay(levels: number): string {
  const fragments = Array.from({ length: levels }, (_, level) =>
    Array.from({ length: level + 1 }, (_, place) => {
      const next = `...f${level + 1}_${place === 0 ? 0 : place + 1}`;
      const also = place === 0 ? `${next} ...f${level + 1}_1` : next;
      return `fragment f${level}_${place} on Container { a: parent { ${next} } b: parent { ${also} } }`;
    }),
  );
  const last = Array.from({ length: levels + 1 }, (_, place) => `fragment f${levels}_${place} on Container { id }`);
  return `{ node(id: "x") { ...f0_0 } } ${[...fragments.flat(), ...last].join(' ')}`;
}
