import sharp from 'sharp';

/** px of the longest edge. */
const edge = 160;

/** A thumbnail is always a JPEG; there is none of what is no picture. */
export async function drawThumbnail(content: Buffer, mimeType: string): Promise<Buffer | null> {
  if (!mimeType.startsWith('image/')) return null;
  return sharp(content)
    .rotate()
    .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 80 })
    .toBuffer()
    .catch(() => null);
}
