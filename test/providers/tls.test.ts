import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { fixedCredentials } from '../../src/providers/credentials.js';
import { Rest } from '../../src/providers/rest.js';
import { type Listening, listen } from '../support/listening.js';
import { call } from '../support/vault.js';

const installed = hasOpenssl();
if (!installed) console.warn('SKIPPED: certificates of an own authority. On Debian: apt-get install openssl');
const withOpenssl = installed ? describe : describe.skip;

withOpenssl("A system whose certificate a company's own authority signed", () => {
  let folder: string;
  let server: Listening;
  let baseUrl: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'proofsheet-tls-'));
    writeCertificates(folder);
    const [key, cert] = [readFileSync(join(folder, 'server.key')), readFileSync(join(folder, 'server.crt'))];
    const answer = createServer({ key, cert }, (_request, response) => void response.end('{"name":"inside"}'));
    server = await listen(answer);
    baseUrl = server.url.replace('http://', 'https://');
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async (ca?: string) => {
    const rest = new Rest({
      provider: 'remote',
      baseUrl,
      credentials: fixedCredentials({}),
      otherHosts: { hosts: [], origins: [] },
      connections: 1,
      timeoutMs: 5_000,
      toError: () => new Error('refused') as never,
      ...(ca === undefined ? {} : { ca }),
    });
    return rest.json(z.object({ name: z.string() }), { url: '/' }, call).finally(() => rest.close());
  };

  it('is trusted with the PEM of that authority', async () => {
    expect(await ask(readFileSync(join(folder, 'ca.crt'), 'utf8'))).toEqual({ name: 'inside' });
  });

  it('is PROVIDER_UNAVAILABLE without it', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE', details: { provider: 'remote' } });
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** An authority of its own, ca.crt, and a server's certificate for 127.0.0.1 that it signed. */
function writeCertificates(folder: string): void {
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  writeFileSync(join(folder, 'names.cnf'), 'subjectAltName=IP:127.0.0.1\n');
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Company authority', '-days', '2');
  openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  openssl(
    ...'x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 2 -extfile names.cnf'.split(' '),
  );
}
