import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Log } from './call.js';
import { Catalog } from './catalog/catalog.js';
import { Changes } from './catalog/changes.js';
import { OwnPictures } from './catalog/own-pictures.js';
import { Renditions } from './catalog/renditions.js';
import { type Config, ConfigError } from './config.js';
import { createDelivery, type Delivery } from './delivery/delivery.js';
import { buildGraph } from './graph/graph.js';
import { openSigningKeys } from './identity/signing-keys.js';
import { createUrlSigner } from './identity/url-signer.js';
import { Viewers } from './identity/viewers.js';
import { lockDirectory } from './lib/directory-lock.js';
import { isErrno } from './lib/errno.js';
import { openRendering } from './rendering/open-rendering.js';
import { createRenderers } from './rendering/renderers.js';
import { registerGraphql } from './server/apollo.js';
import { registerGraphiql } from './server/graphiql.js';
import { createHttpServer } from './server/http.js';
import { registerProbes } from './server/probes.js';
import { registerMetrics } from './server/telemetry.js';
import { registerUploads } from './server/uploads.js';
import { openDiskBlobStore } from './vault/blobs/disk.js';
import { openVault } from './vault/index.js';

const packageDirectory = fileURLToPath(new URL('..', import.meta.url));

export interface App {
  /** Starts answering; the address that clients reach it by. */
  listen(): Promise<string>;
  /** Finishes what runs, within the configured grace, then closes everything. */
  close(): Promise<void>;
}

/** The whole program from its configuration. Throws ConfigError; whatever was opened until then is closed again. */
export async function createApp(config: Config): Promise<App> {
  const lock = await lockData(config.dataDirectory);
  const address: Address = { publicUrl: config.server.publicUrl ?? '' };
  let delivery: Delivery | undefined;
  const http = await createHttpServer({
    settings: config.server,
    shortcut: (request, response) => delivery?.tryHot(request, response) ?? false,
  });
  http.addHook('onClose', async () => lock.release());
  try {
    delivery = await assemble(http, config, address);
  } catch (error) {
    await http.close();
    throw error;
  }
  return { listen: () => listen(http, config, address), close: () => close(http, config) };
}

/** Here every part is made and put together, and nowhere else. What was made last is closed first. */
async function assemble(http: FastifyInstance, config: Config, address: Address): Promise<Delivery> {
  const catalog = await openCatalog(config, http.log);
  http.addHook('onClose', () => catalog.close());
  const rendering = await openRendering({
    directory: config.dataDirectory,
    renderers: createRenderers(config.rendering),
    settings: config.rendering,
    log: http.log,
  });
  http.addHook('onClose', () => rendering.close());
  const { memoryBytes, maxBytes: maxPictureBytes } = config.rendering.pictures;
  const ownPictures = new OwnPictures(memoryBytes);
  const renditions = new Renditions({ catalog, rendering, ownPictures, maxPictureBytes });
  const keys = await openSigningKeys({ directory: config.dataDirectory, configured: config.signing.keys });
  const viewers = new Viewers({ sources: {}, secret: keys.signing.secret });
  const urls = createUrlSigner({
    keys,
    onSigned: (scope, expiresAt) => viewers.keepUntil(scope, expiresAt),
    get publicUrl() {
      return address.publicUrl;
    },
  });
  const changes = new Changes(catalog, renditions);
  const graph = await buildGraph({ catalog, renditions, changes, urls, settings: config.graph });
  const delivery = createDelivery({ urls, viewers, catalog, renditions, settings: config.delivery });

  registerProbes(http, catalog);
  const uploads = registerUploads(http, config.uploads);
  registerMetrics(http, {
    rendering: () => rendering.stats(),
    renditions: () => ({ ...renditions.stats(), ...ownPictures.stats() }),
    delivery: () => delivery.stats(),
    uploads: () => uploads.stats(),
    viewers: () => viewers.stats(),
    vault: () => catalog.stats().get('vault') ?? {},
  });
  await registerGraphiql(http, {
    directory: join(packageDirectory, 'dist/graphiql'),
    examples: join(packageDirectory, 'schema/examples'),
  });
  await registerGraphql(http, { graph, viewers, settings: config.server });
  delivery.register(http);
  return delivery;
}

/** Every configured provider behind one door. */
export async function openCatalog(config: Config, log: Log): Promise<Catalog> {
  const blobs = await openDiskBlobStore({ directory: join(config.dataDirectory, 'blobs') });
  const vault = await openVault({ directory: config.dataDirectory, blobs, settings: config.vault, log });
  return new Catalog([vault]);
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
