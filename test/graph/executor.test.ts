import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getOperationAST, parse } from 'graphql';
import { Executor } from '../../src/graph/execution/executor.js';
import { type OpenGraph, openGraph, openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { drawPicture } from '../support/pictures.js';

let compiled: VaultGraph;
/** Over the same vault, executed by graphql-js. */
let interpreted: OpenGraph;
let picture: string;
let note: string;

beforeAll(async () => {
  compiled = await openVaultGraph({ compileAfter: 0, introspection: true });
  interpreted = await openGraph([compiled.vault], { compileAfter: false, introspection: true });
  picture = await compiled.store('picture.png', await drawPicture(300, 200, 'png'));
  note = await compiled.store('note.txt', 'a note');
});

afterAll(async () => {
  await interpreted.close();
  await compiled.close();
});

const list = 'query ($first: Int! = 2, $with: Boolean = true) { attachments(first: $first, orderBy: NAME_ASC)';

describe('A compiled operation answers as graphql-js does', () => {
  test.each([
    [
      'fields and nested lists',
      '{ attachments { nodes { id filename sizeBytes createdAt state digest { hex } viewerCan { read } } } }',
    ],
    [
      'getters, arguments and their defaults',
      '{ attachments(first: 1) { edges { cursor node { thumbnail { width height format } } } } }',
    ],
    ['aliases of one field', '{ a: attachments(first: 1) { nodes { id } } b: attachments(first: 2) { nodes { id } } }'],
    ['fields selected twice', '{ attachments { nodes { id } nodes { filename } } }'],
    [
      'interfaces',
      '{ provider(name: "vault") { containers { nodes { __typename id name ... on Folder { attachments { nodes { id } } } } } } }',
    ],
    [
      'fragments',
      'query { attachments { nodes { ...F } } } fragment F on Attachment { id ...G } fragment G on Attachment { filename }',
    ],
    ['defaults of variables', `${list} { nodes { id @include(if: $with) filename @skip(if: $with) } } }`],
    ['a fragment under two conditions', `${list} { nodes { ...F @skip(if: $with) ...F } } } fragment F on Attachment { id }`],
    [
      'a fragment of two places',
      `${list} { nodes { ... @skip(if: $with) { ...F } versions { nodes { attachment { ...F } } } } } } fragment F on Attachment { id }`,
    ],
    ['introspection', '{ __schema { queryType { name } } __type(name: "Attachment") { kind } }'],
    ['a thing that is not there', '{ attachment(id: "gid://vault/Attachment/nobody") { id } }'],
    ['an id of the wrong form', '{ ok: attachments { totalCount } attachment(id: "nonsense") { id } }'],
    ['an argument out of range', '{ attachments(first: 1) { nodes { thumbnail(size: 0) { width } filename } } }'],
    ['an error in a list that may not be null', '{ attachments(first: 1000) { nodes { id } } }'],
  ])('%s', async (_, query) => {
    expect(await answerOf(compiled, query)).toEqual(await answerOf(interpreted, query));
  });

  test('several ids, each with its own answer or error', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const ids = ['gid://vault/Attachment/nobody', picture, 'nonsense', note, 'gid://vault/Provider/vault'];
    const answer = await answerOf(compiled, query, { ids });
    expect(answer).toEqual(await answerOf(interpreted, query, { ids }));
    expect(answer.data).toMatchObject({ nodes: [null, { id: picture }, null, { id: note }, { __typename: 'Provider' }] });
    expect(answer.errors.map(({ path }) => path)).toEqual([
      ['nodes', 0],
      ['nodes', 2],
    ]);
  });

  test.each([
    ['missing', {}],
    ['of the wrong type', { filter: { providers: 3 } }],
    ['with a value that the enum does not have', { filter: { states: ['GONE'] } }],
    ['with a field that there is not', { filter: { colour: 'red' } }],
  ])('variables that are %s', async (_, variables) => {
    const query = 'query ($filter: AttachmentFilter!) { attachments(filter: $filter) { nodes { id } } }';
    const answer = await answerOf(compiled, query, variables);
    expect(answer).toEqual(await answerOf(interpreted, query, variables));
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('dates in variables, lists for single values, and numbers in place of ids', async () => {
    const query = 'query ($filter: AttachmentFilter) { attachments(filter: $filter) { totalCount nodes { id } } }';
    const variables = { filter: { modifiedAfter: '2020-01-01T00:00:00+02:00', contentTypes: 'image/*' } };
    const answer = await answerOf(compiled, query, variables);
    expect(answer).toEqual(await answerOf(interpreted, query, variables));
    expect(answer.data).toMatchObject({ attachments: { nodes: [{ id: picture }] } });
  });

  test('mutations run one after the other, and a failed one does not stop the next', async () => {
    const rename = (name: string, id: string) =>
      `${name}: renameAttachment(input: { attachment: "${id}", filename: "${name}.txt" }) { attachment { filename } }`;
    const { data, errors } = await compiled.run(`mutation { ${rename('one', note)} ${rename('two', note)} }`);
    expect(errors).toEqual([]);
    expect(data).toEqual({ one: { attachment: { filename: 'one.txt' } }, two: { attachment: { filename: 'two.txt' } } });
  });
});

describe('The executor', () => {
  test('lets graphql-js execute an operation the first time, and compiles it the second', async () => {
    const executor = new Executor(compiled.schema, { compileAfter: 1, introspection: true });
    const execute = executionOf('{ attachments(first: 1) { nodes { id } } }');
    await executor.execute(execute());
    expect(executor.stats()).toEqual({ compiled: 0, interpreted: 1, plans: 1 });
    await executor.execute(execute());
    await executor.execute(execute());
    expect(executor.stats()).toEqual({ compiled: 2, interpreted: 1, plans: 1 });
  });

  test.each([
    ['introspection', '{ __schema { types { name } } }'],
    ['conditions on fragments', '{ ...F @skip(if: false) } fragment F on Query { attachments { totalCount } }'],
    [
      'interfaces inside interfaces, which would multiply',
      `{ container(id: "x") ${'{ containers { nodes '.repeat(9)} { id }${' } }'.repeat(9)} }`,
    ],
  ])('never compiles %s', async (_, query) => {
    const executor = new Executor(compiled.schema, { compileAfter: 0, introspection: true });
    await executor.execute(executionOf(query)());
    expect(executor.stats()).toMatchObject({ compiled: 0, interpreted: 1 });
  });

  test('compiles nothing where that is switched off', async () => {
    const executor = new Executor(compiled.schema, { compileAfter: false, introspection: true });
    await executor.execute(executionOf('{ providers { id } }')());
    expect(executor.stats()).toEqual({ compiled: 0, interpreted: 1, plans: 0 });
  });

  test('forgets the operations that were not used for longest', async () => {
    const executor = new Executor(compiled.schema, { compileAfter: 1, introspection: true });
    for (let number = 0; number < 600; number += 1) await executor.execute(executionOf('{ __typename }')());
    expect(executor.stats()).toMatchObject({ plans: 500 });
  });
});

/** The same document each time. */
function executionOf(query: string) {
  const document = parse(query);
  const operation = getOperationAST(document) ?? undefined;
  return () => ({
    document,
    operation,
    operationName: undefined,
    variables: {},
    contextValue: compiled.createContext(new AbortController().signal),
  });
}

async function answerOf(graph: Pick<OpenGraph, 'run'>, query: string, variables: Record<string, unknown> = {}) {
  const { status, data, errors } = await graph.run(query, variables);
  return { status, data, errors };
}
