import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { createApp } from '../../src/app.js';
import { closeSandboxes, sandboxSettings, startSandboxes } from '../../src/composition/sandboxes.js';
import { parseConfig } from '../../src/config.js';
// Loaded one after the other beforehand: Jest cannot load two at once when the sandboxes are started.
import '../../src/sandbox/box/index.js';
import '../../src/sandbox/oracle-content/index.js';
import '../../src/sandbox/virola/index.js';
import '../../src/sandbox/xelion/index.js';
import { products } from '../../src/sandbox/products.js';
import type { Product, RunningSandbox } from '../../src/sandbox/simulator.js';

export interface Answer {
  readonly data: unknown;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: unknown;
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions: Readonly<Record<string, unknown>>;
  /** What stands at a path of the data: at('attachment.versions.nodes.0.number'). */
  at(path: string): unknown;
}

export interface FiveSystems {
  /** Where the program answers. */
  readonly origin: string;
  readonly sandboxes: Readonly<Record<Product, RunningSandbox>>;
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** How many requests the sandbox got while `work` ran; those of logging in are not counted. */
  requestsWhile(product: Product, work: () => Promise<unknown>): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface FiveSystemsSettings {
  /** As `limits` of each account. */
  readonly limits?: Readonly<Record<string, unknown>>;
  /** Other parts of the configuration. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The program over a vault of its own and an account in each of the four sandboxes. */
export async function openFiveSystems({ limits = {}, more = {} }: FiveSystemsSettings = {}): Promise<FiveSystems> {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-systems-'));
  const started = await startSandboxes(products);
  const sandboxes = Object.fromEntries(started.map((sandbox) => [sandbox.product, sandbox])) as Record<Product, RunningSandbox>;
  const providers = Object.fromEntries(started.map((sandbox) => [sandbox.product, { ...sandboxSettings(sandbox), limits }]));
  const settings = { server: { logLevel: 'silent' }, providers, ...more };
  const app = await createApp(parseConfig(JSON.stringify(settings), { PORT: '0', PROOFSHEET_DATA: directory }));
  const origin = await app.listen();
  return {
    origin,
    sandboxes,
    ask: (query, variables = {}) => ask(origin, query, variables),
    requestsWhile: async (product, work) => {
      sandboxes[product].log.clear();
      await work();
      return sandboxes[product].log
        .requests(/^(?!POST \/oauth2\/|POST .*\/login)/)
        .map(({ method, path }) => `${method} ${path}`);
    },
    close: async () => {
      await app.close();
      await closeSandboxes(started);
      await rm(directory, { recursive: true });
    },
  };
}

async function ask(origin: string, query: string, variables: Readonly<Record<string, unknown>>): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'x-proofsheet-upstream': '1' };
  const { body } = await request(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data = null, errors = [], extensions = {} } = (await body.json()) as Partial<Answer>;
  return { data, errors, extensions, at: (path) => stepInto(data, path.split('.')) };
}

function stepInto(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  return typeof value === 'object' && value !== null ? stepInto(Reflect.get(value, step), rest) : undefined;
}
