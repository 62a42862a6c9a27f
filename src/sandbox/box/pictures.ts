import { LRUCache } from 'lru-cache';
import sharp from 'sharp';
import { type BoxVersion, extensionOf } from './account.js';

export type PictureFormat = 'png' | 'jpg';

export interface PictureSpec {
  readonly format: PictureFormat;
  /** px of the longest edge at most; pictures are never drawn larger than they are. */
  readonly size: number;
  /** From 1. */
  readonly page: number;
}

const maxKeptBytes = 64 * 1024 * 1024;

/** Pictures of files, drawn once and kept for a while. */
export class Pictures {
  readonly #drawn = new LRUCache<string, Buffer>({ maxSize: maxKeptBytes, sizeCalculation: (picture) => picture.length });

  /** null: the file is damaged, or has no such page. */
  async draw(version: BoxVersion, { format, size, page }: PictureSpec): Promise<Buffer | null> {
    const key = `${version.id}/${format}/${size}/${page}`;
    const kept = this.#drawn.get(key);
    if (kept) return kept;
    const source = version.pages.length > 0 ? version.pages[page - 1] : version.bytes;
    if (!source || page > pageCount(version)) return null;
    const picture = await drawInside(source, format, size).catch(() => null);
    if (picture) this.#drawn.set(key, picture);
    return picture;
  }

  /** The icon that Box shows instead of a picture of this type of file. */
  async placeholder(extension: string): Promise<Buffer> {
    const label = extension.slice(0, 4).replace(/[^a-z0-9]/gi, '');
    const icon = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">
      <rect x="5" y="1" width="22" height="30" rx="2" fill="#e8ebf0" stroke="#8a94a6"/>
      <text x="16" y="20" font-family="sans-serif" font-size="8" text-anchor="middle" fill="#4c566a">${label}</text></svg>`;
    return sharp(Buffer.from(icon)).gif().toBuffer();
  }
}

function drawInside(source: Buffer, format: PictureFormat, size: number): Promise<Buffer> {
  const inside = sharp(source).autoOrient().resize(size, size, { fit: 'inside', withoutEnlargement: true });
  return format === 'png' ? inside.png().toBuffer() : inside.flatten({ background: '#ffffff' }).jpeg({ quality: 85 }).toBuffer();
}

/** https://developer.box.com/guides/representations/supported-file-types/ */
const pictured = new Set(
  (
    'bmp cr2 crw dcm dicm dicom dng eps gif heic jpeg jpg nef png ps psd raf raw svg svs tif tiff tga webp ai ' +
    '3g2 3gp avi flv m2v m2ts m4v mkv mov mp4 mpeg mpg mts ogg qt ts swf wmv'
  ).split(' '),
);
const texts = new Set('txt md csv log json xml yaml yml html js py java sql'.split(' '));

/** Whether Box makes pictures of files of this type. Documents have them here if their pages came with them. */
export function hasPictures(version: BoxVersion): boolean {
  return version.pages.length > 0 || pictured.has(extensionOf(version.name));
}

export function hasText({ name }: BoxVersion): boolean {
  return texts.has(extensionOf(name));
}

export function isJpeg({ name }: BoxVersion): boolean {
  return /\.jpe?g$/i.test(name);
}

export function isPdf({ name }: BoxVersion): boolean {
  return /\.pdf$/i.test(name);
}

export function pageCount({ pages }: BoxVersion): number {
  return Math.max(1, pages.length);
}
