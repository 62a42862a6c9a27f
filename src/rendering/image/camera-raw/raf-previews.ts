import type { PositionedFile } from '../positioned-file.js';
import type { Previews } from './preview.js';

const mark = 'FUJIFILMCCD-RAW ';
const placeOffset = 84;

/** A RAF of Fujifilm says in its header where a JPEG lies, which says itself how it is turned. */
export async function findRafPreviews(file: PositionedFile): Promise<Previews | null> {
  const head = await file.read(0, placeOffset + 8);
  if (head.length < placeOffset + 8 || head.toString('latin1', 0, mark.length) !== mark) return null;
  const place = { offset: head.readUInt32BE(placeOffset), length: head.readUInt32BE(placeOffset + 4) };
  return { places: [place], orientation: 1 };
}
