import sharp, { type Sharp } from 'sharp';
import type { Size } from '../fit.js';
import type { ThreadPool } from '../threads/pool.js';
import type { DecodedPicture, DecodeJob } from './decoding/jobs.js';
import type { Picture } from './picture.js';
import { writeTiff } from './tiff-file.js';

export type DecodingPool = ThreadPool<DecodeJob, DecodedPicture>;

const photometricRgb = 2;
const unassociatedAlpha = 2;

/** A file that libvips does not read: its pixels come from a thread. */
export function toDecodedPicture(
  path: string,
  header: Size & { readonly hasAlpha: boolean },
  maxPixels: number,
  pool: DecodingPool,
): Picture {
  return {
    ...header,
    pageCount: null,
    maxPixels,
    pixels: async (edge, signal) => toSharp(await pool.run({ path, edge }, signal)),
  };
}

/** libvips takes a colour profile only along with a file. */
function toSharp({ width, height, channels, pixels, profile }: DecodedPicture): Sharp {
  if (!profile) return sharp(pixels, { raw: { width, height, channels } });
  const fields = {
    imageWidth: width,
    imageLength: height,
    bitsPerSample: Array<number>(channels).fill(8),
    compression: 1,
    photometric: photometricRgb,
    samplesPerPixel: channels,
    rowsPerStrip: height,
    ...(channels === 4 ? { extraSamples: unassociatedAlpha } : {}),
    profile,
  };
  return sharp(writeTiff(fields, pixels, [pixels.length]));
}
