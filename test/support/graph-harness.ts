import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError } from 'graphql';
import { Upload } from 'graphql-upload-minimal';
import { Catalog } from '../../src/catalog/catalog.js';
import { Changes } from '../../src/catalog/changes.js';
import { OwnPictures } from '../../src/catalog/own-pictures.js';
import { Renditions } from '../../src/catalog/renditions.js';
import { toGlobalId } from '../../src/graph/global-id.js';
import { buildGraph, type GraphContext } from '../../src/graph/graph.js';
import { type GraphSettings, graphSettings } from '../../src/graph/settings.js';
import { createUrlSigner } from '../../src/identity/url-signer.js';
import { openViewer } from '../../src/identity/viewer.js';
import { Abort } from '../../src/lib/abort.js';
import type { Provider } from '../../src/providers/provider.js';
import { openRendering } from '../../src/rendering/open-rendering.js';
import { openRenderers } from '../../src/rendering/renderers.js';
import { renderingSettings } from '../../src/rendering/settings.js';

import { openDiskBlobStore } from '../../src/vault/blobs/disk.js';
import { openVault } from '../../src/vault/index.js';
import { vaultSettings } from '../../src/vault/settings.js';
import { countCalls } from './counting-provider.js';

export interface GraphAnswer {
  readonly status: number | undefined;
  readonly headers: ReadonlyMap<string, string>;
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
  /** What stands at a path of the data: at('attachment.versions.nodes.0.number'). */
  at(path: string): unknown;
}

export interface LoggedLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** The graph over these providers with real rendering, as an HTTP server would execute it. */
export async function openGraph(providers: readonly Provider[], settings: Partial<GraphSettings> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-graph-'));
  const logged: LoggedLine[] = [];
  const log = logTo(logged);
  const forRendering = renderingSettings.parse({});
  const renderers = await openRenderers(forRendering, directory);
  const rendering = await openRendering({ directory, renderers, settings: forRendering, log });
  const catalog = new Catalog(providers);
  const { memoryBytes, maxBytes: maxPictureBytes } = forRendering.pictures;
  const ownPictures = new OwnPictures(memoryBytes);
  const renditions = new Renditions({ catalog, rendering, ownPictures, maxPictureBytes });
  const changes = new Changes(catalog, renditions);
  const key = { id: 'test', secret: createSecretKey(randomBytes(32)) };
  const urls = createUrlSigner({ publicUrl: 'http://files.test', keys: { signing: key, find: () => key } });
  const graph = await buildGraph({
    catalog,
    renditions,
    changes,
    urls,
    // A busy machine is waited for: who tests what is said after less sets that.
    settings: graphSettings.parse({ compileAfter: 0, patienceMs: 60_000, ...settings }),
  });
  const server = new ApolloServer<GraphContext>({
    schema: graph.schema,
    formatError: graph.formatError,
    parseOptions: graph.parseOptions,
    validationRules: [...graph.validationRules],
    validationOptions: graph.validationOptions,
    introspection: true,
    plugins: [ApolloServerPluginInlineTraceDisabled(), ...graph.plugins],
  });
  await server.start();
  const createContext = (signal: AbortSignal) => graph.createContext({ viewer: openViewer, signal, log }, 'request-1');

  return {
    schema: graph.schema,
    createContext,
    admissionStats: () => graph.admissionStats(),
    catalog,
    ownPictures,
    renditions,
    logged,
    rendering,
    urls,
    run: async (query: string, variables: Record<string, unknown> = {}, signal = new Abort().signal): Promise<GraphAnswer> => {
      const contextValue = createContext(signal);
      const { body, http } = await server.executeOperation({ query, variables }, { contextValue });
      if (body.kind !== 'single') throw new Error('The answer came in parts');
      // As a client reads it: scalars written out.
      const { data, errors } = JSON.parse(JSON.stringify(body.singleResult));
      return {
        status: http.status,
        headers: http.headers,
        data,
        errors: errors ?? [],
        at: (path) => stepInto(data, path.split('.')),
      };
    },
    close: async () => {
      await server.stop();
      renditions.close();
      await rendering.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** The graph over a vault of its own, whose calls are counted. */
export async function openVaultGraph(settings: Partial<GraphSettings> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-vault-'));
  const blobs = await openDiskBlobStore({ directory: join(directory, 'blobs') });
  const vault = await openVault({ directory, blobs, settings: vaultSettings.parse({}), log: logTo([]) });
  const { provider, calls } = countCalls(vault);
  const graph = await openGraph([provider], settings);
  const root = toGlobalId('vault', 'Folder', vault.facts.rootContainer?.id ?? '');

  return {
    ...graph,
    vault,
    calls,
    root,
    /** Stores a file and answers its global id. */
    store: async (filename: string, bytes: Buffer | string): Promise<string> => {
      const input = { container: root, files: [{ file: uploadOf(filename, bytes) }] };
      const answer = await graph.run(storeMutation, { input });
      const id = answer.at('uploadAttachments.results.0.attachment.id');
      if (typeof id !== 'string') throw new Error(`${filename} was not stored: ${JSON.stringify(answer)}`);
      return id;
    },
    close: async () => {
      await graph.close();
      await vault.close?.();
      await rm(directory, { recursive: true });
    },
  };
}

export type VaultGraph = Awaited<ReturnType<typeof openVaultGraph>>;

const storeMutation = `mutation ($input: UploadAttachmentsInput!) {
  uploadAttachments(input: $input) { results { attachment { id } error { code message } } }
}`;

export type OpenGraph = Awaited<ReturnType<typeof openGraph>>;

/** A file as a variable of an operation, as it stands there after a multipart request was parsed. */
export function uploadOf(filename: string, bytes: Buffer | string): Upload {
  const upload = new Upload();
  const createReadStream = () => Readable.from([Buffer.from(bytes)]);
  Object.assign(upload, { promise: Promise.resolve({ filename, fieldName: '0', mimetype: '', encoding: '', createReadStream }) });
  return upload;
}

function stepInto(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  return typeof value === 'object' && value !== null ? stepInto(Reflect.get(value, step), rest) : undefined;
}

function logTo(lines: LoggedLine[]) {
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields: { ...fields }, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
