import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { type RunningProgram, startConfigured } from '../support/program.js';

const preflight = { 'apollo-require-preflight': 'true' };
const account = (header: string) =>
  `{ kind: xelion, baseUrl: "http://127.0.0.1:9/api/v1/master", credentials: { mode: forward, ${header} } }`;

let directory: string;
let program: RunningProgram;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-get-'));
  program = await startConfigured(
    directory,
    `
server: { corsOrigins: ["https://app.example.com"] }
providers: { calls: ${account('header: X-Calls-Authorization')}, chat: ${account('cookie: Session')} }`,
  );
});

afterAll(async () => {
  await program?.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('A query by GET', () => {
  it('says how long it may be kept, and that it is for its viewer alone', async () => {
    expect((await get('{ viewer { id } }')).header('cache-control')).toBe('private, max-age=60');
  });

  it('varies by all that tells viewers apart and by all that changes the answer, whoever says so', async () => {
    const response = await get('{ viewer { id } }', { origin: 'https://app.example.com' });
    expect(`${response.header('vary')}`.toLowerCase().split(', ').sort()).toEqual([
      'accept',
      'cookie',
      'origin',
      'x-calls-authorization',
      'x-proofsheet-cost',
      'x-proofsheet-upstream',
    ]);
  });

  it('has an ETag, by which it is not sent again while it is the same', async () => {
    const query = '{ viewer { id } }';
    const etag = `${(await get(query)).header('etag')}`;
    const again = await get(query, { 'if-none-match': etag });
    expect([again.status, again.text, again.header('etag')]).toEqual([304, '', etag]);
    expect(again.header('cache-control')).toBe('private, max-age=60');
    expect(again.header('vary')).toContain('x-calls-authorization');
    const other = await get('{ viewer { id name } }', { 'if-none-match': etag });
    expect([other.status, other.header('etag') === etag]).toEqual([200, false]);
  });

  it('has another ETag in another media type', async () => {
    const types = ['application/json', 'application/graphql-response+json'];
    const etags = await Promise.all(types.map(async (accept) => (await get('{ __typename }', { accept })).header('etag')));
    expect(new Set(etags).size).toBe(2);
  });

  it('is sent whole to a client that wants no cached answer', async () => {
    const query = '{ viewer { id } }';
    const etag = `${(await get(query)).header('etag')}`;
    expect((await get(query, { 'if-none-match': etag, 'cache-control': 'no-cache' })).status).toBe(200);
  });

  it.each([
    ['an error in it', '{ attachment(id: "gid://vault/Attachment/none") { id } }'],
    ['a mistake in it', '{ colour }'],
    ['a provider that does not answer', '{ attachments { nodes { id } failures { code } } }'],
    ['nothing to do', ''],
  ])('is kept by nobody with %s', async (_, query) => {
    const { header } = await get(query);
    expect([header('cache-control'), header('etag')]).toEqual(['no-store', undefined]);
  });

  it('is refused where a page of another origin could have sent it', async () => {
    const response = await fetch(addressOf('{ viewer { id } }'));
    expect([response.status, response.headers.get('cache-control')]).toEqual([400, 'no-store']);
  });

  it('changes nothing: a mutation is not allowed', async () => {
    const response = await get(
      'mutation { createFolder(input: { container: "gid://vault/Folder/root", name: "a" }) { __typename } }',
    );
    expect([response.status, response.header('allow'), response.header('cache-control')]).toEqual([405, 'POST', 'no-store']);
  });
});

describe('A query by POST', () => {
  it('says the same to the caches of gateways, and has no ETag', async () => {
    const body = JSON.stringify({ query: '{ viewer { id } }' });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${program.url}/graphql`, { method: 'POST', headers, body });
    expect([response.headers.get('cache-control'), response.headers.get('etag')]).toEqual(['private, max-age=60', null]);
  });
});

function addressOf(query: string): string {
  return `${program.url}/graphql?${new URLSearchParams({ query })}`;
}

/** Not by fetch, which asks for no cached answer as soon as it is given an If-None-Match. */
async function get(query: string, headers: Readonly<Record<string, string>> = {}) {
  const {
    statusCode: status,
    headers: received,
    body,
  } = await request(addressOf(query), {
    headers: { accept: 'application/json', ...preflight, ...headers },
  });
  const text = await body.text();
  return { status, text, header: (name: string) => received[name] };
}
