import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Example, readExamples } from '../../src/server/examples.js';
import { type RunningProgram, startUnconfigured } from '../support/program.js';
import { projectDirectory } from '../support/project.js';
import { execute } from './client.js';
import { drawPhoto, writePdf } from './files.js';
import * as documents from './generated/graphql.js';

const examples = await readExamples(join(projectDirectory, 'schema/examples'));
const vault = 'gid://vault/Folder/root';
const hasCurl = spawnSync('curl', ['--version']).status === 0;

let directory: string;
let program: RunningProgram;
let graph: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-examples-'));
  program = await startUnconfigured(directory);
  graph = `${program.url}/graphql`;
});

afterAll(async () => {
  await program?.stop();
  await rm(directory, { recursive: true, force: true });
});

const systems = ['box', 'oracle-content', 'vault', 'virola', 'xelion'];

describe('Right after the first start, with nothing configured', () => {
  it('the first example brings real thumbnails from five systems', async () => {
    const { attachments } = await execute(graph, documents.GalleryDocument);
    expect(attachments.failures).toEqual([]);
    const drawn = attachments.nodes.filter(({ thumbnail }) => thumbnail?.state === 'READY');
    expect([...new Set(drawn.map(({ provider }) => provider.name))].sort()).toEqual(systems);
    const types = await Promise.all(drawn.map(({ thumbnail }) => contentTypeOf(thumbnail?.url)));
    expect(new Set(types)).toEqual(new Set(['image/jpeg']));
  });

  it('messages are found with what is attached to them', async () => {
    const { providers } = await execute(graph, documents.MessagesDocument);
    const texts = JSON.stringify(providers.filter(({ name }) => ['virola', 'xelion'].includes(name)));
    expect(texts).toContain('"participants":[{');
    expect(texts).toContain('"thumbnail":{"url":"http');
  });
});

describe('Every example, as it stands in its file', () => {
  const requests = examples.filter((example) => curlOf(example) === '');
  const uploads = examples.filter((example) => curlOf(example) !== '');

  it.each(requests.map(({ name, ...example }) => [name, example] as const))('%s runs without an error', async (_, example) => {
    const complete = await placeholders();
    const body = { query: example.query, variables: JSON.parse(complete(example.variables || '{}')) };
    const response = await fetch(graph, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await response.json()).toEqual({ data: expect.anything() });
  });

  (hasCurl ? it : it.skip).each(uploads.map((example) => [example.name, curlOf(example)] as const))(
    '%s runs by its curl line (needs curl: apt-get install curl)',
    async (_, curl) => {
      const complete = await placeholders();
      const answer = JSON.parse(await runInShell(complete(curl)));
      expect(answer).toEqual({ data: expect.anything() });
      expect(JSON.stringify(answer)).not.toContain('"error":{');
    },
  );
});

describe('Every query of the README', () => {
  const readme = readFileSync(join(projectDirectory, 'README.md'), 'utf8');
  const queries = [...readme.matchAll(/```graphql\n(query (\w+)[\s\S]*?)```/g)].map(
    ([, text = '', name = '']) => [name, text] as const,
  );

  it.each(queries)('%s runs without an error', async (_, text) => {
    const variables = { id: await upload(writePdf('readme.pdf', ['one', 'two'])) };
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(graph, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) });
    expect(await response.json()).toEqual({ data: expect.anything() });
  });
});

describe('The typed client', () => {
  it('sees providers with what they can do', async () => {
    const { providers } = await execute(graph, documents.OverviewDocument);
    expect(providers.map(({ name }) => name).sort()).toEqual(systems);
    const first = providers.find((provider) => provider.name === 'vault');
    expect(first).toMatchObject({ kind: 'VAULT', sandbox: false, capabilities: { upload: true }, health: { status: 'UP' } });
    const others = providers.filter((provider) => provider !== first);
    expect(others.map(({ sandbox, health }) => [sandbox, health.status])).toEqual(others.map(() => [true, 'UP']));
  });

  (hasCurl ? it : it.skip)('names a sandbox that was told to fail beside what the others have (needs curl)', async () => {
    const failing = examples.find(({ query }) => query.includes('query Failures'));
    const port = /virola +sandbox on http:\/\/127\.0\.0\.1:(\d+)/.exec(program.output().stdout)?.[1] ?? '';
    const command = (failing ? commandOf(failing) : '').replace('<port>', port);
    await runInShell(command);
    const { attachments } = await execute(graph, documents.FailuresDocument, { text: 'floor' });
    await runInShell(`${command.split(' -H')[0]?.replace('POST', 'DELETE')}`);
    expect(attachments.failures.map(({ provider, code }) => [provider.name, code])).toEqual([['virola', 'PROVIDER_UNAVAILABLE']]);
    expect(attachments.nodes.map(({ provider }) => provider.name)).toEqual(expect.arrayContaining(['vault', 'oracle-content']));
  });

  it('lists a gallery whose URLs lead to the pictures', async () => {
    const photo = await upload(await drawPhoto('gallery.jpg'));
    const { attachments } = await execute(graph, documents.NewestDocument, {});
    const item = attachments.nodes.find((node) => node.id === photo);
    expect(await contentTypeOf(item?.thumbnail?.url)).toBe('image/jpeg');
    expect(item?.responsive?.srcSet).toMatch(/ 320w, .* 640w, .* 1024w$/);
    expect(await contentTypeOf(item?.responsive?.src)).toBe('image/webp');
  });

  it('gets everything about one attachment', async () => {
    const { attachment } = await execute(graph, documents.AttachmentDocument, { id: await upload(await drawPhoto('whole.jpg')) });
    expect(attachment).toMatchObject({ filename: 'whole.jpg', state: 'READY', versionNumber: 1, provider: { name: 'vault' } });
    expect(attachment?.container?.id).toBe(vault);
    expect(attachment?.digest?.hex).toMatch(/^[0-9a-f]{64}$/);
    expect(attachment?.thumbnail).toMatchObject({ state: 'READY', format: 'WEBP', width: 640, madeBy: 'RENDERED_HERE' });
    expect(await contentTypeOf(attachment?.content?.url)).toBe('image/jpeg');
  });

  it('gets pictures of the pages of a PDF', async () => {
    const id = await upload(writePdf('pages.pdf', ['one', 'two', 'three']));
    const { attachment } = await execute(graph, documents.PagesDocument, { id });
    expect(attachment?.pageCount).toBe(3);
    expect(attachment?.pages?.nodes.map(({ page, state }) => [page, state])).toEqual([1, 2, 3].map((page) => [page, 'READY']));
    expect(await contentTypeOf(attachment?.pages?.nodes[2]?.url)).toBe('image/png');
  });

  it('gets a picture inside the answer', async () => {
    const { attachment } = await execute(graph, documents.InlineDocument, { id: await upload(await drawPhoto('inline.jpg')) });
    const thumbnail = attachment?.thumbnail;
    expect(thumbnail).toMatchObject({ state: 'READY', contentType: 'image/png', width: 64 });
    expect(Buffer.from(thumbnail?.base64 ?? '', 'base64').byteLength).toBe(thumbnail?.sizeBytes);
    expect(thumbnail?.dataUrl).toBe(`data:image/png;base64,${thumbnail?.base64}`);
    expect(Buffer.from(attachment?.content?.firstBytes ?? '', 'base64').subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  });

  it('gets the text of a PDF', async () => {
    const { attachment } = await execute(graph, documents.TextDocument, {
      id: await upload(writePdf('words.pdf', ['Hello there'])),
    });
    expect(attachment?.text).toContain('Hello there');
  });

  it('searches, and goes on where a page ended', async () => {
    const ids = await Promise.all([...Array(21).keys()].map((index) => upload(writePdf(`needle ${index}.pdf`, ['x']))));
    const search = { filter: { text: 'needle' }, orderBy: 'NAME_ASC' } as const;
    const { attachments: first } = await execute(graph, documents.SearchDocument, search);
    const { attachments: next } = await execute(graph, documents.SearchDocument, { ...search, after: first.pageInfo.endCursor });
    const found = [...first.edges, ...next.edges].map((edge) => edge.node.id);
    expect([first.edges.length, next.edges.length, next.pageInfo.hasNextPage]).toEqual([20, 1, false]);
    expect(new Set(found)).toEqual(new Set(ids));
  });

  it('gets anything again by its id, with its type', async () => {
    const photo = await upload(await drawPhoto('node.jpg'));
    expect((await execute(graph, documents.NodeDocument, { id: photo })).node).toMatchObject({
      __typename: 'Attachment',
      id: photo,
    });
    expect((await execute(graph, documents.NodeDocument, { id: vault })).node).toMatchObject({ __typename: 'Folder', id: vault });
  });

  it('sees that the providers are up', async () => {
    const { providers } = await execute(graph, documents.HealthDocument);
    expect(providers.map(({ name, health }) => [name, health.status])).toContainEqual(['vault', 'UP']);
  });

  it('makes a folder', async () => {
    const input = { container: vault, name: 'Made by a client' };
    const { createFolder } = await execute(graph, documents.CreateFolderDocument, { input });
    expect(createFolder.folder).toMatchObject({ name: 'Made by a client', parent: { id: vault } });
  });

  it('uploads several files in one call, with a result for each in their order', async () => {
    const files = [{ file: await drawPhoto('several.jpg') }, { file: writePdf('several.pdf', ['x']) }];
    const { uploadAttachments } = await execute(graph, documents.UploadDocument, { input: { container: vault, files } });
    expect(uploadAttachments.results.map(({ filename, attachment }) => [filename, attachment?.contentType])).toEqual([
      ['several.jpg', 'image/jpeg'],
      ['several.pdf', 'application/pdf'],
    ]);
  });

  it('uploads a version once, and not over a version it has not seen', async () => {
    const attachment = await upload(await drawPhoto('versioned.jpg'));
    const input = { attachment, file: await drawPhoto('versioned.jpg', 300, 200), ifVersion: 1 };
    const { uploadVersion } = await execute(graph, documents.UploadVersionDocument, { input });
    expect(uploadVersion.attachment).toMatchObject({ id: attachment, versionNumber: 2 });
    await expect(execute(graph, documents.UploadVersionDocument, { input })).rejects.toThrow(/version/);
  });

  it('lists versions and brings an older one back as the newest', async () => {
    const attachment = await upload(await drawPhoto('restored.jpg'));
    const file = await drawPhoto('restored.jpg', 300, 200);
    await execute(graph, documents.UploadVersionDocument, { input: { attachment, file } });
    await execute(graph, documents.RestoreVersionDocument, { input: { attachment, version: 1 } });
    const { attachment: restored } = await execute(graph, documents.VersionsDocument, { id: attachment });
    const versions = restored?.versions?.nodes ?? [];
    expect(versions.map(({ number, current }) => [number, current])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect(versions[0]?.digest?.hex).toBe(versions[2]?.digest?.hex);
  });

  it('keeps a picture beside a file under a name, and removes it again', async () => {
    const attachment = await upload(writePdf('covered.pdf', ['x']));
    const input = { attachment, name: 'cover' };
    const { uploadRendition } = await execute(graph, documents.UploadRenditionDocument, {
      input: { ...input, file: await drawPhoto('cover.jpg', 300, 200) },
    });
    expect(uploadRendition.rendition).toMatchObject({ name: 'cover', kind: 'UPLOADED', state: 'READY' });
    expect(await contentTypeOf(uploadRendition.rendition.url)).toBe('image/jpeg');
    const found = await execute(graph, documents.RenditionsDocument, { id: attachment, name: 'cover' });
    expect(found.attachment?.rendition?.state).toBe('READY');
    expect(found.attachment?.renditions?.map(({ name }) => name)).toContain('cover');
    const { deleteRendition } = await execute(graph, documents.DeleteRenditionDocument, { input });
    expect(deleteRendition.attachment.renditions?.map(({ name }) => name)).not.toContain('cover');
  });

  it('renames', async () => {
    const attachment = await upload(await drawPhoto('before.jpg'));
    const { renameAttachment } = await execute(graph, documents.RenameDocument, { input: { attachment, filename: 'after.jpg' } });
    expect(renameAttachment.attachment).toMatchObject({ id: attachment, filename: 'after.jpg' });
  });

  it('moves an attachment to the trash and out again', async () => {
    const attachment = await upload(await drawPhoto('trashed.jpg'));
    const both = { trash: { attachment }, restore: { attachment } };
    const answer = await execute(graph, documents.TrashAndRestoreDocument, both);
    expect(answer).toMatchObject({
      deleteAttachment: { deletedId: attachment },
      restoreAttachment: { attachment: { id: attachment, state: 'READY' } },
    });
  });
});

/** The command in an example's comments, empty where there is none. */
function commandOf({ query }: Example): string {
  const lines = query.split('\n').filter((line) => line.startsWith('#   '));
  return lines.map((line) => line.slice('#   '.length)).join('\n');
}

/** The command that sends this very operation. */
function curlOf(example: Example): string {
  const command = commandOf(example);
  return command.includes('/graphql') ? command : '';
}

/** Puts ids of fresh files, one of them with an uploaded rendition, where an example has placeholders. */
async function placeholders(): Promise<(text: string) => string> {
  const photo = await upload(await drawPhoto('example.jpg'));
  const pdf = await upload(writePdf('example.pdf', ['one', 'two']));
  const input = { attachment: photo, name: 'cover', file: await drawPhoto('cover.jpg') };
  await execute(graph, documents.UploadRenditionDocument, { input });
  return (text) =>
    text.replaceAll('<attachment id>', photo).replaceAll('<PDF id>', pdf).replaceAll('http://127.0.0.1:4000/graphql', graph);
}

async function runInShell(command: string): Promise<string> {
  const work = await mkdtemp(join(directory, 'shell-'));
  await writeFile(join(work, 'photo.jpg'), await bytesOf(await drawPhoto()));
  await writeFile(join(work, 'contract.pdf'), await bytesOf(writePdf('contract.pdf', ['Contract'])));
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: work });
  return stdout;
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

async function upload(file: File): Promise<string> {
  const input = { container: vault, files: [{ file }], onCollision: 'RENAME' as const };
  const { uploadAttachments } = await execute(graph, documents.UploadDocument, { input });
  const [result] = uploadAttachments.results;
  if (!result?.attachment) throw new Error(result?.error?.message ?? 'The upload had no result');
  return result.attachment.id;
}

async function contentTypeOf(url: string | null | undefined): Promise<string | null> {
  if (!url) return null;
  const response = await fetch(new URL(url, graph));
  await response.arrayBuffer();
  return response.ok ? response.headers.get('content-type') : `status ${response.status}`;
}
