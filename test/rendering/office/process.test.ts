import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it } from '@jest/globals';
import { inTemporaryDirectory, startConfigured } from '../../support/program.js';
import { openTestRendering, ready, request, type TestRendering, thumbnail } from '../harness.js';
import { describeWithLibreOffice } from './libreoffice.js';
import { rtf, types } from './office-files.js';

/** Takes LibreOffice seconds, and some hundred MiB. */
const long = rtf('A line of a very long letter\\par '.repeat(150_000));

describeWithLibreOffice('The LibreOffice that draws', () => {
  let test: TestRendering | undefined;

  const open = async (office: object = {}) => {
    test = await openTestRendering({ settings: { office } });
    return test;
  };

  afterEach(async () => {
    await test?.close();
    test = undefined;
  });

  it('is started for the first document and kept for the next ones', async () => {
    const { draw, directory } = await open();
    expect(processesIn(directory)).toEqual([]);
    ready(await draw(rtf('one'), types.rtf));
    const started = processesIn(directory);
    ready(await draw(rtf('two'), types.rtf));
    expect(processesIn(directory)).toEqual(started);
    expect(started.length).toBeGreaterThan(0);
  });

  it('is gone, with what it kept, when the server has closed', async () => {
    const { draw, directory, rendering } = await open();
    ready(await draw(rtf('one'), types.rtf));
    await rendering.close();
    expect(processesIn(directory)).toEqual([]);
    expect(existsSync(`${directory}/office`)).toBe(false);
  });

  it('leaves no socket in /tmp', async () => {
    const before = sockets();
    const { draw, rendering } = await open();
    ready(await draw(rtf('one'), types.rtf));
    await rendering.close();
    expect(sockets().filter((name) => !before.includes(name))).toEqual([]);
  });

  it('is ended by the deadline, and the next document has another one', async () => {
    const slow = await open({ timeoutMs: 50 });
    expect(await slow.draw(long, types.rtf)).toEqual({
      state: 'FAILED',
      reason: 'The document takes too long to draw; the limit is 0.05 s',
    });
    expect(slow.rendering.stats()).toMatchObject({ officeTimeouts: 1, officeBusy: 0 });
    await until(() => processesIn(slow.directory).length === 0);
  });

  it('is ended when it takes more memory than it may, and the next document has another one', async () => {
    const { draw, rendering } = await open({ maxMemoryBytes: 256 * 1024 ** 2 });
    expect(await draw(long, types.rtf)).toEqual({
      state: 'FAILED',
      reason: 'The RTF document takes more memory to draw than it may',
    });
    ready(await draw(rtf('next'), types.rtf));
    expect(rendering.stats().officeRecycled).toBeGreaterThan(0);
  });

  it('may be killed in the middle of a document, and the next one has another one', async () => {
    const { draw, directory, rendering } = await open();
    ready(await draw(rtf('one'), types.rtf));
    const drawing = draw(long, types.rtf);
    await until(() => rendering.stats().officeBusy === 1);
    for (const { pid } of officesIn(directory)) process.kill(pid, 'SIGKILL');
    expect(await drawing).toEqual({ state: 'FAILED', reason: 'The document stopped the program that draws it' });
    ready(await draw(rtf('next'), types.rtf));
    expect(rendering.stats().officeCrashes).toBe(1);
  });

  it('is ended when whoever asked has left', async () => {
    const { toSource, directory, rendering } = await open();
    const leaving = new AbortController();
    const source = await toSource(long, types.rtf);
    const drawing = rendering.render(source, thumbnail(160), request('somebody', 'asked', leaving.signal));
    await until(() => officesIn(directory).length > 0 && rendering.stats().officeBusy === 1);
    leaving.abort(new Error('left'));
    await expect(drawing).rejects.toThrow('left');
    await until(() => rendering.stats().officeBusy === 0);
  });

  it('ends without work for a while', async () => {
    const { draw, directory } = await open({ idleMs: 1 });
    ready(await draw(rtf('one'), types.rtf));
    await until(() => processesIn(directory).length === 0);
  });

  it('ends with a server that is killed', async () => {
    await inTemporaryDirectory(async (directory) => {
      const server = await startConfigured(directory, 'sandboxes: false');
      const form = new FormData();
      const query =
        'mutation ($file: Upload!) { uploadAttachments(input: {container: "gid://vault/Folder/root", files: [{file: $file}]}) { results { attachment { thumbnail { state reason } } } } }';
      form.append('operations', JSON.stringify({ query, variables: { file: null } }));
      form.append('map', '{"0":["variables.file"]}');
      form.append('0', new Blob([rtf('one')]), 'letter.rtf');
      const headers = { 'apollo-require-preflight': 'true' };
      await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: form });
      await until(() => officesIn(directory).length > 0);
      await server.stop('SIGKILL');
      await until(() => processesIn(directory).length === 0);
    });
  });
});

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Those that have this folder in their command line; every LibreOffice has its profile there. */
function processesIn(directory: string): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return command.includes(`${directory}/`) ? [{ pid: Number(name), command }] : [];
    } catch {
      return [];
    }
  });
}

function officesIn(directory: string): readonly Process[] {
  return processesIn(directory).filter(({ command }) => command.startsWith('/') && command.includes('soffice.bin'));
}

function sockets(): readonly string[] {
  return readdirSync('/tmp').filter((name) => name.startsWith('OSL_PIPE_'));
}

/** Resolves once it is so; the test's own deadline is the limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
