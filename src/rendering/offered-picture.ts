import { imageSize } from 'image-size';
import { contentTypeOf, type RenditionSpec } from '../rendition.js';
import { maxPageHeight, type Size } from './fit.js';
import type { ReadyPicture } from './renderer.js';

/** A picture that somebody else made of a source. Nothing about it is believed before its bytes were looked at. */
export interface OfferedPicture {
  readonly bytes: Buffer;
  /** px that its maker bounds the longest edge to (the width of a page): a picture below it shows all there is. null: unknown. */
  readonly sizeCap: number | null;
  /** Its maker has no other. */
  readonly only?: boolean;
}

/** What became of an offered picture. Nothing of a TOO_SMALL or UNUSABLE one is stored. */
export type Adoption =
  | ReadyPicture
  | { readonly state: 'TOO_SMALL'; readonly edge: number }
  | { readonly state: 'UNUSABLE'; readonly reason: string };

export interface Offer {
  readonly contentKey: string;
  readonly spec: RenditionSpec;
  readonly picture: OfferedPicture;
  /** Take it even where it shows less than is asked for. */
  readonly anySize: boolean;
}

/** What the bytes of a picture say of themselves, without a pixel decoded. In px, with the orientation applied. */
export interface PictureHeader extends Size {
  /** What the bytes are, whatever was said about them. */
  readonly contentType: string;
  /** Upright, and there to its end as far as the bytes tell: it may be delivered untouched. */
  readonly intact: boolean;
}

/** Anything beyond is no small picture, whatever its bytes are. */
const maxEdge = 16_384;
/** A picture is large enough from this share of what is asked for. */
const enough = 0.9;

/** How the formats that can be drawn from are called by the reader of their headers, and how each of them tells that it is whole. */
const formats: Readonly<Record<string, { readonly contentType: string; readonly intact: (bytes: Buffer) => boolean }>> = {
  jpg: { contentType: 'image/jpeg', intact: (bytes) => bytes.readUInt16BE(bytes.length - 2) === 0xffd9 },
  png: { contentType: 'image/png', intact: isIntactPng },
  webp: { contentType: 'image/webp', intact: isIntactWebp },
  avif: { contentType: 'image/avif', intact: () => false },
  gif: { contentType: 'image/gif', intact: () => false },
  tiff: { contentType: 'image/tiff', intact: () => false },
};

/** null for bytes that are no picture: a page of HTML, a drawing that could run scripts, sizes that cannot be. */
export function readPictureHeader(bytes: Buffer): PictureHeader | null {
  const { width, height, type = '', orientation = 1 } = readSize(bytes);
  const known = formats[type];
  if (!known || !isEdge(width) || !isEdge(height)) return null;
  const size = orientation > 4 ? { width: height, height: width } : { width, height };
  return { ...size, contentType: known.contentType, intact: orientation === 1 && known.intact(bytes) };
}

/** Whether it shows as much as is asked for, or all there is. */
export function isLargeEnough(header: Size, { sizeCap }: OfferedPicture, spec: RenditionSpec): boolean {
  const asked = spec.kind === 'page' ? spec.width : spec.size;
  const edge = spec.kind === 'page' ? header.width : Math.max(header.width, header.height);
  return Math.max(edge, sizeCap ?? 0) >= asked * enough;
}

/** Whether it is what is asked for as it stands. */
export function isExact(header: PictureHeader, spec: RenditionSpec): boolean {
  const { width, height, contentType, intact } = header;
  const fits = spec.kind === 'page' ? width <= spec.width && height <= maxPageHeight : Math.max(width, height) <= spec.size;
  return fits && intact && contentType === contentTypeOf(spec.format);
}

function readSize(bytes: Buffer): ReturnType<typeof imageSize> {
  try {
    return imageSize(bytes);
  } catch {
    return { width: 0, height: 0 };
  }
}

function isEdge(length: number): boolean {
  return Number.isInteger(length) && length >= 1 && length <= maxEdge;
}

/** https://www.w3.org/TR/png-3/#5DataRep: chunks of length, type, data and checksum, the last of them IEND. eXIf may turn it. */
function isIntactPng(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'eXIf') return false;
    if (type === 'IEND') return at + 12 === bytes.length;
  }
  return false;
}

const webpFlags = { animation: 0b10, exif: 0b1000 };

/** https://developers.google.com/speed/webp/docs/riff_container: one that moves or may be turned is drawn anew. */
function isIntactWebp(bytes: Buffer): boolean {
  if (bytes.length < 30 || bytes.readUInt32LE(4) + 8 !== bytes.length) return false;
  const extended = bytes.toString('latin1', 12, 16) === 'VP8X';
  return !extended || ((bytes[20] ?? 0) & (webpFlags.animation | webpFlags.exif)) === 0;
}
