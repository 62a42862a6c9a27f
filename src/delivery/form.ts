import type { Attachment } from '../attachment.js';
import type { Call } from '../call.js';
import type { Catalog } from '../catalog/catalog.js';
import { ContentError } from '../errors.js';
import { contentFilename } from '../identity/content-filename.js';
import type { ContentGrant } from '../identity/url-signer.js';
import { contentTypeOf, type RenditionSpec, variantKey } from '../rendition.js';

/** One form of an attachment as its metadata describes it, before any byte is read. */
export type Form = StoredForm | DrawnForm;

interface Described {
  readonly attachment: Attachment;
  readonly filename: string;
  readonly contentType: string;
  readonly etag: string;
  /** Parts of it can be asked for. */
  readonly rangeable: boolean;
  /** The same bytes for as long as its version is there. */
  readonly isLasting: boolean;
}

/** Bytes that a provider holds: the file itself, or a rendition that somebody uploaded. */
export interface StoredForm extends Described {
  readonly kind: 'stored';
  readonly uploadedName: string | null;
  readonly sizeBytes: number | null;
}

/** A picture that is made from it, by its provider or here. */
export interface DrawnForm extends Described {
  readonly kind: 'drawn';
  readonly spec: RenditionSpec;
}

/** NOT_FOUND when it is gone or in the trash, FORBIDDEN when this viewer may not have it, CONFLICT while it is not whole. */
export async function statForm(grant: ContentGrant, catalog: Catalog, call: Call): Promise<Form> {
  const options = grant.version === null ? {} : { version: grant.version };
  const attachment = await catalog.stat(grant.ref, options, call);
  if (!attachment || attachment.state === 'TRASHED') throw gone();
  if (attachment.state !== 'READY') throw notWhole(attachment);
  const { variant } = grant;
  if (variant.kind === 'source') return sourceForm(attachment, catalog);
  if (!attachment.permissions.read) throw forbidden('see');
  return variant.kind === 'uploaded' ? uploadedForm(attachment, variant.name, catalog, call) : drawnForm(attachment, variant);
}

function sourceForm(attachment: Attachment, catalog: Catalog): StoredForm {
  if (!attachment.permissions.download) throw forbidden('download');
  return {
    kind: 'stored',
    attachment,
    uploadedName: null,
    filename: contentFilename(attachment.filename, { kind: 'source' }),
    contentType: attachment.contentType,
    sizeBytes: attachment.sizeBytes,
    etag: `"${attachment.contentKey}"`,
    rangeable: hasRanges(attachment, catalog),
    isLasting: true,
  };
}

async function uploadedForm(attachment: Attachment, name: string, catalog: Catalog, call: Call): Promise<StoredForm> {
  const uploaded = await catalog.listUploadedRenditions(attachment, versionOf(attachment), call);
  const found = uploaded.find((rendition) => rendition.name === name);
  if (!found) throw new ContentError('NOT_FOUND', `There is no rendition named "${name}" any more`);
  return {
    kind: 'stored',
    attachment,
    uploadedName: name,
    filename: contentFilename(attachment.filename, { kind: 'uploaded', name }),
    contentType: found.contentType,
    sizeBytes: found.sizeBytes,
    etag: `"${found.contentKey}"`,
    rangeable: hasRanges(attachment, catalog),
    isLasting: true,
  };
}

/** The tag is weak: drawn again by a newer library, the picture is the same and its bytes may not be. */
function drawnForm(attachment: Attachment, spec: RenditionSpec): DrawnForm {
  return {
    kind: 'drawn',
    attachment,
    spec,
    filename: contentFilename(attachment.filename, spec),
    contentType: contentTypeOf(spec.format),
    etag: `W/"${attachment.contentKey}.${variantKey(spec)}"`,
    rangeable: true,
    isLasting: true,
  };
}

/** What is sent in its place where there is no picture: it gives way as soon as there is one. */
export function iconForm(form: Form): Form {
  return { ...form, etag: form.etag.replace('"', '"icon.'), isLasting: false };
}

/** The options that name this very version, so that a newer one never mixes in. */
export function versionOf(attachment: Attachment): { readonly version?: number } {
  return attachment.versionNumber === null ? {} : { version: attachment.versionNumber };
}

export function gone(): ContentError {
  return new ContentError('NOT_FOUND', 'This attachment was deleted');
}

function hasRanges(attachment: Attachment, catalog: Catalog): boolean {
  return catalog.info(attachment.provider)?.capabilities.ranges ?? false;
}

function forbidden(what: string): ContentError {
  return new ContentError('FORBIDDEN', `You may not ${what} this attachment any more`);
}

function notWhole(attachment: Attachment): ContentError {
  return new ContentError('CONFLICT', `This attachment has no content now: its state is ${attachment.state}`);
}
