import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Catalog } from './catalog/catalog.js';
import { Changes } from './catalog/changes.js';
import { OwnPictures } from './catalog/own-pictures.js';
import { openAnswerCache } from './catalog/policy/answer-cache.js';
import { Renditions } from './catalog/renditions.js';
import { type Account, configuredAccounts, credentialSources } from './composition/accounts.js';
import { openCatalog } from './composition/catalog.js';
import { accountOfSandbox, closeSandboxes, startSandboxes } from './composition/sandboxes.js';
import { addVaultSamples } from './composition/vault-samples.js';
import { type Config, ConfigError } from './config.js';
import { type Answered, createDelivery, type Delivery } from './delivery/delivery.js';
import { buildGraph, type Graph, ManifestError } from './graph/graph.js';
import { openSigningKeys } from './identity/signing-keys.js';
import { createUrlSigner } from './identity/url-signer.js';
import { Viewers } from './identity/viewers.js';
import { lockDirectory } from './lib/directory-lock.js';
import { isErrno } from './lib/errno.js';
import { openRendering } from './rendering/open-rendering.js';
import { openRenderers } from './rendering/renderers.js';
import { askerOf, registerGraphql } from './server/apollo.js';
import { registerGraphiql } from './server/graphiql.js';
import { createHttpServer, pathOf } from './server/http.js';
import { registerProbes } from './server/probes.js';
import { RepeatedAnswers } from './server/repeated-answers.js';
import { RequestTimes, registerMetrics, type StatsSources } from './server/telemetry.js';
import { registerUploads } from './server/uploads.js';
import { vaultExists } from './vault/index.js';

const packageDirectory = fileURLToPath(new URL('..', import.meta.url));

export interface App {
  /** What is mounted besides the vault. */
  readonly accounts: readonly Account[];
  /** Starts answering; the address that clients reach it by. */
  listen(): Promise<string>;
  /** Finishes what runs, within the configured grace, then closes everything. */
  close(): Promise<void>;
}

/** The whole program from its configuration. Throws ConfigError; whatever was opened until then is closed again. */
export async function createApp(config: Config): Promise<App> {
  const lock = await lockData(config.dataDirectory);
  const address: Address = { publicUrl: config.server.publicUrl ?? '' };
  const content: { delivery?: Delivery } = {};
  const http = await createHttpServer({
    settings: config.server,
    cookies: Object.values(config.providers).some(({ credentials }) => 'cookie' in credentials),
    shortcut: (request, response) => content.delivery?.tryAnswer(request, response) ?? false,
  }).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  http.addHook('onClose', async () => lock.release());
  try {
    const { delivery, accounts } = await assemble(http, config, address);
    content.delivery = delivery;
    return { accounts, listen: () => listen(http, config, address), close: () => close(http, config) };
  } catch (error) {
    await http.close();
    throw error;
  }
}

/** Here every part is made and put together, and nowhere else. What was made last is closed first. */
async function assemble(http: FastifyInstance, config: Config, address: Address) {
  const { dataDirectory: directory } = config;
  const { log } = http;
  const accounts = await mountAccounts(http, config);
  const cache = await openAnswerCache(config.catalog.cache, log);
  http.addHook('onClose', () => cache.close());
  const { memoryBytes, maxBytes: maxPictureBytes } = config.rendering.pictures;
  const ownPictures = new OwnPictures(memoryBytes);
  const isFirstStart = !(await vaultExists(directory));
  const catalog = await openCatalog({ config, accounts, cache, pictures: ownPictures, log });
  http.addHook('onClose', () => catalog.close());
  const renderers = await openRenderers(config.rendering, directory);
  const rendering = await openRendering({ directory, renderers, settings: config.rendering, log });
  http.addHook('onClose', () => rendering.close());
  const renditions = new Renditions({ catalog, rendering, ownPictures, maxPictureBytes, ahead: config.rendering.ahead });
  http.addHook('onClose', async () => renditions.close());
  const keys = await openSigningKeys({ directory, configured: config.signing.keys });
  const viewers = new Viewers({ sources: credentialSources(accounts), secret: keys.signing.secret });
  const urls = createUrlSigner({
    keys,
    onSigned: (scope, expiresAt) => viewers.keepUntil(scope, expiresAt),
    get publicUrl() {
      return address.publicUrl;
    },
  });
  const changes = new Changes(catalog, renditions);
  if (config.samples && isFirstStart) await addVaultSamples(changes, log);
  const graph = await buildGraph({ catalog, renditions, changes, urls, settings: config.graph }).catch(toConfigError);
  const repeated = new RepeatedAnswers({
    maxBytes: config.graph.repeatedAnswersBytes,
    revision: () => graph.revision(),
    asker: (request) => askerOf(request, viewers),
  });
  const times = new RequestTimes();
  const delivery = createDelivery({
    urls,
    viewers,
    catalog,
    renditions,
    settings: config.delivery,
    log,
    onAnswered: (answered) => noteAnswered(answered, times),
  });

  const stats = {
    rendering: () => rendering.stats(),
    renditions: () => ({ ...renditions.stats(), ...ownPictures.stats() }),
    graph: () => graph.stats(),
    persisted: () => graph.persisted.stats(),
    repeated: () => repeated.stats(),
    delivery: () => delivery.stats(),
    admission: () => graph.admissionStats(),
    viewers: () => viewers.stats(),
    cache: () => cache.stats(),
  };
  await registerRoutes(http, config, { catalog, graph, viewers, repeated, times, stats });
  return { delivery, accounts };
}

interface Served {
  readonly catalog: Catalog;
  readonly graph: Graph;
  readonly viewers: Viewers;
  readonly repeated: RepeatedAnswers;
  readonly times: RequestTimes;
  readonly stats: StatsSources;
}

async function registerRoutes(http: FastifyInstance, config: Config, served: Served) {
  const { catalog, graph, viewers, repeated, times, stats } = served;
  registerProbes(http, catalog);
  const uploads = registerUploads(http, config.uploads);
  registerMetrics(http, times, { ...stats, uploads: () => uploads.stats() }, () => catalog.stats());
  await registerGraphiql(http, {
    directory: join(packageDirectory, 'dist/graphiql'),
    examples: join(packageDirectory, 'schema/examples'),
    off: whyNoGraphiql(config.graph),
  });
  await registerGraphql(http, { graph, viewers, repeated, settings: config.server });
}

/** Where the server's own routes are told of as well. */
function noteAnswered({ request, status, milliseconds, log }: Answered, times: RequestTimes): void {
  const { method = '' } = request;
  times.observe({ method, route: '/content/*', status, milliseconds });
  log.debug({ method, path: pathOf(request), status, ms: Math.round(milliseconds) }, 'answered');
}

/** In a sentence; null where it is served. */
export function whyNoGraphiql({ introspection, persisted }: Config['graph']): string | null {
  if (persisted.only) return 'this server executes the documents of its manifests and no others (graph.persisted.only)';
  return introspection ? null : 'this server does not tell its schema (graph.introspection)';
}

function toConfigError(error: unknown): never {
  throw error instanceof ManifestError
    ? new ConfigError(error.problems.map((problem) => `graph.persisted.manifests: ${problem}`))
    : error;
}

/** The configured ones, and one in each sandbox, which end with the server. */
async function mountAccounts(http: FastifyInstance, config: Config): Promise<readonly Account[]> {
  const sandboxes = await startSandboxes(config.sandboxes);
  http.addHook('onClose', () => closeSandboxes(sandboxes));
  return [...configuredAccounts(config.providers), ...sandboxes.map(accountOfSandbox)];
}

/** What content URLs start with; known once the server listens, where it is not configured. */
interface Address {
  publicUrl: string;
}

async function lockData(directory: string): Promise<{ readonly release: () => void }> {
  const lock = await makeAndLock(directory).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([
      `dataDirectory: ${directory} cannot be used (${reason}). Set PROOFSHEET_DATA to a folder that can be written`,
    ]);
  });
  if (!lock)
    throw new ConfigError([
      `dataDirectory: another process is using ${directory}. Stop it, or set PROOFSHEET_DATA to another folder`,
    ]);
  return lock;
}

async function makeAndLock(directory: string) {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return lockDirectory(directory);
}

async function listen(http: FastifyInstance, config: Config, address: Address): Promise<string> {
  const { host, port } = config.server;
  const url = await http.listen({ host, port }).catch(async (error: unknown) => {
    await http.close();
    throw isErrno(error, 'EADDRINUSE')
      ? new ConfigError([`server.port: another program listens on ${host}:${port}. Stop it, or set PORT to another one`])
      : error;
  });
  address.publicUrl ||= url;
  return address.publicUrl;
}

/** Requests that outlast the grace are cut off: their clients see a broken connection, and uploads leave nothing. */
async function close(http: FastifyInstance, config: Config): Promise<void> {
  const timer = setTimeout(() => http.server.closeAllConnections(), config.server.shutdownGraceSeconds * 1000);
  await http.close().finally(() => clearTimeout(timer));
}
