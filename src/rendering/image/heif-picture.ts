import type { Metadata } from 'sharp';
import { toDecodedPicture } from './decoded-picture.js';
import type { Picture } from './picture.js';
import type { PictureParts } from './picture-parts.js';
import { readVideoColours } from './video-colours.js';
import { videoProfile } from './video-profile.js';
import { toVipsPicture } from './vips-picture.js';

/** AVIF, which libvips decodes, and HEIC, which it does not. Their colours are said by a profile or as those of films are. */
export async function openHeif(path: string, metadata: Metadata, parts: PictureParts): Promise<Picture> {
  const colours = metadata.icc ? null : await readVideoColours(path);
  const profile = colours && videoProfile(colours);
  if (metadata.compression === 'av1') return toVipsPicture({ read: async () => path, metadata, profile }, parts.settings);
  const { maxPixels, maxBufferedPixels } = parts.settings;
  const source = {
    ...metadata.autoOrient,
    hasAlpha: metadata.hasAlpha,
    maxPixels: Math.min(maxBufferedPixels, maxPixels),
    profile: metadata.icc ?? profile,
    job: (edge: number) => ({ format: 'heif', path, edge }) as const,
  };
  return toDecodedPicture(source, parts);
}
