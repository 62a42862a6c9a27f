import type { Picture } from '../picture.js';
import type { PictureParts } from '../picture-parts.js';
import { noPreview } from '../refusals.js';
import { readMetadata, toVipsPicture } from '../vips-picture.js';
import { findCameraPreview, readCameraPreview } from './camera-raw.js';

/** The largest JPEG inside a camera's raw file; null where the file is none. */
export async function openCameraRaw(path: string, { settings }: PictureParts): Promise<Picture | null> {
  const preview = await findCameraPreview(path);
  if (preview === null) return null;
  if (preview === 'none') throw noPreview();
  const read = () => readCameraPreview(path, preview);
  return toVipsPicture({ read, metadata: await readMetadata(await read()) }, settings);
}
