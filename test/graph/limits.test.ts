import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenGraph, openGraph } from '../support/graph-harness.js';
import { MemoryProvider } from '../support/memory-provider.js';

let graph: OpenGraph;

beforeAll(async () => {
  graph = await openGraph([new MemoryProvider('box', [])], { maxDepth: 6, maxItems: 1000 });
});
afterAll(() => graph.close());

describe('The depth of a query', () => {
  it('is allowed up to the limit', async () => {
    const answer = await graph.run('{ attachments { nodes { provider { attachments { nodes { id } } } } } }');
    expect(answer.errors[0]?.message ?? '').not.toContain('levels');
  });

  it('is refused beyond it, naming both', async () => {
    const answer = await graph.run('{ attachments { nodes { provider { attachments { nodes { provider { name } } } } } } }');
    expect(answer).toMatchObject({
      status: 400,
      errors: [
        { message: 'The query nests 7 levels of fields; at most 6 are allowed', extensions: { code: 'QUERY_TOO_COMPLEX' } },
      ],
    });
  });

  it('is counted through fragments', async () => {
    const answer = await graph.run(`{ attachments { ...page } } fragment page on AttachmentConnection { nodes { ...one } }
      fragment one on Attachment { provider { ... on Provider { attachments { nodes { container { name } } } } } }`);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });

  it('does not count introspection', async () => {
    const answer = await graph.run(
      `{ __schema { types { fields { type { ${'ofType { '.repeat(7)}name${' }'.repeat(7)} } } } } }`,
    );
    expect(answer.errors).toEqual([]);
  });
});

describe('The items of a query', () => {
  const inside = (outer: string, inner: string) =>
    `query ${inner.includes('$n') ? '($n: Int)' : ''} { ${outer} { nodes { provider { attachments${inner} { totalCount } } } } }`;

  it.each([
    ['attachments(first: 9)', '(first: 99)'],
    ['attachments(first: 19)', ''],
    ['attachments(first: 9)', '(first: $n)'],
  ])('are allowed up to the limit: %s, %s inside', async (outer, inner) => {
    expect((await graph.run(inside(outer, inner))).errors).toEqual([]);
  });

  it('count the renditions of a document as a whole page of them', async () => {
    const answer = await graph.run('{ attachments(first: 10) { nodes { renditions { name } } } }');
    expect(answer.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });

  it.each([
    ['attachments(first: 11)', '(first: 99)', 1100],
    ['attachments', '(first: 20)', 1050],
    ['attachments(first: 10)', '(first: $n)', 1010],
  ])('are refused beyond it, multiplied: %s, %s inside', async (outer, inner, items) => {
    const answer = await graph.run(inside(outer, inner));
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
    expect(answer.errors[0]?.message).toContain(`could hold ${items} items; at most 1000 are allowed`);
  });

  it('add up over aliases', async () => {
    const aliases = Array.from({ length: 11 }, (_, index) => `a${index}: attachments(first: 100) { totalCount }`);
    expect((await graph.run(`{ ${aliases.join(' ')} }`)).errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });

  it('are measured once for each fragment, however often it is spread', async () => {
    const doubling = Array.from(
      { length: 40 },
      (_, index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`,
    );
    const answer = await graph.run(
      `{ ...f0 } ${doubling.join(' ')} fragment f40 on Query { attachments(first: 1) { totalCount } }`,
    );
    expect(answer.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });

  it('of fragments in a circle are refused by the rule against circles', async () => {
    const answer = await graph.run(
      '{ attachment(id: "x") { ...a } } fragment a on Attachment { provider { attachments { nodes { ...a } } } }',
    );
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
