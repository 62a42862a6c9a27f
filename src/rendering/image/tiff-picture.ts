import { ContentError } from '../../errors.js';
import type { Picture } from './picture.js';
import type { PictureParts } from './picture-parts.js';
import { PositionedFile } from './positioned-file.js';
import { numberOf, TiffReader } from './tiff-reader.js';
import { readMetadata, toVipsPicture } from './vips-picture.js';

/** A longer fax or book ends here. */
const maxPages = 10_000;
/** Bits of the field that says what a directory's picture is: a smaller copy of another one, and a mask for another one. */
const smallerCopy = 1;
const mask = 4;

/** One page of a TIFF, counted from 1. NOT_FOUND names the number of pages. */
export async function openTiff(path: string, page: number, { settings }: PictureParts): Promise<Picture> {
  const pages = await tiffPages(path);
  const directory = pages[page - 1];
  if (directory === undefined) {
    const count = pages.length === 1 ? '1 page' : `${pages.length} pages`;
    throw new ContentError('NOT_FOUND', `Page ${page} does not exist: the picture has ${count}`);
  }
  const metadata = await readMetadata(path, directory);
  return toVipsPicture({ read: async () => path, metadata, page: directory, pageCount: pages.length }, settings);
}

/** Which of the directories are pages, counted from 0, in order: copies in lower resolution are none. */
async function tiffPages(path: string): Promise<readonly number[]> {
  const kinds = await PositionedFile.use(path, async (file) => {
    const tiff = await TiffReader.open(file);
    const chain = tiff ? await tiff.chain(tiff.first, maxPages) : [];
    return chain.map((directory) => numberOf(directory, 'subfileType') ?? 0);
  });
  const pages = kinds.flatMap((kind, index) => ((kind & (smallerCopy | mask)) === 0 ? [index] : []));
  return pages.length > 0 ? pages : [0];
}
