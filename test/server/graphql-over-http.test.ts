import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { inTemporaryDirectory, type RunningProgram, startProgram } from '../support/program.js';

/** What the current draft of the specification asks for and these audits do not yet: 4xx for requests that are wrong in themselves. */
const outdated = /^SHOULD use (?:a status code of )?200\b/;

let program: RunningProgram;
let end: () => void;
let ended: Promise<void>;

beforeAll(async () => {
  await new Promise<void>((ready, fail) => {
    ended = inTemporaryDirectory(async (directory) => {
      program = await startProgram(directory);
      const done = new Promise<void>((resolve) => {
        end = resolve;
      });
      ready();
      await done;
      await program.stop();
    });
    ended.catch(fail);
  });
});

afterAll(async () => {
  end();
  await ended;
});

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({
    url: () => `${program.url}/graphql`,
    fetchFn: (url: string, init?: RequestInit) =>
      fetch(url, { ...init, headers: { ...init?.headers, 'apollo-require-preflight': 'true' } }),
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s: %s', async (_id, _name, audit) => {
    const result = await audit.fn();
    const excused = result.status === 'warn' && outdated.test(audit.name);
    expect(result.status === 'ok' || excused ? null : result).toBeNull();
  });
});
