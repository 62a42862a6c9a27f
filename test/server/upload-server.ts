import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { fastify } from 'fastify';
import { type FileUpload, GraphQLUpload } from 'graphql-upload-minimal';
import { ContentError, toContentError, toHttpStatus } from '../../src/errors.js';
import { graphqlHandler } from '../../src/server/graphql-handler.js';
import { registerUploads, type Uploads, uploadSettings } from '../../src/server/uploads.js';
import { type DiskBlobStore, openDiskBlobStore } from '../../src/vault/blobs/disk.js';

const typeDefs = `#graphql
  scalar Upload
  type Query { ping: String! }
  type Stored { filename: String! sizeBytes: Int! digest: String! }
  type Result { stored: Stored code: String message: String }
  type Mutation {
    store(files: [Upload!]!): [Result!]!
    storeSecondOnly(files: [Upload!]!): [Result!]!
    ignore(files: [Upload!]!): Boolean!
    readTwice(file: Upload!): Boolean!
    refuse(files: [Upload!]!): Boolean!
  }
`;

/** A server with one mutation that stores files on disk and answers with what it stored, and others that treat them badly. */
export interface UploadServer {
  readonly url: string;
  readonly uploads: Uploads;
  send(body: FormData, headers?: Record<string, string>): Promise<{ readonly status: number; readonly answer: Answer }>;
  connect(): Promise<Socket>;
  /** Names of files that are not stored yet. */
  temporaryFiles(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Answer {
  readonly data?: { readonly store?: readonly unknown[]; readonly [field: string]: unknown } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

export const preflight = { 'apollo-require-preflight': 'true' };

export async function openUploadServer(
  settings: Partial<Parameters<typeof uploadSettings.parse>[0] & object> = {},
): Promise<UploadServer> {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-uploads-'));
  const blobs = await openDiskBlobStore({ directory });
  const app = fastify();
  app.setErrorHandler((error, _request, reply) => {
    const known = toContentError(error);
    return reply.code(toHttpStatus(known.code)).send({ errors: [{ message: known.message, extensions: { code: known.code } }] });
  });
  const uploads = registerUploads(app, uploadSettings.parse(settings));
  const apollo = new ApolloServer({
    typeDefs,
    resolvers: resolversOf(blobs),
    formatError: (formatted, error) => {
      const cause = error instanceof Error && 'originalError' in error ? error.originalError : error;
      return cause instanceof ContentError ? { ...formatted, extensions: { code: cause.code } } : formatted;
    },
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  app.route({ method: ['GET', 'POST'], url: '/graphql', handler: graphqlHandler(apollo, { createContext: () => ({}) }) });
  app.addHook('onClose', () => apollo.stop());
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  return {
    url,
    uploads,
    send: async (body, headers = preflight) => {
      const response = await fetch(url, { method: 'POST', headers, body });
      return { status: response.status, answer: (await response.json()) as Answer };
    },
    connect: () => connectTo(Number(new URL(url).port)),
    temporaryFiles: () => readdir(join(directory, 'tmp')),
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
      await blobs.close();
      await rm(directory, { recursive: true });
    },
  };
}

function resolversOf(blobs: DiskBlobStore) {
  const storeOne = async (file: Promise<FileUpload>) => {
    try {
      const { filename, createReadStream } = await file;
      const staged = await blobs.stage(createReadStream(), { maxBytes: 1e12, signal: new AbortController().signal });
      await staged.commit();
      return { stored: { filename, sizeBytes: staged.sizeBytes, digest: staged.digest } };
    } catch (error) {
      const { code, message } = toContentError(error);
      return { code, message };
    }
  };
  return {
    Upload: GraphQLUpload,
    Query: { ping: () => 'pong' },
    Mutation: {
      store: (_: unknown, { files }: Files) => Promise.all(files.map(storeOne)),
      storeSecondOnly: async (_: unknown, { files: [first, second] }: Files) => {
        (await first)?.createReadStream().destroy();
        return second ? [await storeOne(second)] : [];
      },
      ignore: () => true,
      readTwice: async (_: unknown, { file }: { readonly file: Promise<FileUpload> }) => {
        const { createReadStream } = await file;
        createReadStream().resume();
        createReadStream();
        return true;
      },
      refuse: () => {
        throw new ContentError('FORBIDDEN', 'Not yours');
      },
    },
  };
}

interface Files {
  readonly files: readonly Promise<FileUpload>[];
}

async function connectTo(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  return socket;
}

export const storeMutation =
  'mutation ($files: [Upload!]!) { store(files: $files) { stored { filename sizeBytes digest } code message } }';

export function query(mutation: string): string {
  return `mutation ($files: [Upload!]!) { ${mutation}(files: $files) }`;
}

/** A form of files for the mutation. */
export function formOf(files: readonly Buffer[], operation = storeMutation): FormData {
  const form = new FormData();
  form.append('operations', JSON.stringify({ query: operation, variables: { files: files.map(() => null) } }));
  form.append('map', JSON.stringify(Object.fromEntries(files.map((_, index) => [index, [`variables.files.${index}`]]))));
  files.forEach((file, index) => {
    form.append(`${index}`, new Blob([new Uint8Array(file)]), `file-${index}.bin`);
  });
  return form;
}

/** How the server answers for a file that it stored. */
export function stored(bytes: Buffer, filename: string) {
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { stored: { filename, sizeBytes: bytes.length, digest }, code: null, message: null };
}
