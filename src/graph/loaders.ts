import DataLoader from 'dataloader';
import type { Attachment, AttachmentRef, Container, ContainerRef, ProviderName } from '../attachment.js';
import type { Call } from '../call.js';
import type { Catalog, ProviderHealth } from '../catalog/catalog.js';
import type { Renditions } from '../catalog/renditions.js';
import type { UploadedRendition } from '../providers/provider.js';
import type { MediaFacts } from '../rendering/renderer.js';
import { ListedAttachments } from './listed-attachments.js';
import { oneByOne } from './one-by-one.js';

export interface VersionRef extends AttachmentRef {
  /** The current one where null. */
  readonly version: number | null;
}

/** What one request has asked for, asked once. Built for each request, because answers depend on who asks. */
export interface Loaders {
  /** Consulted by attachmentById. */
  readonly listed: ListedAttachments;
  /** The current version; null: no such attachment. */
  readonly attachmentById: DataLoader<AttachmentRef, Attachment | null, string>;
  readonly attachmentByIdAndVersion: DataLoader<VersionRef, Attachment | null, string>;
  readonly containerById: DataLoader<ContainerRef, Container | null, string>;
  readonly uploadedRenditionsByIdAndVersion: DataLoader<VersionRef, readonly UploadedRendition[], string>;
  readonly factsByAttachment: DataLoader<Attachment, MediaFacts, string>;
  readonly healthByProvider: DataLoader<ProviderName, ProviderHealth>;
}

export interface LoaderParts {
  readonly catalog: Catalog;
  readonly renditions: Renditions;
}

export function createLoaders({ catalog, renditions }: LoaderParts, call: Call): Loaders {
  const listed = new ListedAttachments();
  return {
    listed,
    attachmentById: new DataLoader<AttachmentRef, Attachment | null, string>(
      (refs) => statUnlisted(refs, listed, catalog, call),
      {
        cacheKeyFn: refKey,
      },
    ),
    attachmentByIdAndVersion: loaderOf((ref) => catalog.stat(ref, versionOption(ref), call), versionKey),
    containerById: loaderOf((ref) => catalog.statContainer(ref, call), containerKey),
    uploadedRenditionsByIdAndVersion: loaderOf(
      (ref) => catalog.listUploadedRenditions(ref, versionOption(ref), call),
      versionKey,
    ),
    factsByAttachment: loaderOf((attachment) => renditions.facts(attachment, call), contentKey),
    healthByProvider: loaderOf(
      (name) => catalog.health(name, call),
      (name) => name,
    ),
  };
}

async function statUnlisted(refs: readonly AttachmentRef[], listed: ListedAttachments, catalog: Catalog, call: Call) {
  const unlisted = refs.filter((ref) => !listed.find(ref));
  const answers = unlisted.length === 0 ? [] : await catalog.statMany(unlisted, call);
  const rest = answers.values();
  return refs.map((ref) => listed.find(ref) ?? rest.next().value ?? null);
}

/** For what a provider cannot be asked in bulk: each key is still asked for once a request. */
function loaderOf<Key, Value>(
  load: (key: Key) => Promise<Value>,
  cacheKeyFn: (key: Key) => string,
): DataLoader<Key, Value, string> {
  return new DataLoader<Key, Value, string>((keys) => oneByOne(keys, load), { cacheKeyFn });
}

function versionOption({ version }: VersionRef): { readonly version?: number } {
  return version === null ? {} : { version };
}

function refKey(ref: AttachmentRef): string {
  return `${ref.provider}\n${ref.id}`;
}

function versionKey(ref: VersionRef): string {
  return `${refKey(ref)}\n${ref.version}`;
}

function containerKey(ref: ContainerRef): string {
  return `${refKey(ref)}\n${ref.type}`;
}

function contentKey(attachment: Attachment): string {
  return attachment.contentKey;
}
