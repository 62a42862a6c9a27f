import sharp, { type Sharp } from 'sharp';
import type { ImageFormat } from '../../rendition.js';
import type { RenderedImage } from '../renderer.js';
import type { Bitmap } from './document.js';

const encoders = {
  JPEG: (image: Sharp) => image.jpeg({ quality: 80 }),
  PNG: (image: Sharp) => image.png({ compressionLevel: 6 }),
  WEBP: (image: Sharp) => image.webp({ quality: 80, effort: 2 }),
  AVIF: (image: Sharp) => image.avif({ quality: 55, effort: 0 }),
};

export async function encodeBitmap(bitmap: Bitmap, format: ImageFormat, timeoutMs: number): Promise<RenderedImage> {
  const { pixels, width, height } = bitmap;
  const image = sharp(pixels, { raw: { width, height, channels: 3 } }).timeout({ seconds: Math.ceil(timeoutMs / 1000) });
  return { format, width, height, bytes: await encoders[format](image).toBuffer() };
}
