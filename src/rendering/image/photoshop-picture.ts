import { toDecodedPicture } from './decoded-picture.js';
import { photoshopHeaderBytes, readPhotoshopHeader } from './decoding/photoshop-header.js';
import type { Picture } from './picture.js';
import type { PictureParts } from './picture-parts.js';
import { PositionedFile } from './positioned-file.js';

/** The merged picture of a Photoshop file, which lies on white; null where the file is none. */
export async function openPhotoshop(path: string, parts: PictureParts): Promise<Picture | null> {
  const header = readPhotoshopHeader(await PositionedFile.use(path, (file) => file.read(0, photoshopHeaderBytes)));
  if (!header) return null;
  const { width, height } = header;
  const { maxPixels } = parts.settings;
  return toDecodedPicture(
    { width, height, hasAlpha: false, maxPixels, job: (edge) => ({ format: 'photoshop', path, edge }) },
    parts,
  );
}
