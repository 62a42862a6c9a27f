import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { chromiumTitle, inChromium, launchChromium } from '../support/chromium.js';
import { type RunningProgram, startConfigured } from '../support/program.js';

const asked = { accept: 'application/json', 'apollo-require-preflight': 'true' };
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

  it('is kept by nobody with the hash of a document that is not known', async () => {
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } });
    const address = `${program.url}/graphql?${new URLSearchParams({ extensions })}`;
    const response = await fetch(address, { headers: asked });
    expect(await response.text()).toContain('PERSISTED_QUERY_NOT_FOUND');
    expect([response.headers.get('cache-control'), response.headers.get('etag')]).toEqual(['no-store', null]);
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

describe('HEAD', () => {
  it('tells what the query would be answered with', async () => {
    const { status, header } = await get('{ viewer { id } }');
    const { statusCode, headers } = await request(addressOf('{ viewer { id } }'), { method: 'HEAD', headers: asked });
    expect([statusCode, headers.etag, headers['cache-control']]).toEqual([status, header('etag'), header('cache-control')]);
  });
});

describe('Any other method', () => {
  it.each(['PUT', 'PATCH', 'DELETE'] as const)('%s is not allowed', async (method) => {
    const { statusCode, headers } = await request(`${program.url}/graphql`, { method, headers: asked });
    expect([statusCode, headers.allow]).toEqual([405, 'GET, POST']);
  });
});

inChromium(chromiumTitle, () => {
  it('a page that asks the same again sends nothing, and what may not be kept is asked anew', async () => {
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(`${program.url}/graphql`);
    const ask = (query: string) =>
      page.evaluate<number>(
        `fetch('${addressOf(query)}', { headers: ${JSON.stringify(asked)} }).then((response) => response.text()).then((text) => text.length)`,
      );
    const sentBy = async (query: string) => {
      const before = await answered();
      for (let times = 0; times < 3; times += 1) await ask(query);
      return (await answered()) - before;
    };
    const sent = [await sentBy('{ viewer { id roles } }'), await sentBy('{ providers { health { status } } }')];
    await browser.close();
    expect(sent).toEqual([1, 3]);
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
    headers: { ...asked, ...headers },
  });
  const text = await body.text();
  return { status, text, header: (name: string) => received[name] };
}

/** Requests by GET that the graph has answered, as the server counts them. */
async function answered(): Promise<number> {
  const metrics = await (await fetch(`${program.url}/metrics`)).text();
  const counts = metrics.matchAll(
    /^proofsheet_http_request_seconds_count\{method="GET",route="\/graphql",status="200"\} (\d+)$/gm,
  );
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
