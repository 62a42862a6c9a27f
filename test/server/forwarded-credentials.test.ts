import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { simulateBox } from '../../src/sandbox/box/index.js';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/simulator.js';
import { simulateVirola } from '../../src/sandbox/virola/index.js';
import { simulateXelion } from '../../src/sandbox/xelion/index.js';
import { inTemporaryDirectory, type RunningProgram, startConfigured } from '../support/program.js';
import { query } from '../support/query.js';

const files =
  '{ attachments(first: 50) { nodes { filename provider { name } thumbnail(size: 64) { url } } failures { provider { name } code } } }';
const right = { 'x-calls-authorization': 'xelion sandbox-token', 'x-box-authorization': 'Bearer sandbox-token' };

interface Files {
  readonly attachments: {
    readonly nodes: readonly {
      readonly filename: string;
      readonly provider: { readonly name: string };
      readonly thumbnail: { readonly url: string } | null;
    }[];
    readonly failures: readonly { readonly provider: { readonly name: string }; readonly code: string }[];
  };
}

let sandboxes: readonly RunningSandbox[];
let config: string;

beforeAll(async () => {
  sandboxes = await Promise.all([startSandbox(simulateXelion()), startSandbox(simulateBox())]);
  const [calls, box] = sandboxes.map(({ url }) => url);
  config = `
server: { logLevel: debug }
providers:
  calls: { kind: xelion, baseUrl: ${calls}/api/v1/master, credentials: { mode: forward, header: X-Calls-Authorization } }
  files: { kind: box, baseUrl: ${box}, uploadUrl: ${box}/api, credentials: { mode: forward, header: x-box-authorization } }`;
});

afterAll(async () => {
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
});

describe('Providers that take the viewer’s own credential', () => {
  it('answer the viewer who brings it, and name what is missing to the others', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startConfigured(directory, config);
      const all = await ask(program, right);
      expect([...new Set(all.nodes.map(({ provider }) => provider.name))].sort()).toEqual(['calls', 'files']);
      expect(all.failures).toEqual([]);
      const none = await ask(program, {});
      expect(none.nodes).toEqual([]);
      expect(none.failures.map(({ provider, code }) => [provider.name, code]).sort()).toEqual([
        ['calls', 'PROVIDER_UNAUTHENTICATED'],
        ['files', 'PROVIDER_UNAUTHENTICATED'],
      ]);
      const wrong = await ask(program, { ...right, 'x-calls-authorization': 'xelion wrong-token' });
      expect(wrong.nodes.every(({ provider }) => provider.name === 'files')).toBe(true);
      expect(wrong.failures).toMatchObject([{ provider: { name: 'calls' }, code: 'PROVIDER_UNAUTHENTICATED' }]);
      await program.stop();
    }));

  it('bring pictures by URLs that need no credential, and after a restart not before their viewer asks again', () =>
    inTemporaryDirectory(async (directory) => {
      const first = await startConfigured(directory, config);
      const picture = (await ask(first, right)).nodes.find(({ filename }) => filename === 'harbour.jpg');
      const { pathname, search } = new URL(picture?.thumbnail?.url ?? '');
      expect(await statusOf(first, pathname + search)).toBe(200);
      await first.stop();
      const second = await startConfigured(directory, config);
      expect(await statusOf(second, pathname + search)).toBe(401);
      await ask(second, right);
      expect(await statusOf(second, pathname + search)).toBe(200);
      await second.stop();
    }));

  it('take a session cookie, which pages of allowed origins may send', () =>
    inTemporaryDirectory(async (directory) => {
      const chat = await startSandbox(simulateVirola());
      const program = await startConfigured(
        directory,
        `server: { corsOrigins: [https://app.example.com] }
providers: { chat: { kind: virola, baseUrl: ${chat.url}, credentials: { mode: forward, cookie: VirolaUserSessionId } } }`,
      );
      const login = await request(`${chat.url}/api/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ userName: 'demo', password: 'demo' }),
      });
      const session = String(login.headers['set-cookie']).split(';')[0];
      const { nodes } = await ask(program, { cookie: `other=1; ${session}` });
      expect(nodes.length).toBeGreaterThan(0);
      const preflight = await request(`${program.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
      });
      expect(preflight.headers).toMatchObject({
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-credentials': 'true',
      });
      await program.stop();
      await chat.close();
    }));

  it('leave no trace of a credential in log, errors or URLs', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startConfigured(directory, config);
      const secrets = ['a-secret-of-mine', 'another-secret-of-mine', 'sandbox-token'];
      const answers = [
        await ask(program, { 'x-calls-authorization': `xelion ${secrets[0]}`, 'x-box-authorization': `Bearer ${secrets[1]}` }),
        await ask(program, right),
      ];
      const { stdout, stderr } = await program.stop();
      expect(stderr).toContain('"level":20');
      for (const secret of secrets) expect(JSON.stringify(answers) + stdout + stderr).not.toContain(secret);
    }));
});

async function ask(program: RunningProgram, headers: Record<string, string>): Promise<Files['attachments']> {
  const { data } = await query<Files>(program.url, files, headers);
  return data.attachments;
}

async function statusOf(program: RunningProgram, path: string): Promise<number> {
  const { statusCode, body } = await request(`${program.url}${path}`);
  await body.dump();
  return statusCode;
}
