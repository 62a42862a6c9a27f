import { describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { products } from '../../src/sandbox/products.js';
import { inTemporaryDirectory, type RunningProgram, runProgram, startServer } from '../support/program.js';

describe.each(products)('proofsheet sandbox %s', (product) => {
  it('answers the requests that it says to try, refuses them without a credential, and ends with status 0', () =>
    inTemporaryDirectory(async (directory) => {
      const sandbox = await startServer(['sandbox', product], directory);
      const tries = printedRequests(sandbox);
      expect(tries.length).toBeGreaterThan(0);
      for (const { url, authorization } of tries) {
        const answer = await request(url, { headers: { authorization } });
        await answer.body.dump();
        expect([url, answer.statusCode]).toEqual([url, 200]);
        const refused = await request(url);
        await refused.body.dump();
        expect([url, refused.statusCode]).toEqual([url, 401]);
      }
      expect((await sandbox.stop()).status).toBe(0);
    }));

  it('shows the fault that it says how to set, once, and lists what it was asked', () =>
    inTemporaryDirectory(async (directory) => {
      const sandbox = await startServer(['sandbox', product], directory);
      const [first] = printedRequests(sandbox);
      const { url = '', authorization = '' } = first ?? {};
      await request(`${sandbox.url}/_sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: /-d '(.*)'/.exec(sandbox.output().stdout)?.[1] ?? '',
      });
      const statuses = [];
      for (let index = 0; index < 2; index++) {
        const { statusCode, body } = await request(url, { headers: { authorization } });
        await body.dump();
        statuses.push(statusCode);
      }
      expect(statuses).toEqual([429, 200]);
      const log = await (await request(`${sandbox.url}/_sandbox/requests`)).body.json();
      expect(log).toMatchObject([{ status: 429 }, { status: 200 }]);
      await sandbox.stop();
    }));
});

describe('proofsheet sandbox', () => {
  it('names the systems that there are', () =>
    inTemporaryDirectory(async (directory) => {
      const { status, stderr } = await runProgram(['sandbox', 'dropbox'], directory);
      expect(status).not.toBe(0);
      for (const product of products) expect(stderr).toContain(product);
    }));

  it('refuses a port that is taken', () =>
    inTemporaryDirectory(async (directory) => {
      const sandbox = await startServer(['sandbox', 'virola'], directory);
      const { port } = new URL(sandbox.url);
      const second = await runProgram(['sandbox', 'virola', '--port', port], directory);
      expect(second.status).toBe(78);
      expect(second.stderr).toContain(`another program listens on 127.0.0.1:${port}`);
      await sandbox.stop();
    }));
});

/** From the curl lines that it prints. */
function printedRequests(sandbox: RunningProgram): readonly { readonly url: string; readonly authorization: string }[] {
  const lines = [...sandbox.output().stdout.matchAll(/curl '([^']+)' -H 'Authorization: ([^']+)'/g)];
  return lines.map(([, url = '', authorization = '']) => ({ url, authorization }));
}
