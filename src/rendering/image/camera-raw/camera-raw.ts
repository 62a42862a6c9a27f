import { PositionedFile } from '../positioned-file.js';
import { findCr3Previews } from './cr3-previews.js';
import { type JpegFrame, readJpegFrame } from './jpeg-frame.js';
import type { PreviewPlace, Previews } from './preview.js';
import { findRafPreviews } from './raf-previews.js';
import { findTiffPreviews } from './tiff-previews.js';

const finders = [findTiffPreviews, findCr3Previews, findRafPreviews];
/** A full-size JPEG of a camera has up to some 50 MB. */
const maxJpegBytes = 128 * 1024 ** 2;

/** The largest JPEG that a camera has put into its raw file. */
export interface CameraPreview extends PreviewPlace {
  /** What the camera's file says of its orientation; null where the JPEG says it itself. */
  readonly orientation: number | null;
}

/** null where the file is no raw file of a camera; 'none' where it holds no JPEG that can be shown. */
export async function findCameraPreview(path: string): Promise<CameraPreview | 'none' | null> {
  return PositionedFile.use(path, async (file) => {
    const previews = await findPreviews(file);
    return previews && ((await largest(file, previews)) ?? 'none');
  });
}

/** As a file of its own, with the orientation that the camera's file gave it. */
export async function readCameraPreview(path: string, { offset, length, orientation }: CameraPreview): Promise<Buffer> {
  const jpeg = await PositionedFile.use(path, (file) => file.read(offset, length));
  return orientation === null ? jpeg : Buffer.concat([jpeg.subarray(0, 2), exifOf(orientation), jpeg.subarray(2)]);
}

async function findPreviews(file: PositionedFile): Promise<Previews | null> {
  for (const find of finders) {
    const previews = await find(file);
    if (previews) return previews;
  }
  return null;
}

async function largest(file: PositionedFile, { places, orientation }: Previews): Promise<CameraPreview | null> {
  let best: { readonly place: PreviewPlace; readonly frame: JpegFrame } | null = null;
  for (const place of places) {
    const { offset, length } = place;
    if (length > maxJpegBytes || offset + length > file.sizeBytes) continue;
    const frame = await readJpegFrame(file, offset);
    if (frame && (!best || frame.width * frame.height > best.frame.width * best.frame.height)) best = { place, frame };
  }
  return best && { ...best.place, orientation: best.frame.hasExif ? null : orientation };
}

/** A segment of EXIF with one field. */
function exifOf(orientation: number): Buffer {
  const segment = Buffer.from('ffe100224578696600004d4d002a00000008000101120003000000010000000000000000', 'hex');
  segment.writeUInt16BE(orientation, 28);
  return segment;
}
