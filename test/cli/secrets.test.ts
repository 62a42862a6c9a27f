import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningSandbox } from '../../src/sandbox/simulator.js';
import { inTemporaryDirectory, startConfigured } from '../support/program.js';
import { query } from '../support/query.js';
import { configOf, startAllSandboxes } from '../support/sandboxes.js';

let sandboxes: readonly RunningSandbox[];

beforeAll(async () => {
  sandboxes = await startAllSandboxes();
});

afterAll(async () => {
  await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
});

describe('A secret that is refused', () => {
  it.each([
    ['tokens', (secret: string) => tokens(secret)],
    ['logins', (secret: string) => logins(secret)],
  ])('stands in no log line and no answer: %s', (_, credentials) =>
    inTemporaryDirectory(async (directory) => {
      const secret = 'a-very-secret-thing';
      const program = await startConfigured(directory, configOf(sandboxes, credentials(secret)));
      const answers = [
        await query<Failures>(program.url, '{ attachments { failures { provider { name } code message } } }'),
        await query(program.url, '{ providers { name health { status message } containers { nodes { name } } } }'),
        await query(program.url, uploads),
      ];
      const codes = (answers[0] as { data: Failures }).data.attachments.failures.map(({ code }) => code);
      const metrics = await (await fetch(`${program.url}/metrics`)).text();
      const { stdout, stderr } = await program.stop();
      expect(codes).toEqual(sandboxes.map(() => 'PROVIDER_UNAUTHENTICATED'));
      expect(stderr).toContain('"level":20');
      expect(JSON.stringify(answers) + metrics + stdout + stderr).not.toContain(secret);
    }),
  );
});

describe('Systems that refuse everything', () => {
  it('do not keep the server from being ready', () =>
    inTemporaryDirectory(async (directory) => {
      const program = await startConfigured(directory, configOf(sandboxes, tokens('wrong')));
      await query(program.url, '{ attachments { nodes { id } } }');
      const ready = await fetch(`${program.url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([200, { ready: true }]);
      await program.stop();
    }));
});

interface Failures {
  readonly attachments: { readonly failures: readonly { readonly code: string }[] };
}

const uploads = `mutation { ${['box', 'oracle-content', 'xelion', 'virola']
  .map((name) => `m${name.replace('-', '')}: deleteAttachment(input: { attachment: "gid://${name}/Attachment/1" }) { deletedId }`)
  .join(' ')} }`;

function tokens(token: string) {
  return Object.fromEntries(sandboxes.map(({ product }) => [product, { mode: 'service', token }]));
}

function logins(secret: string) {
  const oauth = { mode: 'clientCredentials', clientId: 'demo', clientSecret: secret };
  const login = { mode: 'login', userName: 'demo', password: secret };
  const oracle = sandboxes.find(({ product }) => product === 'oracle-content');
  return {
    box: { ...oauth, subjectId: '1' },
    'oracle-content': { ...oauth, tokenUrl: `${oracle?.url}/oauth2/v1/token`, scope: 'urn:opc:cec:all' },
    xelion: login,
    virola: login,
  };
}
