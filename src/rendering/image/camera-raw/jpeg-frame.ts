import type { Size } from '../../fit.js';
import type { PositionedFile } from '../positioned-file.js';

export interface JpegFrame extends Size {
  /** Its own EXIF or other segments may say how it is turned. */
  readonly hasExif: boolean;
}

/** What pictures are coded as; cameras write their raw data as lossless JPEG, which nothing shows. */
const shownFrames = new Set([0xc0, 0xc1, 0xc2]);
const otherFrames = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const startOfScan = 0xda;
const exifSegment = 0xe1;
const maxSegments = 200;

/** Of the JPEG that begins at an offset; null where none does that can be shown. */
export async function readJpegFrame(file: PositionedFile, offset: number): Promise<JpegFrame | null> {
  const start = await file.read(offset, 2);
  if (start.toString('hex') !== 'ffd8') return null;
  let hasExif = false;
  for (let at = offset + 2, count = 0; count < maxSegments; count += 1) {
    const segment = await file.read(at, 10);
    if (segment.length < 10 || segment[0] !== 0xff) return null;
    const marker = segment[1] ?? 0;
    if (shownFrames.has(marker)) return { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7), hasExif };
    if (otherFrames.has(marker) || marker === startOfScan) return null;
    hasExif ||= marker === exifSegment && segment.toString('latin1', 4, 8) === 'Exif';
    at += 2 + segment.readUInt16BE(2);
  }
  return null;
}
