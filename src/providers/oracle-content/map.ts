import { createHash } from 'node:crypto';
import type {
  Attachment,
  AttachmentVersion,
  ByteRange,
  Container,
  ContainerRef,
  NativeId,
  OpenedContent,
  ProviderName,
} from '../../attachment.js';
import { contentTypeOfName } from '../../content-type-names.js';
import { ContentError } from '../../errors.js';
import type { UploadedRendition } from '../provider.js';
import type { RestAnswer } from '../rest.js';
import { homeId } from './api.js';
import type { WireFile, WireFolder, WireRendition } from './wire.js';

/** Whose things these are. */
export interface Origin {
  readonly provider: ProviderName;
  readonly account: string;
}

export function toAttachment(file: WireFile, origin: Origin): Attachment {
  return {
    provider: origin.provider,
    id: file.id,
    filename: file.name,
    contentType: toContentType(file),
    sizeBytes: file.size ?? null,
    digest: null,
    state: 'READY',
    createdAt: file.createdTime,
    modifiedAt: file.modifiedTime,
    container: file.parentID === undefined ? null : toFolderRef(file.parentID, origin),
    versionNumber: file.version ?? null,
    contentKey: toContentKey(file, origin),
    // The system tells nobody what they may do before they try it.
    permissions: { read: true, download: true, replace: true, delete: true, share: false },
  };
}

/** A version never changes; without a number it is told from others by its time and size. */
function toContentKey({ id, version, modifiedTime, size }: WireFile, { account }: Origin): string {
  const mark = version === undefined ? `t${modifiedTime?.getTime() ?? 0}-${size ?? 0}` : `v${version}`;
  return `${account}-${id}-${mark}`;
}

function toContentType({ mimeType, name }: WireFile): string {
  const told = mimeType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(told) && told !== 'application/octet-stream' ? told : contentTypeOfName(name);
}

export function toVersion(file: WireFile, number: number, current: boolean): AttachmentVersion {
  const createdAt = file.modifiedTime ?? file.createdTime;
  return { number, sizeBytes: file.size ?? null, digest: null, createdAt, current };
}

export function toContainer(folder: WireFolder, origin: Origin): Container {
  return {
    provider: origin.provider,
    type: 'Folder',
    id: folder.id,
    name: folder.name,
    createdAt: folder.createdTime,
    parent: folder.parentID === undefined ? null : toFolderRef(folder.parentID, origin),
  };
}

/** The system describes what is in it, but not itself. */
export function homeOf({ provider }: Origin): Container {
  return { provider, type: 'Folder', id: homeId, name: 'Home', createdAt: null, parent: null };
}

/** Of its bytes nothing is told: what names them is the upload, whose file has a name of its own where it came from here. */
export function toUploadedRendition(id: NativeId, version: number, rendition: WireRendition, origin: Origin): UploadedRendition {
  const { name, description, path, size } = rendition;
  const mark = createHash('sha256')
    .update(JSON.stringify([name.toLowerCase(), description, path, size]))
    .digest('hex')
    .slice(0, 32);
  return {
    name,
    version,
    contentType: contentTypeOfName(path),
    sizeBytes: size ?? null,
    digest: null,
    createdAt: null,
    contentKey: `${origin.account}-${id}-v${version}-r${mark}`,
  };
}

/** The whole, or the range that the system gave where one was asked for. PROVIDER_ERROR for an answer that is neither. */
export function toOpenedContent(
  { status, headers, body }: RestAnswer,
  { provider }: Origin,
  asked: ByteRange | null = null,
): OpenedContent {
  const contentType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() || 'application/octet-stream';
  const length = headers.get('content-length');
  if (status === 200)
    return { contentType, sizeBytes: length === null ? null : Number(length), range: null, body: { stream: body } };
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (status !== 206 || asked === null || asked.start !== Number(start) || asked.end !== Number(end)) {
    body.destroy();
    throw new ContentError('PROVIDER_ERROR', `${provider} gave another part of the file than was asked for, or none`, {
      provider,
      upstreamStatus: status,
    });
  }
  const sizeBytes = total === undefined || total === '*' ? null : Number(total);
  return { contentType, sizeBytes, range: asked, body: { stream: body } };
}

function toFolderRef(id: string, { provider }: Origin): ContainerRef {
  return { provider, type: 'Folder', id };
}
