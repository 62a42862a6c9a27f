import { randomUUID } from 'node:crypto';
import type { Attachment, NativeId } from '../../attachment.js';
import type { Call } from '../../call.js';
import { extensionOfType } from '../../content-type-names.js';
import { ContentError } from '../../errors.js';
import { parseFilename } from '../../filename.js';
import { checkContent } from '../checked-content.js';
import type { IncomingContent, RenditionUpload, Upload, UploadedRendition, VersionUpload } from '../provider.js';
import type { OracleContentApi, Sent } from './api.js';
import { unless } from './errors.js';
import { folderIdOf, isId, isVersion } from './ids.js';
import { type Origin, toAttachment, toUploadedRendition } from './map.js';
import type { WireFile } from './wire.js';

/** What must not stay is taken back though nobody waits any more. */
const takeBackMs = 5_000;

/** What the system says of uploads has two silences: a taken name makes a new version, and nothing can depend on a version. */
export class Uploads {
  constructor(
    private readonly api: OracleContentApi,
    private readonly origin: Origin,
  ) {}

  /** A name that is free when it is looked for may be taken a moment later: then both are kept, and ours is taken back. */
  write(upload: Upload, call: Call): Promise<Attachment> {
    return this.#sending(upload, async (content) => {
      const folder = folderIdOf(upload.container, this.origin);
      const filename = parseFilename(upload.filename, 'filename');
      if (upload.onCollision === 'FAIL') await this.#assertFree(folder, filename, call);
      const keepsBoth = upload.onCollision !== 'NEW_VERSION';
      const file = await this.api.upload(folder, { ...content, filename }, keepsBoth, call);
      if (upload.onCollision === 'FAIL' && hasTimeStamp(file.name, filename)) {
        await this.api.trash(file.id, { ...call, signal: AbortSignal.timeout(takeBackMs) });
        throw this.#taken(filename);
      }
      return toAttachment(file, this.origin);
    });
  }

  /** The file keeps its name: a version would rename it to its own. */
  writeVersion(id: NativeId, upload: VersionUpload, call: Call): Promise<Attachment | null> {
    return this.#sending(upload, async (content) => {
      const current = await this.#stat(id, call);
      if (!current) return null;
      const { ifVersion } = upload;
      if (ifVersion !== null && current.version !== ifVersion) throw this.#notCurrent(current, ifVersion);
      return toAttachment(await this.api.uploadVersion(id, { ...content, filename: current.name }, call), this.origin);
    });
  }

  /** The system has only the way that a person would go: to fetch the old version and to send it as a new one. */
  async restoreVersion(id: NativeId, version: number, call: Call): Promise<Attachment | null> {
    const old = await unless(['NOT_FOUND'], this.api.statFile(id, version, call));
    const answer = old && (await unless(['NOT_FOUND'], this.api.openContent(id, version, undefined, call)));
    if (!answer) return null;
    const { contentType } = toAttachment(old, this.origin);
    const restored = this.writeVersion(id, { content: answer.body, contentType, digest: null, ifVersion: null }, call);
    return restored.catch((error: unknown) => {
      call.signal.throwIfAborted();
      throw answer.body.errored ? this.#brokenOff(answer.body.errored) : error;
    });
  }

  /** The one of the same name goes first: the system refuses two, and cannot rename one. */
  writeRendition(id: NativeId, upload: RenditionUpload, call: Call): Promise<UploadedRendition | null> {
    return this.#sending(upload, async (content) => {
      const { name } = upload;
      if (!renditionName.test(name)) throw badRenditionName();
      const version = await this.#versionOfRendition(id, upload, call);
      if (version === null) return null;
      await unless(['NOT_FOUND'], this.api.removeRendition(id, name, version, call));
      const filename = `${name}-${randomUUID()}${extensionOfType(upload.contentType)}`;
      await this.api.uploadRendition(id, name, { ...content, filename }, call);
      const listed = await this.api.listUploadedRenditions(id, version, call);
      const written = listed.find((rendition) => rendition.name.toLowerCase() === name.toLowerCase());
      return written ? toUploadedRendition(id, version, written, this.origin) : null;
    });
  }

  /** Whatever becomes of it, the sender is let go. */
  async #sending<T>(incoming: IncomingContent, send: (content: Omit<Sent, 'filename'>) => Promise<T>): Promise<T> {
    const { content } = checkContent(incoming.content, { digest: incoming.digest, maxBytes: null });
    try {
      return await send({ content, contentType: incoming.contentType });
    } finally {
      content.destroy();
      incoming.content.destroy();
    }
  }

  async #assertFree(folder: NativeId, filterName: string, call: Call): Promise<void> {
    const { items } = await this.api.listItems(folder, { limit: 1, offset: 0, orderby: 'name:asc', filterName }, call);
    if (items.length > 0) throw this.#taken(filterName);
  }

  /** null: no such file or version. */
  async #versionOfRendition(id: NativeId, { version }: RenditionUpload, call: Call): Promise<number | null> {
    const current = (await this.#stat(id, call))?.version;
    if (current === undefined || version === null || version === current) return current ?? null;
    const old = isVersion(version) ? await unless(['NOT_FOUND'], this.api.statFile(id, version, call)) : null;
    if (!old) return null;
    const { provider } = this.origin;
    const message = `${provider} takes renditions of the current version (${current}) only`;
    throw new ContentError('NOT_SUPPORTED_BY_PROVIDER', message, { provider });
  }

  async #stat(id: NativeId, call: Call): Promise<WireFile | null> {
    return isId(id) ? unless(['NOT_FOUND'], this.api.statFile(id, undefined, call)) : null;
  }

  #taken(filename: string): ContentError {
    const { provider } = this.origin;
    return new ContentError('CONFLICT', `There is something named "${filename}" in this folder already`, { provider });
  }

  #brokenOff(cause: Error): ContentError {
    const { provider } = this.origin;
    return new ContentError('PROVIDER_UNAVAILABLE', `${provider} broke off while it gave the old version`, { provider, cause });
  }

  #notCurrent({ name, version }: WireFile, ifVersion: number): ContentError {
    const { provider } = this.origin;
    return new ContentError('CONFLICT', `The current version of "${name}" is ${version}, not ${ifVersion}`, { provider });
  }
}

const renditionName = /^[A-Za-z0-9_-]{1,28}$/;

/** The six digits that the system adds to a name that is taken. */
function hasTimeStamp(given: string, asked: string): boolean {
  const digits = (name: string) => name.replace(/\D/g, '').length;
  return digits(given) >= digits(asked) + 6;
}

function badRenditionName(): ContentError {
  return new ContentError('BAD_USER_INPUT', 'name must be 1 to 28 of the characters A-Z, a-z, 0-9, "_" and "-"');
}
