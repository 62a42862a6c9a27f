import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningProgram, startConfigured } from '../support/program.js';

let directory: string;
let program: RunningProgram;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proofsheet-cost-'));
  program = await startConfigured(directory, '{ sandboxes: false, graph: { maxCost: 150, admission: { lightCost: 20 } } }');
});

afterAll(async () => {
  await program?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function ask(query: string, headers: Record<string, string> = {}, variables: object = {}) {
  const response = await fetch(`${program.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const list = 'query ($n: Int) { attachments(first: $n) { nodes { thumbnail { url } } } }';
const asked = { 'x-proofsheet-cost': '1' };

describe('extensions.cost', () => {
  it('tells what the query costs with its variables, how deep it is, and what is allowed', async () => {
    const { body } = await ask(list, asked, { n: 3 });
    expect(body.extensions).toEqual({ cost: { requested: 16, limit: 150, depth: 4, depthLimit: 16 } });
  });

  it('is there for nobody else', async () => {
    expect((await ask(list)).body).not.toHaveProperty('extensions');
  });

  it('is there beside what the query cost upstream', async () => {
    const { body } = await ask(list, { ...asked, 'x-proofsheet-upstream': '1' }, { n: 3 });
    expect(body.extensions).toMatchObject({ cost: { requested: 16 }, upstream: {} });
  });

  it('is there when the query costs too much, which the error tells by itself', async () => {
    const { status, body } = await ask(list, asked, { n: 100 });
    expect([status, body]).toEqual([
      400,
      {
        errors: [
          {
            message: 'The query costs 210; at most 150 is allowed. Ask for smaller pages or fewer fields',
            extensions: { code: 'QUERY_TOO_COMPLEX' },
          },
        ],
        extensions: { cost: { requested: 210, limit: 150, depth: 4, depthLimit: 16 } },
      },
    ]);
  });

  it('is absent where there is no operation to measure', async () => {
    expect((await ask('{ nowhere }', asked)).body).not.toHaveProperty('extensions');
    expect((await ask(list, asked, { n: 'many' })).body).toHaveProperty('errors');
  });
});

describe('/metrics', () => {
  it('tells what runs and waits, light and heavy', async () => {
    await ask(list);
    await ask('{ providers { name } }');
    const text = await (await fetch(`${program.url}/metrics`)).text();
    expect(text).toMatch(/^proofsheet_admission_heavy_admitted [1-9]/m);
    expect(text).toMatch(/^proofsheet_admission_light_admitted [1-9]/m);
    for (const counter of ['light_running', 'light_cost', 'light_waiting', 'heavy_running', 'heavy_cost', 'heavy_refused']) {
      expect(text).toMatch(new RegExp(`^proofsheet_admission_${counter} 0$`, 'm'));
    }
  });
});
