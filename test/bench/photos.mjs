import { linkSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** A JPEG of 4000 × 3000 px with the detail of a photograph: large shapes, texture and grain. About 4 MB. */
export async function drawPhoto(path) {
  const [width, height] = [4000, 3000];
  const noise = (scale, sigma, colour) =>
    sharp({
      create: { width: width / scale, height: height / scale, channels: 3, noise: { type: 'gaussian', mean: 128, sigma } },
    })
      .resize(width, height, { kernel: 'cubic' })
      .toColourspace(colour)
      .png({ compressionLevel: 0 })
      .toBuffer();
  const sky = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><linearGradient id="g" x2="0" y2="1">
     <stop stop-color="#5080c0"/><stop offset=".6" stop-color="#d8c8a0"/><stop offset="1" stop-color="#304018"/></linearGradient>
     <rect width="100%" height="100%" fill="url(#g)"/></svg>`,
  );
  const layers = await Promise.all([noise(200, 60, 'srgb'), noise(20, 30, 'srgb'), noise(4, 20, 'b-w'), noise(1, 16, 'b-w')]);
  await sharp(sky)
    .composite(layers.map((input) => ({ input, blend: 'overlay' })))
    .removeAlpha()
    .jpeg({ quality: 90 })
    .toFile(path);
}

/** The same bytes under many names: distinct sources, of which nothing can be known from before. */
export function nameOften(path, folder, prefix, count) {
  return Array.from({ length: count }, (_, index) => {
    const name = join(folder, `${prefix}-${index}.jpg`);
    linkSync(path, name);
    return name;
  });
}
