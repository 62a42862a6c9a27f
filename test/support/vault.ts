import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Attachment, NativeId, OpenedContent } from '../../src/attachment.js';
import type { Call, Log } from '../../src/call.js';
import { Abort } from '../../src/lib/abort.js';
import type { IncomingContent, Provider, Upload } from '../../src/providers/provider.js';
import type { BlobStore } from '../../src/vault/blobs/blob-store.js';
import { openDiskBlobStore } from '../../src/vault/blobs/disk.js';
import { openVault } from '../../src/vault/index.js';
import { openSqliteMetadataStore } from '../../src/vault/metadata/sqlite.js';
import type { SeedFile } from '../conformance/provider.js';

/** The folder that everything is in. */
export const rootFolder = { type: 'Folder', id: 'root' } as const;

type Vault = Required<Omit<Provider, 'readRendition'>>;

export interface TestVault {
  readonly vault: Vault;
  readonly directory: string;
  /** Ids that the vault told of, in order. */
  readonly changed: readonly NativeId[];
  upload(filename: string, bytes?: Buffer | string, more?: Partial<Upload>): Promise<Attachment>;
  /** Uploads files one after the other; their ids. */
  seed(files: readonly SeedFile[]): Promise<readonly NativeId[]>;
  /** The ids of all pages of a list, read `first` at a time. */
  ids(query: Parameters<Vault['list']>[0], first?: number): Promise<readonly NativeId[]>;
  /** Closes it and opens it again, as a restart does. */
  reopen(): Promise<TestVault>;
  close(): Promise<void>;
}

export interface TestVaultOptions {
  readonly directory?: string;
  readonly maxUploadBytes?: number;
  /** Stands between the vault and its blobs on disk. */
  readonly wrapBlobs?: (blobs: BlobStore) => BlobStore;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export function callWith(signal: AbortSignal = new Abort().signal): Call {
  return { viewer: { id: 'tester', name: 'Tester', roles: [], scope: 'tester' }, signal, log: silentLog };
}

export const call = callWith();

/** Content on its way in, in two pieces. */
export function incoming(bytes: Buffer | string = 'content', more: Partial<IncomingContent> = {}): IncomingContent {
  const buffer = Buffer.from(bytes);
  const pieces = [buffer.subarray(0, 1), buffer.subarray(1)].filter((piece) => piece.length > 0);
  return { content: Readable.from(pieces, { objectMode: false }), contentType: 'text/plain', digest: null, ...more };
}

/** A vault on this machine's disk, in a folder of its own unless told. */
export async function openTestVault(options: TestVaultOptions = {}): Promise<TestVault> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'proofsheet-vault-')));
  const disk = await openDiskBlobStore({ directory: join(directory, 'blobs') });
  const changed: NativeId[] = [];
  const provider = await openVault({
    directory,
    blobs: options.wrapBlobs?.(disk) ?? disk,
    settings: { maxUploadBytes: options.maxUploadBytes ?? 1e9 },
    log: silentLog,
    onChange: (id) => changed.push(id),
  });
  const vault = provider as Vault;
  const upload: TestVault['upload'] = (filename, bytes, more) =>
    vault.write({ ...incoming(bytes), container: rootFolder, filename, onCollision: 'FAIL', ...more }, call);
  return {
    vault,
    directory,
    changed,
    upload,
    seed: async (files) => {
      const ids: NativeId[] = [];
      for (const { filename, bytes, contentType } of files) ids.push((await upload(filename, bytes, { contentType })).id);
      return ids;
    },
    ids: (query, first = 100) => allIds(vault, query, first),
    reopen: async () => {
      await vault.close();
      return openTestVault({ ...options, directory });
    },
    close: async () => {
      await vault.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function allIds(vault: Vault, query: Parameters<Vault['list']>[0], first: number): Promise<readonly NativeId[]> {
  const ids: NativeId[] = [];
  for (let after: string | null = null; ; ) {
    const page = await vault.list(query, { first, after }, call);
    ids.push(...page.items.map(({ item }) => item.id));
    after = page.items.at(-1)?.cursor ?? null;
    if (!page.hasNextPage || after === null) return ids;
  }
}

/** The states that an attachment went through, as they stand in the database of an open vault. */
export async function statesOf({ directory }: TestVault, id: NativeId): Promise<readonly string[]> {
  const metadata = openSqliteMetadataStore(join(directory, 'vault.db'));
  const transitions = await metadata.listTransitions(id);
  await metadata.close();
  return transitions.map(({ version, state, reason }) => [version ?? '-', state, ...(reason ? [reason] : [])].join(' '));
}

/** SHA-256 digests of the blobs on disk, and names of temporary files. */
export async function filesOf({ directory }: TestVault): Promise<readonly string[]> {
  const entries = await readdir(join(directory, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function textOf(opened: OpenedContent | null): Promise<string | null> {
  if (!opened) return null;
  return 'path' in opened.body ? readFile(opened.body.path, 'utf8') : text(opened.body.stream);
}
