import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { request } from 'undici';
import { AnswerLife } from '../../src/graph/answer-life.js';
import type { GraphContext } from '../../src/graph/graph.js';
import { RepeatedAnswers } from '../../src/server/repeated-answers.js';
import { execute } from '../examples/client.js';
import { drawPhoto } from '../examples/files.js';
import { UploadDocument, UploadRenditionDocument, UploadVersionDocument } from '../examples/generated/graphql.js';
import { type RunningProgram, startConfigured } from '../support/program.js';

const root = 'gid://vault/Folder/root';
/** Everything that the changes below change. */
const everything = `{
  attachments(first: 5, filter: { providers: ["vault"] }) { totalCount nodes {
    id filename state sizeBytes modifiedAt versionNumber pageCount
    thumbnail(size: 128) { width url } content { url } renditions { name sizeBytes } versions(first: 5) { nodes { number } }
  } }
  node(id: "${root}") { ... on Folder { containers(first: 5) { nodes { name } } } }
}`;

let directory: string;
let program: RunningProgram;
let id: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-repeated-'));
  program = await startConfigured(
    directory,
    'sandboxes: [box]\nrendering: { ahead: { sizes: [] } }\ngraph: { patienceMs: 20000 }',
  );
  id = await upload('first.jpg');
});

afterAll(async () => {
  await program?.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('A question that was asked before', () => {
  it('has the very answer again, without anything being executed for it', async () => {
    const first = await ask(everything);
    const before = await counters();
    expect(await ask(everything)).toEqual(first);
    const after = await counters();
    expect([after.hits - before.hits, after.executed - before.executed]).toEqual([1, 0]);
  });

  it('is another one with other variables, in another media type, and for its cost', async () => {
    const query = 'query ($first: Int) { attachments(filter: { providers: ["vault"] }, first: $first) { nodes { filename } } }';
    const asked = [
      () => ask(query, { first: 1 }),
      () => ask(query, { first: 2 }),
      () => ask(query, { first: 2 }, { accept: 'application/graphql-response+json' }),
      () => ask(query, { first: 2 }, { 'x-proofsheet-cost': '1' }),
    ];
    for (const one of asked) expect(await hitsOf(one)).toBe(0);
    const types = await Promise.all([asked[1], asked[2]].map(async (one) => (await one?.())?.type));
    expect(types).toEqual(['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8']);
    expect((await ask(query, { first: 2 }, { 'x-proofsheet-cost': '1' })).text).toContain('"cost"');
  });
});

describe('After a change the answer is the new one', () => {
  const changes: readonly (readonly [what: string, change: () => Promise<unknown>])[] = [
    ['an upload', () => upload('second.jpg')],
    [
      'a new version',
      async () =>
        execute(`${program.url}/graphql`, UploadVersionDocument, {
          input: { attachment: id, file: await drawPhoto('other.jpg', 640, 480) },
        }),
    ],
    ['an older version that came back', () => mutate('restoreVersion', `attachment: "${id}", version: 1`)],
    [
      'a rendition of its own',
      async () =>
        execute(`${program.url}/graphql`, UploadRenditionDocument, {
          input: { attachment: id, name: 'cover', file: await drawPhoto('cover.jpg') },
        }),
    ],
    ['a rendition that went', () => mutate('deleteRendition', `attachment: "${id}", name: "cover"`)],
    ['another name', () => mutate('renameAttachment', `attachment: "${id}", filename: "renamed.jpg"`)],
    ['a new folder', () => mutate('createFolder', `container: "${root}", name: "folder"`)],
    ['the trash', () => mutate('deleteAttachment', `attachment: "${id}"`)],
    ['the way back', () => mutate('restoreAttachment', `attachment: "${id}"`)],
    ['the end of a file', () => mutate('deleteAttachment', `attachment: "${id}", permanently: true`)],
  ];

  it.each(changes)('%s', async (_what, change) => {
    const before = await ask(everything);
    expect(await ask(everything)).toEqual(before);
    await change();
    const after = await ask(everything);
    expect(after.text).not.toBe(before.text);
    expect(after.text).toBe((await askAnew(everything)).text);
  });

  it('what becomes known of a picture when it is drawn', async () => {
    const fresh = await upload(await drawPhoto('fresh.jpg', 900, 600));
    const query = `{ node(id: "${fresh}") { ... on Attachment { thumbhash thumbnail(size: 640) { url } } } }`;
    const before = JSON.parse((await ask(query)).text).data.node;
    await ask(query);
    await (await request(before.thumbnail.url)).body.dump();
    const after = JSON.parse((await ask(query)).text).data.node;
    expect([before.thumbhash, typeof after.thumbhash]).toEqual([null, 'string']);
  });

  it('what turns out to be broken when it is drawn', async () => {
    const whole = await drawPhoto('broken.jpg');
    const broken = await upload(new File([whole.slice(0, 4000)], 'broken.jpg'));
    const query = `{ node(id: "${broken}") { ... on Attachment { thumbnail(size: 256) { url } } } }`;
    const before = JSON.parse((await ask(query)).text).data.node;
    expect((await ask(query)).text).toContain(before.thumbnail.url);
    await (await request(before.thumbnail.url)).body.dump();
    expect(JSON.parse((await ask(query)).text).data.node).toEqual({ thumbnail: { url: null } });
  });
});

describe('Never given again is', () => {
  it.each([
    ['what another system told', '{ attachments(filter: { providers: ["box"] }) { nodes { filename } } }'],
    ['what has an error', '{ attachments(filter: { providers: ["vault"] }, after: "nothing") { nodes { filename } } }'],
    ['how a system is', '{ providers { name health { status } } }'],
    ['a change', `mutation { createFolder(input: { container: "${root}", name: "folder" }) { container { name } } }`],
  ])('%s', async (_what, query) => {
    await ask(query);
    expect(await hitsOf(() => ask(query))).toBe(0);
  });
});

describe('The memory of answers', () => {
  const answer: HTTPGraphQLResponse = {
    status: 200,
    headers: new HeaderMap([['cache-control', 'private, max-age=60']]),
    body: { kind: 'complete', string: '{"data":{}}' },
  };
  const asked = (query: string) =>
    ({ method: 'POST', url: '/graphql', headers: { 'content-type': 'application/json' }, body: { query } }) as FastifyRequest;

  /** Keeps the answer to { a }, and tells whether it would be given again. */
  function remember({ endsAt = Number.POSITIVE_INFINITY, maxBytes = 1_000_000, kept = answer } = {}) {
    const now = { time: 1_000_000, revision: '1' };
    const options = { maxBytes, revision: () => now.revision, asker: () => 'somebody', now: () => now.time };
    const memory = new RepeatedAnswers(options);
    const life = new AnswerLife();
    life.endAt(endsAt);
    const question = memory.questionOf(asked('{ a }'));
    if (question) memory.keep(question, kept, { life } as GraphContext);
    return {
      now,
      memory,
      has: () => memory.stats().kept === 1 && memory.find({ key: question?.key ?? '', revision: now.revision }) !== null,
    };
  }

  it('gives an answer until the first of its URLs would be another one, and for a minute at most', () => {
    const short = remember({ endsAt: 1_010_000 });
    short.now.time = 1_009_999;
    expect(short.has()).toBe(true);
    short.now.time = 1_010_000;
    expect(short.has()).toBe(false);
    const long = remember();
    long.now.time = 1_060_000;
    expect(long.has()).toBe(false);
  });

  it('does not keep what changed while it was made', () => {
    const options = { maxBytes: 1_000_000, asker: () => 'somebody' };
    let revision = 1;
    const memory = new RepeatedAnswers({ ...options, revision: () => `${revision}` });
    const question = memory.questionOf(asked('{ a }'));
    revision += 1;
    if (question) memory.keep(question, answer, { life: new AnswerLife() } as GraphContext);
    expect(memory.stats().kept).toBe(0);
  });

  it('stays within its bounds, and keeps none where it has none', () => {
    const large = { ...answer, body: { kind: 'complete' as const, string: 'x'.repeat(2 * 1024 * 1024) } };
    expect(remember({ maxBytes: 64 * 1024 * 1024, kept: large }).memory.stats().kept).toBe(0);
    expect(remember({ maxBytes: 0 }).memory.questionOf(asked('{ a }'))).toBeNull();
  });
});

/** Until its width was read: while that is under way, revisions change on their own, and a picture is drawn for its width. */
async function upload(file: File | string): Promise<string> {
  const input = { container: root, files: [{ file: typeof file === 'string' ? await drawPhoto(file) : file }] };
  const { uploadAttachments } = await execute(`${program.url}/graphql`, UploadDocument, { input });
  const uploaded = uploadAttachments.results[0]?.attachment?.id ?? '';
  while (!/"width":\d/.test((await askAnew(`{ attachment(id: "${uploaded}") { width } }`)).text));
  return uploaded;
}

async function mutate(name: string, input: string): Promise<void> {
  const { text } = await ask(`mutation { ${name}(input: { ${input} }) { clientMutationId } }`);
  if (text.includes('"errors"')) throw new Error(text);
}

async function ask(query: string, variables: object = {}, headers: Record<string, string> = {}) {
  const { body, headers: told } = await request(`${program.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { text: await body.text(), type: told['content-type'], cacheControl: told['cache-control'] };
}

/** As nobody has asked it before. */
function askAnew(query: string) {
  return ask(`${query} # ${Math.random()}`);
}

async function counters() {
  const metrics = await (await request(`${program.url}/metrics`)).body.text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
  return { hits: value('proofsheet_repeated_hits'), executed: value('proofsheet_admission_light_admitted') };
}

async function hitsOf(asking: () => Promise<unknown>): Promise<number> {
  const before = await counters();
  await asking();
  return (await counters()).hits - before.hits;
}
