import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { executeListed } from '../examples/client.js';
import { drawPhoto } from '../examples/files.js';
import { CreateFolderDocument, HealthDocument, OverviewDocument, UploadDocument } from '../examples/generated/graphql.js';
import { type RunningProgram, runProgram, startConfigured } from '../support/program.js';
import { projectDirectory } from '../support/project.js';

const manifest = join(projectDirectory, 'test/examples/generated/persisted-documents.json');
const texts = JSON.parse(readFileSync(manifest, 'utf8')) as Readonly<Record<string, string>>;
const overviewId = `${OverviewDocument.__meta__?.hash}`;
const preflight = { 'apollo-require-preflight': 'true' };
const json = { 'content-type': 'application/json' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const persistedQuery = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

let directories: readonly string[];
let automatic: RunningProgram;
let listedOnly: RunningProgram;

beforeAll(async () => {
  directories = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'proofsheet-persisted-'))));
  const [first = '', second = ''] = directories;
  [automatic, listedOnly] = await Promise.all([
    startConfigured(first, `{ sandboxes: false, graph: { persisted: { manifests: [${manifest}] } } }`),
    startConfigured(second, `{ sandboxes: false, graph: { persisted: { manifests: [${manifest}], only: true } } }`),
  ]);
});

afterAll(async () => {
  await Promise.all([automatic?.stop(), listedOnly?.stop()]);
  await Promise.all(directories.map((directory) => rm(directory, { recursive: true })));
});

describe('A document that a client registers (APQ)', () => {
  const query = '{ viewer { id } }';
  const data = { viewer: { id: 'open' } };

  it('is asked for, sent once, and from then on named by its hash alone', async () => {
    const extensions = persistedQuery(sha256(query));
    expect(await post(automatic, { extensions })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await post(automatic, { query, extensions })).toMatchObject({ status: 200, data });
    expect(await post(automatic, { extensions })).toMatchObject({ status: 200, data });
    expect(await get(automatic, { extensions: JSON.stringify(extensions) })).toMatchObject({ status: 200, data });
  });

  it('has the same form with documentId', async () => {
    const other = 'query Me { viewer { id } }';
    const documentId = `sha256:${sha256(other)}`;
    expect(await post(automatic, { documentId })).toMatchObject({ status: 404, code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await post(automatic, { documentId, query: other })).toMatchObject({ status: 200, data });
    expect(await post(automatic, { documentId })).toMatchObject({ status: 200, data });
    expect(await get(automatic, { documentId })).toMatchObject({ status: 200, data });
  });

  it('is not kept where its hash is that of another', async () => {
    const extensions = persistedQuery(sha256('another'));
    const answer = await post(automatic, { query, extensions });
    expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(answer.message).toContain('is not the SHA-256 of the query');
    expect(await post(automatic, { extensions })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
  });

  it('is not kept where it is wrong', async () => {
    const wrong = '{ colour }';
    const extensions = persistedQuery(sha256(wrong));
    expect(await post(automatic, { query: wrong, extensions })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await post(automatic, { extensions })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
  });

  it.each([
    [
      'another version of the protocol',
      { persistedQuery: { version: 2, sha256Hash: sha256(query) } },
      'extensions.persistedQuery.version',
    ],
    ['what is no hash', persistedQuery('abc'), 'extensions.persistedQuery.sha256Hash'],
  ])('is refused with %s, naming it', async (_, extensions, problem) => {
    const answer = await post(automatic, { query, extensions });
    expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(answer.message).toContain(problem);
  });

  it('is counted on /metrics', async () => {
    const metrics = await (await fetch(`${automatic.url}/metrics`)).text();
    expect(metrics).toMatch(/^proofsheet_persisted_automatic [1-9]/m);
    expect(metrics).toMatch(/^proofsheet_persisted_automatic_hits [1-9]/m);
    expect(metrics).toMatch(/^proofsheet_persisted_listed 2\d$/m);
  });

  it('goes on being sent where none are kept', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proofsheet-persisted-'));
    const without = await startConfigured(directory, '{ sandboxes: false, graph: { persisted: { automaticBytes: 0 } } }');
    const extensions = persistedQuery(sha256(query));
    const answers = [await post(without, { extensions }), await post(without, { query, documentId: `sha256:${sha256(query)}` })];
    await without.stop();
    await rm(directory, { recursive: true });
    expect(answers).toMatchObject([{ code: 'PERSISTED_QUERY_NOT_SUPPORTED' }, { status: 200, data }]);
  });
});

describe('A document of the manifest that codegen writes', () => {
  it('is executed for a typed client that sends nothing but its hash', async () => {
    for (const program of [automatic, listedOnly]) {
      const { providers } = await executeListed(`${program.url}/graphql`, OverviewDocument);
      expect(providers.map(({ name }) => name)).toEqual(['vault']);
    }
  });

  it('is executed with a file beside its hash', async () => {
    const input = { container: 'gid://vault/Folder/root', files: [{ file: await drawPhoto('by hash.jpg') }] };
    const { uploadAttachments } = await executeListed(`${listedOnly.url}/graphql`, UploadDocument, { input });
    expect(uploadAttachments.results).toMatchObject([{ attachment: { state: 'READY' }, error: null }]);
  });

  it('is executed by its hash in both forms, by POST and GET', async () => {
    const hash = overviewId.replace('sha256:', '');
    const extensions = persistedQuery(hash);
    const answers = [
      await post(listedOnly, { documentId: `sha256:${hash}` }),
      await post(listedOnly, { documentId: hash }),
      await post(listedOnly, { extensions }),
      await get(listedOnly, { documentId: `sha256:${hash}` }),
      await get(listedOnly, { extensions: JSON.stringify(extensions) }),
    ];
    expect(answers.map(({ status, data }) => [status, data])).toEqual(
      answers.map(() => [200, { providers: [expect.objectContaining({ name: 'vault' })] }]),
    );
  });

  it('is executed by its very text as well', async () => {
    expect(await post(listedOnly, { query: texts[overviewId] })).toMatchObject({ status: 200, data: { providers: [{}] } });
  });

  it('that changes something is not executed by GET', async () => {
    const variables = JSON.stringify({ input: { container: 'gid://vault/Folder/root', name: 'By GET' } });
    const answer = await get(listedOnly, { documentId: `${CreateFolderDocument.__meta__?.hash}`, variables });
    expect(answer).toMatchObject({ status: 405, code: 'BAD_USER_INPUT' });
  });
});

describe('Where only the documents of manifests are executed', () => {
  const other = '{ viewer { name } }';

  it.each<[string, Request]>([
    ['a query', { query: other }],
    ['a query that registers itself', { query: other, extensions: persistedQuery(sha256(other)) }],
    ['the hash of another document', { documentId: `sha256:${sha256(other)}` }],
    ['that hash as an extension', { extensions: persistedQuery(sha256(other)) }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ["a gateway's query", { query: '{ _service { sdl } }' }],
    ['what cannot even be parsed', { query: '{' }],
  ])('%s is refused, by POST and GET, and told what is allowed', async (_, request) => {
    const parameters = Object.entries(request).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    for (const answer of [await post(listedOnly, request), await get(listedOnly, Object.fromEntries(parameters))]) {
      expect(answer).toMatchObject({ status: 403, code: 'PERSISTED_QUERY_ONLY', data: undefined });
      expect(answer.message).toContain('Name one by documentId');
    }
  });

  it('a listed text beside the hash of another is refused', async () => {
    const answer = await post(listedOnly, {
      query: texts[`${HealthDocument.__meta__?.hash}`],
      documentId: overviewId,
    });
    expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('a request without a document is told what it lacks', async () => {
    expect(await post(listedOnly, { variables: {} })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('a browser is told that GraphiQL is off, and why', async () => {
    const response = await fetch(`${listedOnly.url}/`, { headers: { accept: 'text/html' } });
    expect(await response.text()).toContain('GraphiQL is off here: this server executes the documents of its manifests');
    expect(listedOnly.output().stdout).toContain('GraphiQL is off');
  });
});

describe('A manifest that is wrong', () => {
  it('keeps the server from starting, with every problem and the setting that names it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'proofsheet-persisted-'));
    await writeFile(join(directory, 'manifest.json'), JSON.stringify({ one: '{ colour }', two: '{' }));
    await writeFile(join(directory, 'proofsheet.config.yml'), 'graph: { persisted: { manifests: [./manifest.json] } }');
    const { status, stderr } = await runProgram(['serve'], directory, { PORT: '0' });
    await rm(directory, { recursive: true });
    expect(status).toBe(78);
    expect(stderr).toContain('The configuration has 3 problems');
    expect(stderr).toContain('graph.persisted.manifests: ./manifest.json: a document (two): Syntax Error');
  });
});

describe('A batch', () => {
  it('is refused, and told to come as single requests', async () => {
    const answer = await post(automatic, [{ query: '{ viewer { id } }' }]);
    expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(answer.message).toContain('A request holds one operation');
  });
});

interface Request {
  readonly query?: string | undefined;
  readonly documentId?: string;
  readonly extensions?: object;
  readonly variables?: object;
}

interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

async function post(program: RunningProgram, body: Request | readonly Request[]): Promise<Answer> {
  return answerOf(await fetch(`${program.url}/graphql`, { method: 'POST', headers: json, body: JSON.stringify(body) }));
}

async function get(program: RunningProgram, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  const headers = { accept: 'application/graphql-response+json', ...preflight };
  return answerOf(await fetch(`${program.url}/graphql?${new URLSearchParams(parameters)}`, { headers }));
}

async function answerOf(response: Response): Promise<Answer> {
  const { data, errors } = (await response.json()) as {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
  };
  return { status: response.status, data, code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
}
