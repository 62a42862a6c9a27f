import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContentError } from '../../src/errors.js';
import { type OpenGraph, openGraph } from '../support/graph-harness.js';
import { MemoryProvider } from '../support/memory-provider.js';

const provider = new MemoryProvider('box', [{ id: '1' }]);
let graph: OpenGraph;

beforeAll(async () => {
  graph = await openGraph([provider]);
});
afterAll(() => graph.close());

async function askWhileFailing(error: Error) {
  provider.failWith = error;
  const answer = await graph.run('{ attachment(id: "gid://box/Attachment/1") { id } }');
  provider.failWith = null;
  return answer;
}

describe('An error', () => {
  it('carries its code and what is known of the provider and its answer', async () => {
    const details = { provider: 'box', upstreamStatus: 429, upstreamCode: 'rate_limit', retryAfterSeconds: 3, retryable: true };
    const answer = await askWhileFailing(new ContentError('PROVIDER_RATE_LIMITED', 'Slow down', details));
    expect(answer.data).toEqual({ attachment: null });
    expect(answer.errors).toEqual([
      {
        message: 'Slow down',
        path: ['attachment'],
        locations: [{ line: 1, column: 3 }],
        extensions: {
          code: 'PROVIDER_RATE_LIMITED',
          provider: 'box',
          upstreamStatus: 429,
          upstreamCode: 'rate_limit',
          retryAfterSeconds: 3,
        },
      },
    ]);
  });

  it('that nobody expected is masked, and logged under the id that the client gets', async () => {
    const answer = await askWhileFailing(new Error('connect to 10.0.0.1 with password hunter2'));
    expect(answer.errors).toMatchObject([
      { message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' } },
    ]);
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    const line = graph.logged.at(-1);
    expect(line).toMatchObject({ level: 'error', fields: { requestId: 'request-1', path: 'attachment' } });
    expect(`${line?.fields.err}`).toContain('hunter2');
  });

  it('of a request that took too long says so', async () => {
    const answer = await askWhileFailing(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    expect(answer.errors).toMatchObject([
      { message: 'The answer took longer than a request may take', extensions: { code: 'PROVIDER_TIMEOUT' } },
    ]);
  });

  it.each([
    ['syntax', '{ providers { '],
    ['an unknown field', '{ providers { colour } }'],
    ['a missing variable', 'query ($id: ID!) { node(id: $id) { id } }'],
    ['a value of the wrong type', '{ attachments(first: "ten") { totalCount } }'],
    ['several operations without a name', 'query a { viewer { id } } query b { viewer { id } }'],
  ])('in the query (%s) is BAD_USER_INPUT, with the status 400', async (_, query) => {
    expect(await graph.run(query)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it.each([
    ['with a literal', '{ attachments(orderBy: OLDEST) { totalCount } }', {}],
    ['with a string', '{ attachments(orderBy: "OLDEST") { totalCount } }', {}],
    ['with a variable', 'query ($by: AttachmentOrder) { attachments(orderBy: $by) { totalCount } }', { by: 'OLDEST' }],
  ])('in an enum names all its values (%s)', async (_, query, variables) => {
    const answer = await graph.run(query, variables);
    expect(answer.errors[0]?.message).toContain('Allowed: MODIFIED_DESC, MODIFIED_ASC, NAME_ASC, SIZE_DESC.');
  });
});
