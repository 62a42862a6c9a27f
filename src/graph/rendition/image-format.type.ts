import type { ImageFormat } from '../../rendition.js';
import { enumType } from '../enum-type.js';

export const ImageFormatType = enumType<ImageFormat>('ImageFormat', 'Formats that pictures are drawn in.', {
  JPEG: 'Understood everywhere, no transparency: it is laid on white.',
  PNG: 'Lossless, with transparency; sharp text, large photographs.',
  WEBP: 'Smaller than JPEG, with transparency; every current browser.',
  AVIF: 'Smallest, with transparency; takes longest to draw.',
});
