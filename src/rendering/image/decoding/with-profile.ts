import type { Decoded } from './jobs.js';
import type { DecodedPixels } from './shrink.js';
import { writeTiff } from './tiff-file.js';

const uncompressed = 1;
const photometricRgb = 2;
const unassociatedAlpha = 2;

/** Colours that an ICC profile describes: libvips takes one only along with a file. */
export function withProfile({ bytes, raw: { width, height, channels } }: DecodedPixels, profile: Uint8Array): Decoded {
  const fields = {
    imageWidth: width,
    imageLength: height,
    bitsPerSample: Array<number>(channels).fill(8),
    compression: uncompressed,
    photometric: photometricRgb,
    samplesPerPixel: channels,
    rowsPerStrip: height,
    ...(channels === 4 ? { extraSamples: unassociatedAlpha } : {}),
    profile,
  };
  return { bytes: writeTiff(fields, bytes, [bytes.length]), raw: null };
}
