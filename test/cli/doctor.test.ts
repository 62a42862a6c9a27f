import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningSandbox } from '../../src/sandbox/simulator.js';
import { inTemporaryDirectory, type RunResult, runProgram } from '../support/program.js';
import { configOf, startAllSandboxes } from '../support/sandboxes.js';

let sandboxes: readonly RunningSandbox[];

beforeAll(async () => {
  sandboxes = await startAllSandboxes();
});

afterAll(async () => {
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
});

describe('proofsheet doctor', () => {
  it('finds nothing wrong with a machine that works', async () => {
    const { status, stdout } = await examine('sandboxes: false');
    expect({ status, wrong: linesOf(stdout, 'WRONG') }).toEqual({ status: 0, wrong: [] });
    expect(stdout).toMatch(/^ok {4}pictures: /m);
  });

  it('says what to install where films and sounds cannot be drawn, which is no fault of the machine', async () => {
    const { status, stdout } = await examine('sandboxes: false\nrendering: { media: { ffmpeg: /nowhere/ffmpeg } }');
    expect(stdout).toMatch(/^WARN {2}films and sounds: .*ffmpeg.*not installed.*apt-get install ffmpeg/m);
    expect(status).toBe(0);
  });

  it('says what to install where office documents cannot be drawn, with the fonts that they are mostly written in', async () => {
    const { status, stdout } = await examine('sandboxes: false\nrendering: { office: { programFolder: /nowhere } }');
    expect(stdout).toMatch(/^WARN {2}office documents: .*not installed.*libreoffice-writer-nogui.* fonts-liberation /m);
    expect(status).toBe(0);
  });

  it('finds each account reached, its clock right and its credentials taken', async () => {
    const { status, stdout } = await examine(configOf(sandboxes));
    for (const { product } of sandboxes) {
      expect(stdout).toMatch(new RegExp(`^ok +${product} reach: .* its clock agrees`, 'm'));
      expect(stdout).toMatch(new RegExp(`^ok +${product} credentials: are taken`, 'm'));
    }
    expect(status).toBe(0);
  });

  it('says where a refused credential is to be corrected, and never what it is', async () => {
    const refused = { mode: 'service', token: 'a-wrong-token' };
    const { status, stdout, stderr } = await examine(
      configOf(sandboxes, Object.fromEntries(sandboxes.map(({ product }) => [product, refused]))),
    );
    for (const { product } of sandboxes) {
      expect(stdout).toMatch(
        new RegExp(`^WRONG ${product} credentials: refused .*Correct providers\\.${product}\\.credentials`, 'm'),
      );
    }
    expect(status).toBe(1);
    expect(stdout + stderr).not.toContain('a-wrong-token');
  });

  it('says what to do where nothing listens and where a name is unknown', async () => {
    const accounts = { gone: 'http://127.0.0.1:9', lost: 'http://nowhere.invalid' };
    const { status, stdout } = await examine(configAt(accounts));
    expect(stdout).toMatch(/^WRONG gone reach: nothing listens on 127\.0\.0\.1:9\. Correct providers\.gone\.baseUrl/m);
    expect(stdout).toMatch(/^WRONG lost reach: .*nowhere\.invalid.*providers\.lost\.baseUrl/m);
    expect(status).toBe(1);
  });

  it('warns of a clock that differs by more than a minute', async () => {
    const late = await serveDates(5 * 60_000);
    const { port } = late.address() as AddressInfo;
    const { stdout } = await examine(configAt({ ahead: `http://127.0.0.1:${port}` }));
    late.close();
    expect(stdout).toMatch(/^WARN {2}ahead reach: .*its clock is (?:2[4-9]|3[0-5])\d s ahead of ours/m);
  });

  it('checks the manifests of persisted documents, and names what is wrong with each document', async () => {
    const config = 'sandboxes: false\ngraph: { persisted: { manifests: [./manifest.json] } }';
    const right = await examine(config, manifestOf('query A { viewer { id } }'));
    expect(right.stdout).toMatch(/^ok +persisted documents: 1 documents/m);
    const wrong = await examine(config, { ...manifestOf('query B { colour }'), abc: 'query C { viewer { id } }' });
    expect(wrong.stdout).toMatch(/^WRONG persisted documents: .*B .*"colour"/m);
    expect(wrong.stdout).toContain('C (abc): the id must be the SHA-256');
    expect(wrong.status).toBe(1);
  });

  it('leaves credentials alone that come with each request', async () => {
    const forward = { mode: 'forward', cookie: 'VirolaUserSessionId' };
    const { stdout } = await examine(configOf(sandboxes, { virola: forward }));
    expect(stdout).toMatch(/^ok +virola credentials: come with each request/m);
  });

  it('names every problem of a configuration that cannot be read', async () => {
    const { status, stderr } = await examine('providers: { box: { kind: box } }');
    expect(status).toBe(78);
    expect(stderr).toContain('providers.box.credentials');
  });
});

function manifestOf(text: string): Readonly<Record<string, string>> {
  return { [createHash('sha256').update(text).digest('hex')]: text };
}

function examine(config: string, manifest: Readonly<Record<string, string>> = {}): Promise<RunResult> {
  return inTemporaryDirectory(async (directory) => {
    await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));
    await writeFile(join(directory, 'proofsheet.config.yml'), config);
    return runProgram(['doctor'], directory, { PORT: '0' });
  });
}

function configAt(addresses: Readonly<Record<string, string>>): string {
  const accounts = Object.entries(addresses).map(([name, baseUrl]) => [
    name,
    { kind: 'virola', baseUrl, credentials: { mode: 'service', token: 'a-token' } },
  ]);
  return JSON.stringify({ providers: Object.fromEntries(accounts) });
}

function linesOf(text: string, word: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith(word));
}

/** Its clock is ahead by so many milliseconds. */
async function serveDates(aheadMs: number): Promise<Server> {
  const server = createServer((_, response) => {
    response.writeHead(200, { date: new Date(Date.now() + aheadMs).toUTCString() }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
