import type { Readable } from 'node:stream';
import type { Attachment, AttachmentRef, Container, ContainerRef, Digest } from '../attachment.js';
import type { Call } from '../call.js';
import { sniffContentType } from '../content-type.js';
import type { Collision, IncomingContent, StatOptions, UploadedRendition } from '../providers/provider.js';
import type { Catalog } from './catalog.js';
import type { Renditions } from './renditions.js';

/** A file on its way in, as the client sent it. */
export interface IncomingFile {
  readonly filename: string;
  readonly content: Readable;
  readonly digest: Digest | null;
}

/** Everything that changes a provider. No write is ever retried: a failure says what did not happen. */
export class Changes {
  constructor(
    private readonly catalog: Catalog,
    private readonly renditions: Renditions,
  ) {}

  /** NOT_FOUND: no such container. CONFLICT: the name is taken and onCollision is FAIL. */
  async upload(container: ContainerRef, file: IncomingFile, onCollision: Collision, call: Call): Promise<Attachment> {
    const write = this.catalog.method(container.provider, 'write');
    const incoming = await toIncoming(file);
    const written = await write({ ...incoming, container, filename: file.filename, onCollision }, call);
    this.renditions.readAhead(written, call);
    return written;
  }

  /** CONFLICT: ifVersion is not the current version. null: no such attachment. */
  async uploadVersion(ref: AttachmentRef, file: IncomingFile, ifVersion: number | null, call: Call): Promise<Attachment | null> {
    const write = this.catalog.method(ref.provider, 'writeVersion');
    const written = await write(ref.id, { ...(await toIncoming(file)), ifVersion }, call);
    if (written) this.renditions.readAhead(written, call);
    return written;
  }

  async restoreVersion(ref: AttachmentRef, version: number, call: Call): Promise<Attachment | null> {
    return this.catalog.method(ref.provider, 'restoreVersion')(ref.id, version, call);
  }

  async uploadRendition(
    ref: AttachmentRef,
    rendition: { readonly name: string; readonly version: number | null },
    file: IncomingFile,
    call: Call,
  ): Promise<UploadedRendition | null> {
    const write = this.catalog.method(ref.provider, 'writeRendition');
    return write(ref.id, { ...(await toIncoming(file)), ...rendition }, call);
  }

  async deleteRendition(ref: AttachmentRef, name: string, options: StatOptions, call: Call): Promise<boolean> {
    return this.catalog.method(ref.provider, 'removeRendition')(ref.id, name, options, call);
  }

  async delete(ref: AttachmentRef, permanently: boolean, call: Call): Promise<boolean> {
    return this.catalog.method(ref.provider, 'remove')(ref.id, { permanently }, call);
  }

  async restore(ref: AttachmentRef, call: Call): Promise<Attachment | null> {
    return this.catalog.method(ref.provider, 'restore')(ref.id, call);
  }

  async rename(ref: AttachmentRef, filename: string, call: Call): Promise<Attachment | null> {
    return this.catalog.method(ref.provider, 'rename')(ref.id, filename, call);
  }

  async createContainer(parent: ContainerRef, name: string, call: Call): Promise<Container> {
    return this.catalog.method(parent.provider, 'createContainer')(parent, name, call);
  }
}

async function toIncoming(file: IncomingFile): Promise<IncomingContent> {
  const contentType = await sniffContentType(file.content, file.filename);
  return { content: file.content, contentType, digest: file.digest };
}
