import { PositionedFile } from './positioned-file.js';
import { numberOf, TiffReader } from './tiff-reader.js';

/** A longer fax or book ends here. */
const maxPages = 10_000;
/** Bits of the field that says what a directory's picture is: a smaller copy of another one, and a mask for another one. */
const smallerCopy = 1;
const mask = 4;

/** Which of a TIFF's directories are its pages, counted from 0, in order: copies in lower resolution are none. */
export async function tiffPages(path: string): Promise<readonly number[]> {
  const kinds = await PositionedFile.use(path, async (file) => {
    const tiff = await TiffReader.open(file);
    const chain = tiff ? await tiff.chain(tiff.first, maxPages) : [];
    return chain.map((directory) => numberOf(directory, 'subfileType') ?? 0);
  });
  const pages = kinds.flatMap((kind, index) => ((kind & (smallerCopy | mask)) === 0 ? [index] : []));
  return pages.length > 0 ? pages : [0];
}
