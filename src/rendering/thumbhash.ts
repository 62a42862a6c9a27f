import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';

/** px of the longest edge that is hashed; ThumbHash keeps at most 7 waves in a direction, so more would not be seen. */
const hashedEdge = 32;

/** About 25 bytes that a client paints as a blur until the picture itself is there. */
export async function thumbhashOf(picture: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(picture)
    .resize(hashedEdge, hashedEdge, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data));
}
