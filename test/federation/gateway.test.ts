import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printGraph } from '../../src/graph/print-graph.js';
import { simulateBox } from '../../src/sandbox/box/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { execute } from '../examples/client.js';
import { UploadDocument } from '../examples/generated/graphql.js';
import { type RunningProgram, startConfigured } from '../support/program.js';
import { query } from '../support/query.js';
import { messagesSdl, supergraphComposers } from './compose.js';
import { startHiveGateway } from './hive.js';
import type { Listening } from './listening.js';
import { startMessages } from './messages-subgraph.js';

const photo = 'gid://files/Attachment/12345';
const gone = 'gid://files/Attachment/404404';

const credential = { 'x-box-authorization': 'Bearer sandbox-token' };

let directory: string;
let box: RunningSandbox;
let messages: Listening;
let program: RunningProgram;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-gateway-'));
  box = await startSandbox(simulateBox());
  messages = await startMessages([
    { id: '1', subject: 'The harbour', attachments: [photo] },
    { id: '2', subject: 'One is gone', attachments: [gone, photo] },
  ]);
  program = await startConfigured(
    directory,
    `providers:
  files: { kind: box, baseUrl: ${box.url}, uploadUrl: ${box.url}/api, credentials: { mode: forward, header: x-box-authorization } }`,
  );
});

afterAll(async () => {
  await program?.stop();
  await messages?.close();
  await box?.close();
  await rm(directory, { recursive: true, force: true });
});

describe.each(Object.entries(supergraphComposers))('Hive Gateway, composed by the library of %s', (composer, compose) => {
  let gateway: Listening;

  beforeAll(async () => {
    const attachmentsGraph = { name: 'attachments', sdl: await printGraph(), url: `${program.url}/graphql` };
    const messagesGraph = { name: 'messages', sdl: messagesSdl, url: `${messages.url}/graphql` };
    gateway = await startHiveGateway(compose([attachmentsGraph, messagesGraph]));
  });
  afterAll(() => gateway?.close());

  it('shows the messages of one with the thumbnails of the other', async () => {
    const { data, errors } = await query<Inbox>(gateway.url, inbox, credential);
    expect(data.inbox[0]).toMatchObject({
      subject: 'The harbour',
      attachments: [
        { id: photo, filename: 'harbour.jpg', provider: { name: 'files' }, thumbnail: { state: 'READY', width: 64 } },
      ],
    });
    expect(data.inbox[1]?.attachments[1]).toEqual(data.inbox[0]?.attachments[0]);
    expect(errors?.length).toBe(1);
    const picture = await fetch(data.inbox[0]?.attachments[0]?.thumbnail.url ?? '');
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  it('says which attachment of which message is gone, and shows the others', async () => {
    const { data, errors } = await query<Inbox>(gateway.url, inbox, credential);
    expect(data.inbox[1]?.attachments.map((attachment) => attachment?.id ?? null)).toEqual([null, photo]);
    expect(errors).toMatchObject([{ message: `There is no attachment "${gone}"`, extensions: { code: 'NOT_FOUND' } }]);
    expect(JSON.stringify(errors)).toContain('"path":["inbox",1,"attachments"');
  });

  it('passes on who asks, so that nobody sees what is not theirs', async () => {
    for (const others of [{}, { 'x-box-authorization': 'Bearer wrong' }]) {
      const { data, errors } = await query<Inbox>(gateway.url, inbox, others);
      expect(data.inbox.map(({ attachments }) => attachments)).toEqual([[null], [null, null]]);
      expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['PROVIDER_UNAUTHENTICATED']));
    }
  });

  it('lets the typed client upload', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024, composer);
    const { uploadAttachments } = await execute(`${gateway.url}/graphql`, UploadDocument, {
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
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', body: form });
    expect(response.status).toBe(403);
  });
});

const inbox = `{ inbox { subject attachments { id filename provider { name } thumbnail(size: 64) { state width url } } } }`;

interface Inbox {
  readonly inbox: readonly {
    readonly subject: string;
    readonly attachments: readonly ({ readonly id: string; readonly thumbnail: { readonly url: string } } | null)[];
  }[];
}
