import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OpenGraph, openGraph } from '../support/graph-harness.js';
import { MemoryProvider } from '../support/memory-provider.js';

let closed: OpenGraph;
let open: OpenGraph;

beforeAll(async () => {
  const provider = new MemoryProvider('box', [{ id: '1' }]);
  closed = await openGraph([provider], { introspection: false });
  open = await openGraph([provider]);
});
afterAll(async () => {
  await closed.close();
  await open.close();
});

describe('Without introspection', () => {
  it.each([
    '{ __schema { types { name } } }',
    'query ($name: String!) { ...Type } fragment Type on Query { it: __type(name: $name) { name } }',
    '{ _service { sdl } }',
  ])('the graph does not say what it is: %s', async (query) => {
    const answer = await closed.run(query, { name: 'Attachment' });
    expect([answer.status, answer.data]).toEqual([403, undefined]);
    expect(answer.errors).toMatchObject([
      { message: expect.stringMatching(/^Introspection is switched off here/), extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  it('clients still ask what type something has', async () => {
    const answer = await closed.run('{ __typename attachment(id: "gid://box/Attachment/1") { __typename } }');
    expect(answer.data).toEqual({ __typename: 'Query', attachment: { __typename: 'Attachment' } });
  });

  it.each([
    ['a field', '{ attachment(id: "gid://box/Attachment/1") { filenam } }', {}],
    ['an argument', '{ attachments(frist: 1) { totalCount } }', {}],
    ['a type', '{ attachment(id: "gid://box/Attachment/1") { ... on Attachmen { id } } }', {}],
    ['a value of an enum', '{ attachments(orderBy: NAME_ASCC) { totalCount } }', {}],
    [
      'a value of an enum in a variable',
      'query ($by: AttachmentOrder) { attachments(orderBy: $by) { totalCount } }',
      { by: 'NAME_ASCC' },
    ],
    [
      'a field of an input in a variable',
      'query ($by: AttachmentFilter) { attachments(filter: $by) { totalCount } }',
      { by: { txt: 'a' } },
    ],
  ])('errors suggest nothing in the place of %s that is not there, as they do otherwise', async (_, query, variables) => {
    const hints = /Did you mean|Allowed: /;
    expect((await open.run(query, variables)).errors[0]?.message).toMatch(hints);
    const answer = await closed.run(query, variables);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(answer.errors[0]?.message).not.toMatch(hints);
  });
});
