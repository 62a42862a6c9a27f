import { readdir, readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { inTemporaryDirectory, type RunningProgram, runProgram, startConfigured, startProgram } from '../support/program.js';

describe('proofsheet serve', () => {
  it('says what to open, is ready, and keeps its data in ./.proofsheet', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startProgram(directory);
      const ready = await request(`${program.url}/readyz`);
      expect(await ready.body.json()).toEqual({ ready: true });
      expect(await readdir(directory)).toEqual(['.proofsheet']);
      const { stdout } = await program.stop();
      expect(stdout).toContain(`${program.url}/graphql`);
    }));

  it('ends with status 0 on SIGTERM', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startProgram(directory);
      expect((await program.stop('SIGTERM')).status).toBe(0);
    }));

  it('finishes the request that runs when SIGTERM arrives', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startProgram(directory);
      const upload = startSlowUpload(program.url);
      await untilUploading(program.url);
      const ended = program.stop('SIGTERM');
      const answer = await upload.finish();
      expect(answer.data.uploadAttachments.results[0]?.attachment?.filename).toBe('slow.txt');
      expect((await ended).status).toBe(0);
    }));

  it('has the files of its last run when it starts again', () =>
    inTemporaryDirectory(async (directory) => {
      const first = await startProgram(directory);
      await startSlowUpload(first.url).finish();
      await first.stop();
      const second = await startProgram(directory);
      expect(await queryNames(second.url)).toEqual(['slow.txt']);
      await second.stop();
    }));

  it('tells each content request in its metrics and at debug in its log, where the URL goes without its signature', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startConfigured(directory, 'sandboxes: false\nserver: { logLevel: debug }');
      const { pathname, search } = new URL(await uploadedUrl(program.url));
      const content = await request(`${program.url}${pathname}${search}`);
      await content.body.dump();
      const metrics = await (await request(`${program.url}/metrics`)).body.text();
      const { stderr } = await program.stop();
      expect(metrics).toContain('proofsheet_http_request_seconds_count{method="GET",route="/content/*",status="200"} 1\n');
      const logged = stderr.split('\n').filter((line) => line.includes(pathname));
      expect(logged.map((line) => JSON.parse(line))).toEqual([
        expect.objectContaining({ reqId: expect.any(String), method: 'GET', path: pathname, status: 200, msg: 'answered' }),
      ]);
      expect(stderr).not.toContain(new URLSearchParams(search).get('sig'));
    }));

  it('refuses a directory that another process uses', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startProgram(directory);
      const second = await runProgram(['serve'], directory, { PORT: '0' });
      expect(second.status).toBe(78);
      expect(second.stderr).toContain('another process is using');
      await program.stop();
    }));

  it('refuses a port that another program holds', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startProgram(directory);
      const { port } = new URL(program.url);
      const second = await runProgram(['serve'], directory, { PORT: port, PROOFSHEET_DATA: './other' });
      expect(second.status).toBe(78);
      expect(second.stderr).toContain(`another program listens on 127.0.0.1:${port}`);
      await program.stop();
    }));

  it('refuses to listen beyond loopback while no identity is configured', () =>
    inTemporaryDirectory(async (directory) => {
      const { status, stderr } = await runProgram(['serve'], directory, { HOST: '0.0.0.0', PORT: '0' });
      expect(status).toBe(78);
      expect(stderr).toContain('server.host');
    }));

  it('names every problem of the configuration at once', () =>
    inTemporaryDirectory(async (directory) => {
      const { stderr } = await runProgram(['serve'], directory, { PORT: 'four', PROOFSHEET_CONFIG: './absent.yml' });
      expect(stderr).toContain('absent.yml');
      const both = await runProgram(['serve'], directory, { PORT: '70000', HOST: '' });
      expect(both.stderr).toContain('server.port');
    }));
});

const isLinux = platform() === 'linux';
(isLinux ? describe : describe.skip)(`the memory of a server${isLinux ? '' : ' (skipped: only Linux tells it)'}`, () => {
  it('holds libvips from the first picture on, and not before', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startProgram(directory);
      const before = await mappedFiles(program);
      await startSlowUpload(program.url).finish();
      await query(program.url, '{ attachments { nodes { thumbnail { base64 } } } }');
      const after = await mappedFiles(program);
      expect([before, after].map((files) => files.includes('libvips'))).toEqual([false, true]);
      await program.stop();
    }));
});

describe('proofsheet rotate-keys', () => {
  it('leaves the content URLs that were signed before valid', () =>
    inTemporaryDirectory(async (directory) => {
      const first = await startProgram(directory);
      const { pathname, search } = new URL(await uploadedUrl(first.url));
      await first.stop();
      const { status } = await runProgram(['rotate-keys'], directory);
      const second = await startProgram(directory);
      const answer = await request(`${second.url}${pathname}${search}`);
      expect({ status, answer: answer.statusCode }).toEqual({ status: 0, answer: 200 });
      await second.stop();
    }));
});

describe('proofsheet --help', () => {
  it('shows the commands', () =>
    inTemporaryDirectory(async (directory) => {
      const { status, stdout } = await runProgram(['--help'], directory);
      expect(status).toBe(0);
      for (const command of ['serve', 'schema', 'providers', 'rotate-keys', 'doctor']) expect(stdout).toContain(`\n  ${command}`);
    }));
});

interface UploadAnswer {
  readonly data: {
    readonly uploadAttachments: { readonly results: readonly { readonly attachment: { readonly filename: string } | null }[] };
  };
}

const boundary = 'a-boundary';
const operations = {
  query: `mutation ($file: Upload!) {
    uploadAttachments(input: { container: "gid://vault/Folder/root", files: [{ file: $file }] }) { results { attachment { filename } } }
  }`,
  variables: { file: null },
};

/** Sends the head of an upload, then waits with its end until told. */
function startSlowUpload(url: string) {
  const head = [
    part('name="operations"', JSON.stringify(operations)),
    part('name="map"', '{"0":["variables.file"]}'),
    part('name="0"; filename="slow.txt"', 'the first half '.repeat(10_000)),
  ].join('\r\n');
  const gate = deferred();
  async function* body() {
    yield Buffer.from(head);
    await gate.promise;
    yield Buffer.from(` and the second\r\n--${boundary}--\r\n`);
  }
  const answered = request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'apollo-require-preflight': 'true' },
    body: Readable.from(body()),
  });
  return {
    finish: async (): Promise<UploadAnswer> => {
      gate.resolve();
      return (await (await answered).body.json()) as UploadAnswer;
    },
  };
}

function part(disposition: string, content: string): string {
  return `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}`;
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A line for each. */
function mappedFiles({ process: { pid } }: RunningProgram): Promise<string> {
  return readFile(`/proc/${pid}/maps`, 'utf8');
}

/** A signed URL of a file that is uploaded for it. */
async function uploadedUrl(url: string): Promise<string> {
  await startSlowUpload(url).finish();
  const { data } = await query<{ attachments: { nodes: readonly { content: { url: string } }[] } }>(
    url,
    '{ attachments { nodes { content { url } } } }',
  );
  return data.attachments.nodes[0]?.content.url ?? '';
}

/** Resolves when the vault holds the beginning of a file. */
async function untilUploading(url: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await queryNames(url, '(filter: { states: [UPLOAD_IN_PROGRESS] })')).length === 0) {
    if (Date.now() > deadline) throw new Error('The upload never began');
    await setTimeout(20);
  }
}

async function queryNames(url: string, filter = ''): Promise<readonly string[]> {
  const { data } = await query<{ attachments: { nodes: readonly { filename: string }[] } }>(
    url,
    `{ attachments${filter} { nodes { filename } } }`,
  );
  return data.attachments.nodes.map(({ filename }) => filename);
}

async function query<Data>(url: string, text: string): Promise<{ readonly data: Data }> {
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
  });
  return (await body.json()) as { readonly data: Data };
}
