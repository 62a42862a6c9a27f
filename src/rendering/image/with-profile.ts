import type { Sharp } from 'sharp';
import type { Pixels } from '../thumbhash.js';
import { writeTiff } from './decoding/tiff-file.js';
import { sharp } from './sharp.js';

const uncompressed = 1;
const photometrics = { grey: 1, rgb: 2 } as const;
const unassociatedAlpha = 2;

/** Pixels whose colours an ICC profile describes: libvips takes one only along with a file. */
export function withProfile({ data, width, height, channels }: Pixels, profile: Uint8Array): Sharp {
  const hasAlpha = channels % 2 === 0;
  const fields = {
    imageWidth: width,
    imageLength: height,
    bitsPerSample: Array<number>(channels).fill(8),
    compression: uncompressed,
    photometric: channels < 3 ? photometrics.grey : photometrics.rgb,
    samplesPerPixel: channels,
    rowsPerStrip: height,
    ...(hasAlpha ? { extraSamples: unassociatedAlpha } : {}),
    profile,
  };
  return sharp(writeTiff(fields, data, [data.length]));
}
