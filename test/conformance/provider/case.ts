import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Attachment, ContainerKey, NativeId, OpenedContent } from '../../../src/attachment.js';
import type { Call } from '../../../src/call.js';
import { Abort } from '../../../src/lib/abort.js';
import type { Capabilities } from '../../../src/providers/capabilities.js';
import type { AttachmentQuery, Provider, Upload } from '../../../src/providers/provider.js';

export interface SeedFile {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: string | Buffer;
}

export interface ProviderSubject {
  readonly provider: Provider;
  /** Puts files, one after the other, where uploads go or lists look; their ids in the same order. */
  seed(files: readonly SeedFile[]): Promise<readonly NativeId[]>;
  close(): Promise<void>;
}

export type OptionalMethod = Exclude<
  { [Key in keyof Provider]-?: undefined extends Provider[Key] ? Key : never }[keyof Provider],
  'close'
>;

export interface WholeSubject extends ProviderSubject {
  readonly provider: Required<Provider>;
}

export interface Case {
  /** Never changes: reports are compared by it. */
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly title: string;
  readonly needs?: readonly (keyof Capabilities | OptionalMethod)[];
  readonly lacks?: readonly (keyof Capabilities | OptionalMethod)[];
  run(subject: WholeSubject): Promise<void>;
}

export const unknownIds = ['no-such-id', '', '0', '../../etc/passwd', 'a\0b', '\ud800', 'x'.repeat(5_000)];

export function callWith(signal: AbortSignal): Call {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return { viewer: { id: 'conformance', name: 'Conformance', roles: [], scope: 'conformance' }, signal, log };
}

export const call = callWith(new Abort().signal);

export function textFile(filename: string, bytes = `content of ${filename}`): SeedFile {
  return { filename, contentType: 'text/plain', bytes };
}

/** What readRendition is given where its bound does not matter. */
export const pictureOptions = { maxBytes: 16 * 1024 * 1024 };

export async function seedOne(subject: ProviderSubject, file: SeedFile = textFile('one.txt')): Promise<NativeId> {
  const [id] = await subject.seed([file]);
  if (id === undefined) throw new Error('The harness seeded nothing');
  return id;
}

export async function bytesOf(opened: OpenedContent | null): Promise<string | null> {
  if (!opened) return null;
  const bytes = 'path' in opened.body ? await readFile(opened.body.path) : await buffer(opened.body.stream);
  return bytes.toString();
}

export function digestOf(bytes: string, algorithm = 'sha256'): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

export function content(bytes: string, digest: Upload['digest'] = null) {
  return { content: Readable.from([Buffer.from(bytes)], { objectMode: false }), contentType: 'text/plain', digest };
}

/** To the container that uploads go to by default. */
export function write(
  { provider }: WholeSubject,
  filename: string,
  bytes: string,
  more: Partial<Upload> = {},
): Promise<Attachment> {
  return provider.write({ ...content(bytes), container: rootOf(provider), filename, onCollision: 'FAIL', ...more }, call);
}

export const noSuchContainer: ContainerKey = { type: 'Folder', id: 'no-such-container' };

/** Where uploads go by default. */
export function rootOf({ facts }: Provider): ContainerKey {
  if (!facts.rootContainer) throw new Error('The provider has no container that uploads go to by default');
  return facts.rootContainer;
}

/** Everything a list gives, read a few at a time. */
export async function listAll({ provider }: WholeSubject, query: AttachmentQuery, first = 2): Promise<readonly Attachment[]> {
  const found: Attachment[] = [];
  for (let after: string | null = null; ; ) {
    const page = await provider.list(query, { first, after }, call);
    found.push(...page.items.map(({ item }) => item));
    after = page.items.at(-1)?.cursor ?? null;
    if (!page.hasNextPage) return found;
  }
}

export async function filenames(subject: WholeSubject, query: Partial<AttachmentQuery> = {}): Promise<readonly string[]> {
  return (await listAll(subject, { orderBy: 'NAME_ASC', ...query })).map(({ filename }) => filename);
}
