import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Attachment, OpenedContent } from '../../src/attachment.js';
import type { Viewer } from '../../src/call.js';
import {
  type AttachmentQuery,
  attachmentOrders,
  type OpenOptions,
  type Page,
  type PageRequest,
  type Provider,
  type ProviderFacts,
} from '../../src/providers/provider.js';

export interface HeldFile {
  readonly id: string;
  readonly bytes?: Buffer | string;
  readonly attachment?: Partial<Attachment>;
}

/** A provider of files in memory that can only be read. `failWith` makes every call fail, as a system does that is down. */
export class MemoryProvider implements Provider {
  readonly kind = 'BOX';
  readonly facts: ProviderFacts = {
    sandbox: true,
    rootContainer: null,
    openWithRange: false,
    writeMaxBytes: null,
    listFilters: [],
    listOrders: attachmentOrders,
    pictures: [],
    digests: false,
  };
  failWith: Error | null = null;
  readonly #files: readonly HeldFile[];

  constructor(
    readonly name: string,
    files: readonly HeldFile[],
  ) {
    this.#files = files;
  }

  scope({ scope }: Viewer): string {
    return scope;
  }

  async stat(id: string): Promise<Attachment | null> {
    this.#failIfDown();
    const file = this.#files.find((held) => held.id === id);
    return file ? this.#toAttachment(file) : null;
  }

  async open(id: string, _options: OpenOptions): Promise<OpenedContent | null> {
    this.#failIfDown();
    const file = this.#files.find((held) => held.id === id);
    if (!file) return null;
    const bytes = Buffer.from(file.bytes ?? '');
    return {
      contentType: 'application/octet-stream',
      sizeBytes: bytes.length,
      range: null,
      body: { stream: Readable.from(slices(bytes)) },
    };
  }

  async check(): Promise<void> {
    this.#failIfDown();
  }

  /** Cursors are ids. */
  async list({ orderBy }: AttachmentQuery, { first, after }: PageRequest): Promise<Page<Attachment>> {
    this.#failIfDown();
    const sorted = this.#files.map((file) => this.#toAttachment(file)).sort(comparers[orderBy]);
    const start = after === null ? 0 : sorted.findIndex(({ id }) => id === after) + 1;
    const items = sorted.slice(start, start + first).map((item) => ({ item, cursor: item.id }));
    return { items, hasNextPage: start + items.length < sorted.length };
  }

  async count(): Promise<number> {
    this.#failIfDown();
    return this.#files.length;
  }

  #failIfDown(): void {
    if (this.failWith) throw this.failWith;
  }

  #toAttachment({ id, bytes, attachment }: HeldFile): Attachment {
    return {
      provider: this.name,
      id,
      filename: `${id}.bin`,
      contentType: 'application/octet-stream',
      sizeBytes: Buffer.from(bytes ?? '').length,
      digest: null,
      state: 'READY',
      createdAt: null,
      modifiedAt: null,
      container: null,
      versionNumber: null,
      contentKey: `memory-${createHash('sha256')
        .update(bytes ?? '')
        .digest('hex')}`,
      permissions: { read: true, download: true, replace: false, delete: false, share: false },
      ...attachment,
    };
  }
}

const comparers = {
  MODIFIED_DESC: (a: Attachment, b: Attachment) => Number(b.modifiedAt) - Number(a.modifiedAt),
  MODIFIED_ASC: (a: Attachment, b: Attachment) => Number(a.modifiedAt) - Number(b.modifiedAt),
  NAME_ASC: (a: Attachment, b: Attachment) => a.filename.localeCompare(b.filename),
  SIZE_DESC: (a: Attachment, b: Attachment) => Number(b.sizeBytes) - Number(a.sizeBytes),
};

/** Small pieces, as a network brings them. */
function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
