import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { cacheSettings, listingSettings } from './catalog/settings.js';
import { providersSettings } from './composition/account-settings.js';
import { deliverySettings } from './delivery/settings.js';
import { graphSettings } from './graph/settings.js';
import { signingSettings } from './identity/signing-keys.js';
import { isErrno } from './lib/errno.js';
import { schemaProblems } from './lib/schema-problems.js';
import { renderingSettings } from './rendering/settings.js';
import { products } from './sandbox/products.js';
import type { Product } from './sandbox/simulator.js';
import { serverSettings } from './server/settings.js';
import { uploadSettings } from './server/uploads.js';
import { vaultSettings } from './vault/settings.js';

const configSchema = z.strictObject({
  /** Where the vault, the renditions and the signing keys are kept. */
  dataDirectory: z.string().min(1).default('./.proofsheet'),
  server: serverSettings.prefault({}),
  graph: graphSettings.prefault({}),
  uploads: uploadSettings.prefault({}),
  vault: vaultSettings.prefault({}),
  providers: providersSettings.default({}),
  /** Simulated systems that are mounted as providers: all where no provider is configured, none where one is. */
  sandboxes: z.union([z.boolean(), z.array(z.enum(products))]).optional(),
  catalog: listingSettings.extend({ cache: cacheSettings.prefault({}) }).prefault({}),
  rendering: renderingSettings.prefault({}),
  delivery: deliverySettings.prefault({}),
  signing: signingSettings.prefault({}),
});

type Settings = z.infer<typeof configSchema>;

export interface Config extends Omit<Settings, 'sandboxes'> {
  readonly sandboxes: readonly Product[];
  /** Whether a new vault starts with sample files: where nothing at all is configured. */
  readonly samples: boolean;
}

/** The environment's own words for settings that differ from one start to the next; they win over the file. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

const defaultConfigPath = './proofsheet.config.yml';

/** Every problem of a configuration at once, each with the path of the setting it is about. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n  ${problems.join('\n  ')}`,
    );
  }
}

/** Reads the file that PROOFSHEET_CONFIG names (the default one may be absent) and the environment. Throws ConfigError. */
export async function loadConfig(environment: Environment): Promise<Config> {
  const named = setting(environment.PROOFSHEET_CONFIG);
  const path = named ?? defaultConfigPath;
  const text = await readConfigFile(path, named !== undefined);
  return parseConfig(text, environment, path);
}

/** `text` is YAML, with `${NAME}` in values standing for environment variables; `path` is named in problems. */
export function parseConfig(text: string, environment: Environment, path = 'configuration'): Config {
  const problems: string[] = [];
  const document = parseDocument(text);
  problems.push(...document.errors.map((error) => `${path}: ${error.message}`));
  const written = substitute(document.errors.length > 0 ? {} : (document.toJS() ?? {}), environment, [], problems);
  const parsed = configSchema.safeParse(withEnvironment(written, environment));
  if (!parsed.success) problems.push(...schemaProblems(parsed.error, 'configuration'));
  if (parsed.success) problems.push(...exposureProblems(parsed.data), ...takenNames(parsed.data));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { ...parsed.data, sandboxes: sandboxesOf(parsed.data), samples: document.contents === null };
}

async function readConfigFile(path: string, required: boolean): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!required && isErrno(error, 'ENOENT')) return '';
    throw new ConfigError([`PROOFSHEET_CONFIG: cannot read ${path}`]);
  }
}

function substitute(value: unknown, environment: Environment, path: readonly (string | number)[], problems: string[]): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      const found = environment[name];
      if (found === undefined) problems.push(`${path.join('.')}: the environment variable ${name} is not set`);
      return found ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, environment, [...path, index], problems));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, environment, [...path, key], problems)]),
    );
  }
  return value;
}

function withEnvironment(written: unknown, environment: Environment): unknown {
  if (written === null || typeof written !== 'object' || Array.isArray(written)) return written;
  const port = setting(environment.PORT);
  const host = setting(environment.HOST);
  const dataDirectory = setting(environment.PROOFSHEET_DATA);
  const file: { server?: unknown } = written;
  const server = {
    ...(file.server !== null && typeof file.server === 'object' ? file.server : {}),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(host === undefined ? {} : { host }),
  };
  return {
    ...written,
    ...(port === undefined && host === undefined ? {} : { server }),
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
  };
}

/** An empty variable is one that is not set. */
function setting(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function sandboxesOf({ providers, sandboxes = Object.keys(providers).length === 0 }: Settings): readonly Product[] {
  if (Array.isArray(sandboxes)) return [...new Set(sandboxes)];
  return sandboxes ? products : [];
}

/** A sandbox is mounted under the name of its system. */
function takenNames(settings: Settings): readonly string[] {
  const taken = sandboxesOf(settings).filter((product) => product in settings.providers);
  return taken.map(
    (name) => `sandboxes: ${name} is the name of a configured provider already. Give one of them up, or rename the provider`,
  );
}

const loopbackHosts = new Set(['127.0.0.1', '::1', 'localhost']);

function exposureProblems(config: Settings): readonly string[] {
  if (loopbackHosts.has(config.server.host)) return [];
  return [
    `server.host: ${config.server.host} can be reached from other machines, and no identity is configured, so anybody there could read ` +
      'and delete everything. Use 127.0.0.1, ::1 or localhost, and put a gateway that knows its users in front.',
  ];
}
