import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Attachment, ByteRange, ContentBody, OpenedContent } from '../../src/attachment.js';
import type { Viewer } from '../../src/call.js';
import type { OpenOptions, Provider, ProviderFacts, StatOptions, UploadedRendition } from '../../src/providers/provider.js';

export interface ShelvedFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly filename: string;
  readonly state?: Attachment['state'];
  readonly download?: boolean;
  /** What metadata says, where that is not true. */
  readonly statedSizeBytes?: number | null;
  /** What opening says, where the file was replaced meanwhile. */
  readonly openedSizeBytes?: number;
  /** Instead of a stream of the bytes. */
  readonly open?: (range: ByteRange | null, signal: AbortSignal) => ContentBody | Promise<ContentBody>;
  /** Uploaded renditions by name; their type is image/png. */
  readonly renditions?: Readonly<Record<string, Buffer>>;
}

/** A provider over files in memory, which are put there and taken away by the test itself. It counts what it is asked for. */
export class ShelfProvider implements Provider {
  readonly kind = 'BOX';
  readonly facts: ProviderFacts;
  readonly files = new Map<string, ShelvedFile>();
  readonly opened: (ByteRange | null)[] = [];
  statCalls = 0;

  constructor(
    readonly name: string,
    openWithRange = true,
    pictures: ProviderFacts['pictures'] = [],
  ) {
    const none = { rootContainer: null, writeMaxBytes: null, listFilters: [], listOrders: [], digests: false };
    this.facts = { sandbox: true, openWithRange, pictures, ...none };
  }

  scope({ scope }: Viewer): string {
    return scope;
  }

  async stat(id: string, options: StatOptions): Promise<Attachment | null> {
    this.statCalls += 1;
    const file = this.files.get(id);
    return file && (options.version ?? 1) === 1 ? this.#toAttachment(id, file) : null;
  }

  async open(id: string, options: OpenOptions, call: { readonly signal: AbortSignal }): Promise<OpenedContent | null> {
    const file = this.files.get(id);
    const range = options.range ?? null;
    this.opened.push(range);
    if (!file) return null;
    const body = (await file.open?.(range, call.signal)) ?? { stream: Readable.from(slices(file.bytes, range)) };
    return {
      contentType: file.contentType,
      sizeBytes: file.openedSizeBytes ?? sizeOf(file),
      range: 'path' in body ? null : range,
      body,
    };
  }

  async check(): Promise<void> {}

  async listUploadedRenditions(id: string): Promise<readonly UploadedRendition[]> {
    return Object.entries(this.files.get(id)?.renditions ?? {}).map(([name, bytes]) => ({
      name,
      version: 1,
      contentType: 'image/png',
      sizeBytes: bytes.length,
      digest: { algorithm: 'sha256', hex: sha256(bytes) },
      createdAt: new Date(0),
      contentKey: `sha256-${sha256(bytes)}`,
    }));
  }

  async openUploadedRendition(id: string, name: string): Promise<OpenedContent | null> {
    const bytes = this.files.get(id)?.renditions?.[name];
    if (!bytes) return null;
    return { contentType: 'image/png', sizeBytes: bytes.length, range: null, body: { stream: Readable.from([bytes]) } };
  }

  #toAttachment(id: string, file: ShelvedFile): Attachment {
    return {
      provider: this.name,
      id,
      filename: file.filename,
      contentType: file.contentType,
      sizeBytes: sizeOf(file),
      digest: null,
      state: file.state ?? 'READY',
      createdAt: null,
      modifiedAt: null,
      container: null,
      versionNumber: 1,
      contentKey: `sha256-${sha256(file.bytes)}`,
      permissions: { read: true, download: file.download ?? true, replace: false, delete: false, share: false },
    };
  }
}

function sizeOf(file: ShelvedFile): number | null {
  return file.statedSizeBytes === undefined ? file.bytes.length : file.statedSizeBytes;
}

/** Uneven pieces, as a network brings them. */
function* slices(bytes: Buffer, range: ByteRange | null): Generator<Buffer> {
  const wanted = range ? bytes.subarray(range.start, range.end + 1) : bytes;
  for (let at = 0; at < wanted.length; at += 40_009) yield wanted.subarray(at, at + 40_009);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
