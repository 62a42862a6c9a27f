import { extname } from 'node:path';
import sharp from 'sharp';
import type { Pages, Version } from './model.js';

/** The responsive images: no wider than so many px. `word` names them in errors. */
export const imageKinds = {
  thumbnailImage: { width: 150, word: 'Thumbnail' },
  smallImage: { width: 300, word: 'Small' },
  mediumImage: { width: 1024, word: 'Medium' },
  largeImage: { width: 2048, word: 'Large' },
} as const;
export type ImageKind = keyof typeof imageKinds;
export type ImageFormat = 'jpeg' | 'webp';

const pictureTypes = new Set(['jpeg', 'jpg', 'png', 'gif', 'tiff', 'tif', 'bmp']);
const documentTypes = new Set(['doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'pdf']);
const otherPagedTypes = new Set('dot dotx xlst pot potx txt csv md log json xml html htm eml msg dwg dxf'.split(' '));

/** The large image is documented for pictures alone, and not for BMP. */
export function hasImages(name: string, kind: ImageKind): boolean {
  const type = typeOf(name);
  return kind === 'largeImage' ? pictureTypes.has(type) && type !== 'bmp' : pictureTypes.has(type) || documentTypes.has(type);
}

export function canHavePages(name: string): boolean {
  const type = typeOf(name);
  return pictureTypes.has(type) || documentTypes.has(type) || otherPagedTypes.has(type);
}

/** Rejects where the bytes are not what the name says. */
export function responsiveImage(version: Version, kind: ImageKind, format: ImageFormat): Promise<Buffer> {
  const key = `${kind}.${format}`;
  const known = version.images.get(key);
  if (known) return known;
  const drawn = drawImage(version, imageKinds[kind].width, format);
  version.images.set(key, drawn);
  return drawn;
}

/** The front page, small. */
export async function frontPage(version: Version): Promise<Buffer> {
  return drawImage(version, imageKinds.thumbnailImage.width, 'jpeg');
}

/** Pages of what was uploaded stand in for the real ones: drawn here, with the words of a text. */
export function standInPages(version: Version, readyAt: number): Pages {
  const texts = typeOf(version.name) === 'pdf' ? pdfPageTexts(version) : textPages(version);
  return {
    count: texts.length,
    readyAt,
    picture: (page) =>
      pictureTypes.has(typeOf(version.name))
        ? sharp(version.bytes).png().toBuffer()
        : drawPage(version.name, page, texts[page - 1] ?? []),
  };
}

export function storedPages(pictures: readonly Buffer[]): Pages {
  return { count: pictures.length, readyAt: 0, picture: async (page) => pictures[page - 1] ?? Buffer.alloc(0) };
}

/** A page, small. */
export function toThumbnail(page: Buffer): Promise<Buffer> {
  return sharp(page).resize({ width: imageKinds.thumbnailImage.width }).jpeg().toBuffer();
}

async function drawImage(version: Version, width: number, format: ImageFormat): Promise<Buffer> {
  const source = pictureTypes.has(typeOf(version.name))
    ? version.bytes
    : await (version.pages ?? standInPages(version, 0)).picture(1);
  return sharp(source)
    .rotate()
    .resize({ width, withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .toFormat(format)
    .toBuffer();
}

const linesPerPage = 40;
const charsPerLine = 70;

function textPages({ name, bytes }: Version): readonly (readonly string[])[] {
  if (!otherPagedTypes.has(typeOf(name))) return [[]];
  const lines = bytes.toString('utf8', 0, 64 * 1024).split('\n');
  const pages = Math.max(1, Math.ceil(lines.length / linesPerPage));
  return Array.from({ length: pages }, (_, page) => lines.slice(page * linesPerPage, (page + 1) * linesPerPage));
}

function pdfPageTexts({ bytes }: Version): readonly (readonly string[])[] {
  const pages = bytes.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 1;
  return Array.from({ length: pages }, () => []);
}

function drawPage(name: string, page: number, lines: readonly string[]): Promise<Buffer> {
  const text = [`${name}, page ${page}`, '', ...lines.map((line) => line.slice(0, charsPerLine))];
  const spans = text.map((line, index) => `<text x="60" y="${80 + index * 24}">${escapeXml(line)}</text>`).join('');
  const sheet = '<rect width="816" height="1056" fill="#fff" stroke="#888" stroke-width="4"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="816" height="1056" font-family="sans-serif" font-size="18">${sheet}${spans}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

function escapeXml(line: string): string {
  return line.replace(/\p{C}/gu, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function typeOf(name: string): string {
  return extname(name).slice(1).toLowerCase();
}
