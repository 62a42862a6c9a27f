import { type Box, boxesIn, descend } from '../iso-boxes.js';
import type { PositionedFile } from '../positioned-file.js';
import { numberOf, TiffReader } from '../tiff-reader.js';
import type { PreviewPlace, Previews } from './preview.js';

/** Of the boxes that Canon has added: its metadata, and a JPEG of 1,620 px. */
const metadataBox = '85c0b687820f11e08111f4ce462b6a48';
const previewBox = 'eaf42b5e1c984b88b9fbb7dc406e4d16';

/** A CR3 of Canon, which is built like a film. https://github.com/lclevy/canon_cr3 */
export async function findCr3Previews(file: PositionedFile): Promise<Previews | null> {
  const head = await file.read(0, 12);
  if (head.toString('latin1', 4, 12) !== 'ftypcrx ') return null;
  const boxes = await boxesIn(file, { start: 0, end: file.sizeBytes });
  const movie = boxes.find(({ type }) => type === 'moov');
  const inMovie = movie ? await boxesIn(file, movie) : [];
  const places = [...(await mainJpeg(file, inMovie)), ...(await smallJpeg(file, boxes))];
  return { places, orientation: await orientationIn(file, inMovie) };
}

/** The first track is a film of one frame: a JPEG as large as the photo. */
async function mainJpeg(file: PositionedFile, inMovie: readonly Box[]): Promise<readonly PreviewPlace[]> {
  const track = inMovie.find(({ type }) => type === 'trak');
  const table = track && (await descend(file, track, ['mdia', 'minf', 'stbl']));
  if (!table) return [];
  const inTable = await boxesIn(file, table);
  const sizes = inTable.find(({ type }) => type === 'stsz');
  const offsets = inTable.find(({ type }) => type === 'co64');
  if (!sizes || !offsets) return [];
  // Version and flags; the size of all samples or 0; their number; the size of each.
  const sizeBytes = await file.read(sizes.start + 4, 12);
  const offsetBytes = await file.read(offsets.start + 8, 8);
  if (sizeBytes.length < 8 || offsetBytes.length < 8) return [];
  const same = sizeBytes.readUInt32BE(0);
  const length = same === 0 && sizeBytes.length === 12 ? sizeBytes.readUInt32BE(8) : same;
  return [{ offset: Number(offsetBytes.readBigUInt64BE(0)), length }];
}

/** In a box of its own, behind a header whose length differs: from its mark on. */
async function smallJpeg(file: PositionedFile, boxes: readonly Box[]): Promise<readonly PreviewPlace[]> {
  const box = boxes.find(({ type }) => type === previewBox);
  if (!box) return [];
  const mark = (await file.read(box.start, 64)).indexOf(Buffer.from([0xff, 0xd8]));
  return mark < 0 ? [] : [{ offset: box.start + mark, length: box.end - box.start - mark }];
}

/** CMT1 is the first directory of a TIFF. */
async function orientationIn(file: PositionedFile, inMovie: readonly Box[]): Promise<number> {
  const metadata = inMovie.find(({ type }) => type === metadataBox);
  const main = metadata && (await boxesIn(file, metadata)).find(({ type }) => type === 'CMT1');
  const tiff = main && (await TiffReader.open(file, main.start));
  const [directory] = tiff ? await tiff.chain(tiff.first, 1) : [];
  return numberOf(directory, 'orientation') ?? 1;
}
