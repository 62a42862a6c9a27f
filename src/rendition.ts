import { ContentError } from './errors.js';

export const imageFormats = ['JPEG', 'PNG', 'WEBP', 'AVIF'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** Longest edges in px. Every asked size snaps up to one of these, so strangers cannot order a million variants. */
export const ladder = [32, 64, 128, 160, 256, 320, 640, 1024, 2048] as const;
export type LadderSize = (typeof ladder)[number];
export const maxSize = 2048;
/** Width of a page in px where none is asked for. */
export const defaultPageWidth = 1024;

/** An image no larger than size × size. */
export interface ThumbnailSpec {
  readonly kind: 'thumbnail';
  readonly size: LadderSize;
  readonly format: ImageFormat;
}

/** One page of a document, counted from 1, `width` px wide. */
export interface PageSpec {
  readonly kind: 'page';
  readonly page: number;
  readonly width: LadderSize;
  readonly format: ImageFormat;
}

/** What can be drawn from a source. */
export type RenditionSpec = ThumbnailSpec | PageSpec;

/** What a content URL can lead to: the file itself, something drawn from it, or a rendition that somebody uploaded. */
export type Variant = { readonly kind: 'source' } | RenditionSpec | { readonly kind: 'uploaded'; readonly name: string };

export type RenditionState = 'READY' | 'PENDING' | 'PLACEHOLDER' | 'UNSUPPORTED' | 'FAILED';
export type RenditionSource = 'PROVIDER' | 'PROXY_RESIZED' | 'RENDERED_HERE';

const contentTypes: Record<ImageFormat, string> = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  WEBP: 'image/webp',
  AVIF: 'image/avif',
};

export function contentTypeOf(format: ImageFormat): string {
  return contentTypes[format];
}

/** The ladder's size for an asked one. BAD_USER_INPUT outside 1 to 2048; `name` is the argument it came from. */
export function toLadderSize(asked: number, name: string): LadderSize {
  const size = Number.isInteger(asked) && asked > 0 ? ladder.find((step) => step >= asked) : undefined;
  if (size === undefined) throw new ContentError('BAD_USER_INPUT', `${name} must be from 1 to ${maxSize}, got ${asked}`);
  return size;
}

/** Names a spec in stores and URLs: "thumbnail-320.jpeg", "page-3-1024.png". parseVariant reads it back. */
export function variantKey(variant: Variant): string {
  switch (variant.kind) {
    case 'source':
      return 'source';
    case 'thumbnail':
      return `thumbnail-${variant.size}.${variant.format.toLowerCase()}`;
    case 'page':
      return `page-${variant.page}-${variant.width}.${variant.format.toLowerCase()}`;
    case 'uploaded':
      return `uploaded-${encodeURIComponent(variant.name)}`;
  }
}

const drawnVariant = /^(?:thumbnail|page-([1-9]\d{0,6}))-(\d{1,4})\.(jpeg|png|webp|avif)$/;

/** null for anything that variantKey does not write. */
export function parseVariant(key: string): Variant | null {
  if (key === 'source') return { kind: 'source' };
  if (key.startsWith('uploaded-')) return { kind: 'uploaded', name: decodeURIComponent(key.slice('uploaded-'.length)) };
  const match = drawnVariant.exec(key);
  const size = ladder.find((step) => step === Number(match?.[2]));
  const format = imageFormats.find((name) => name === match?.[3]?.toUpperCase());
  if (!match || size === undefined || format === undefined) return null;
  return match[1] === undefined
    ? { kind: 'thumbnail', size, format }
    : { kind: 'page', page: Number(match[1]), width: size, format };
}
