import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenGraph, openGraph } from '../../support/graph-harness.js';
import { MemoryProvider } from '../../support/memory-provider.js';

let graph: OpenGraph;

beforeAll(async () => {
  const limits = { maxDepth: 6, maxRootFields: 5, maxAliases: 6, maxDirectives: 4, maxTokens: 1500 };
  graph = await openGraph([new MemoryProvider('box', [])], limits);
});
afterAll(() => graph.close());

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

async function refusalOf(query: string): Promise<string> {
  const { status, errors } = await graph.run(query);
  expect({ status, codes: errors.map(({ extensions }) => extensions?.code) }).toEqual({
    status: 400,
    codes: ['QUERY_TOO_COMPLEX'],
  });
  return errors[0]?.message ?? '';
}

describe('The depth of a query', () => {
  it('is allowed up to the limit', async () => {
    const { errors } = await graph.run('{ attachments { nodes { provider { attachments { nodes { id } } } } } }');
    expect(errors).toEqual([]);
  });

  it('is refused beyond it, naming both', async () => {
    expect(await refusalOf('{ attachments { nodes { provider { attachments { nodes { provider { name } } } } } } }')).toBe(
      'The query nests 7 levels of fields; at most 6 are allowed',
    );
  });

  it('is counted through fragments', async () => {
    const query = `{ attachments { ...page } } fragment page on AttachmentConnection { nodes { ...one } }
      fragment one on Attachment { provider { ... on Provider { attachments { nodes { container { name } } } } } }`;
    expect(await refusalOf(query)).toContain('7 levels');
  });

  it('does not count introspection', async () => {
    const { errors } = await graph.run(
      `{ __schema { types { fields { type { ${'ofType { '.repeat(7)}name${' }'.repeat(7)} } } } } }`,
    );
    expect(errors).toEqual([]);
  });

  it('of fragments in a circle is left to the rule against circles', async () => {
    const { errors } = await graph.run(
      '{ attachment(id: "x") { ...a } } fragment a on Attachment { provider { attachments { nodes { ...a } } } }',
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('The width of a query', () => {
  it('is allowed up to the limits', async () => {
    const query = `{ ${repeat(5, (index) => `a${index}: __typename @skip(if: false)`).replace(' @skip(if: false)', '')} }`;
    expect((await graph.run(query)).errors).toEqual([]);
  });

  it.each([
    ['fields at its top', `{ ${repeat(6, (index) => `a${index}: __typename`)} }`, '6 fields at its top; at most 5'],
    [
      'fields at its top, in fragments',
      `{ ...two ...three } fragment two on Query { __typename providers { name } } fragment three on Query { ...two ... on Query { ...two } }`,
      '6 fields at its top; at most 5',
    ],
    ['aliases, wherever they stand', `{ providers { ${repeat(7, (index) => `a${index}: name`)} } }`, '7 aliases; at most 6'],
    [
      'directives, wherever they stand',
      `query @a @b { providers @include(if: true) { ... @skip(if: false) { name @skip(if: false) } } }`,
      '5 directives; at most 4',
    ],
  ])('is refused with too many %s', async (_, query, message) => {
    expect(await refusalOf(query)).toContain(message);
  });
});

describe('A query that repeats itself', () => {
  const again = 'asks for the same again and again';

  it.each([
    ['fields', `{ providers { ${repeat(80, () => 'name')} } }`],
    ['fields with selections', `{ providers { ${repeat(80, () => 'health { status }')} } }`],
    ['fields in inline fragments', `{ providers { ${repeat(80, () => '... { name }')} } }`],
    ['fragments', `{ providers { ${repeat(80, () => '...f')} } } fragment f on Provider { name }`],
    [
      'fields in fragments',
      `{ ...f ...g } fragment f on Query { ${repeat(50, () => '__typename')} } fragment g on Query { ${repeat(50, () => '__typename')} }`,
    ],
  ])('is refused: %s', async (_, query) => {
    expect(await refusalOf(query)).toContain(again);
  });

  it('is not what a screen of many fragments is', async () => {
    const fragments = repeat(30, (index) => `fragment f${index} on Provider { id name kind }`);
    const { errors } = await graph.run(`{ providers { ${repeat(30, (index) => `...f${index}`)} } } ${fragments}`);
    expect(errors).toEqual([]);
  });

  it('is not looked at any further, whatever else is wrong with it', async () => {
    expect(await refusalOf(`{ nowhere { ${repeat(200, () => 'a: b(c: $d) @e')} } }`)).not.toContain('nowhere');
  });
});

it('A query of too many tokens is refused before it is read to its end', async () => {
  expect(await refusalOf(`{ ${repeat(1501, () => '__typename')} `)).toBe(
    'The query has more than the 1500 tokens that are allowed',
  );
});
