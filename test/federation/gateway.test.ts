import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printGraph } from '../../src/graph/print-graph.js';
import { simulateBox } from '../../src/sandbox/box/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { execute } from '../examples/client.js';
import { UploadDocument } from '../examples/generated/graphql.js';
import { type RunningProgram, startConfigured } from '../support/program.js';
import { projectDirectory } from '../support/project.js';
import { query } from '../support/query.js';
import { messagesSdl, supergraphComposers } from './compose.js';
import { type RunningScript, startScript } from './script.js';

const photo = 'gid://box/Attachment/12345';
const gone = 'gid://box/Attachment/404404';

const credential = { 'x-box-authorization': 'Bearer sandbox-token' };

let directory: string;
let box: RunningSandbox;
let messages: RunningScript;
let program: RunningProgram;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-gateway-'));
  box = await startSandbox(simulateBox());
  messages = await startScript('docs/gateway/messages.mjs');
  program = await startConfigured(
    directory,
    `providers:
  box: { kind: box, baseUrl: ${box.url}, uploadUrl: ${box.url}/api, credentials: { mode: forward, header: x-box-authorization } }`,
  );
});

afterAll(async () => {
  await program?.stop();
  await messages?.stop();
  await box?.close();
  await rm(directory, { recursive: true, force: true });
});

/** Supergraphs of the two subgraphs that run here. */
const supergraphs = { 'the script of the documentation': composeByScript, 'the library of Apollo': composeByApollo };

describe.each(Object.entries(supergraphs))('Hive Gateway as documented, composed by %s', (composer, compose) => {
  let gateway: RunningScript;

  beforeAll(async () => {
    gateway = await startScript('test/federation/hive-gateway.mjs', await compose());
  });
  afterAll(() => gateway?.stop());

  it('shows the messages of one with the thumbnails of the other', async () => {
    const { data, errors } = await query<Inbox>(gateway.origin, inbox, credential);
    expect(data.inbox[0]).toMatchObject({
      subject: 'The harbour',
      attachments: [{ id: photo, filename: 'harbour.jpg', provider: { name: 'box' }, thumbnail: { state: 'READY', width: 64 } }],
    });
    expect(data.inbox[1]?.attachments[1]).toEqual(data.inbox[0]?.attachments[0]);
    expect(errors?.length).toBe(1);
    const picture = await fetch(data.inbox[0]?.attachments[0]?.thumbnail.url ?? '');
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  it('says which attachment of which message is gone, and shows the others', async () => {
    const { data, errors } = await query<Inbox>(gateway.origin, inbox, credential);
    expect(data.inbox[1]?.attachments.map((attachment) => attachment?.id ?? null)).toEqual([null, photo]);
    expect(errors).toMatchObject([{ message: `There is no attachment "${gone}"`, extensions: { code: 'NOT_FOUND' } }]);
    expect(JSON.stringify(errors)).toContain('"path":["inbox",1,"attachments"');
  });

  it('passes on who asks, so that nobody sees what is not theirs', async () => {
    for (const others of [{}, { 'x-box-authorization': 'Bearer wrong' }]) {
      const { data, errors } = await query<Inbox>(gateway.origin, inbox, others);
      expect(data.inbox.map(({ attachments }) => attachments)).toEqual([[null], [null, null]]);
      expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['PROVIDER_UNAUTHENTICATED']));
    }
  });

  it('lets the typed client upload', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024, composer);
    const { uploadAttachments } = await execute(`${gateway.origin}/graphql`, UploadDocument, {
      input: { container: 'gid://vault/Folder/root', files: [{ file: new File([bytes], `${composer}.txt`) }] },
    });
    const hex = createHash('sha256').update(bytes).digest('hex');
    expect(uploadAttachments.results).toMatchObject([
      { filename: `${composer}.txt`, attachment: { state: 'READY', sizeBytes: bytes.length, digest: { hex } }, error: null },
    ]);
  });

  it('takes no upload that the page of somebody else could send', async () => {
    const form = new FormData();
    form.append('operations', JSON.stringify({ query: UploadDocument.toString(), variables: { input: null } }));
    form.append('map', '{}');
    const response = await fetch(`${gateway.origin}/graphql`, { method: 'POST', body: form });
    expect(response.status).toBe(403);
  });

  it('reckons what a query costs, lists by their length, and refuses what costs too much', async () => {
    const pages = (first: number) => `{ attachments(first: 100) { nodes { pages(first: ${first}) { nodes { base64 } } } } }`;
    const refused = await query(gateway.origin, pages(50), credential);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE' } }]);
    expect((await query(gateway.origin, pages(2), credential)).errors).toBeUndefined();
  });
});

async function composeByScript(): Promise<string> {
  const documented = readFileSync(join(projectDirectory, 'docs/gateway/supergraph.yaml'), 'utf8');
  const running = documented
    .replaceAll('http://127.0.0.1:4000', program.url)
    .replaceAll('http://127.0.0.1:4001', messages.origin);
  const file = join(directory, 'supergraph.yaml');
  await writeFile(file, running);
  const script = join(projectDirectory, 'docs/gateway/compose.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, file]);
  return stdout;
}

async function composeByApollo(): Promise<string> {
  return supergraphComposers.apollo([
    { name: 'attachments', sdl: await printGraph(), url: `${program.url}/graphql` },
    { name: 'messages', sdl: messagesSdl, url: `${messages.origin}/graphql` },
  ]);
}

const inbox = `{ inbox { subject attachments { id filename provider { name } thumbnail(size: 64) { state width url } } } }`;

interface Inbox {
  readonly inbox: readonly {
    readonly subject: string;
    readonly attachments: readonly ({ readonly id: string; readonly thumbnail: { readonly url: string } } | null)[];
  }[];
}
