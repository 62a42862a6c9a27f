import type { Sharp } from 'sharp';
import type { ThumbnailSpec } from '../../rendition.js';
import { fitInside } from '../fit.js';
import type { MasterRenderer, MediaFacts, RenderedImage, SourceFile } from '../renderer.js';
import { encode } from './encode.js';
import type { Pictures } from './pictures.js';
import { sharp } from './sharp.js';

/** px. A JPEG of 12 Mpx is decoded for it at half its size; it leaves half as much again above the largest size it serves. */
const masterEdge = 1600;
const largestServed = 1024;

const masterFormats = {
  JPEG: (picture: Sharp) => picture.jpeg({ quality: 90 }),
  PNG: (picture: Sharp) => picture.png({ compressionLevel: 3 }),
} as const;

export class ImageMasters implements MasterRenderer {
  readonly #pictures: Pictures;
  readonly #fromPixels: number;

  /** Of sources of more than `fromPixels` px; 0: of none. */
  constructor(pictures: Pictures, fromPixels: number) {
    this.#pictures = pictures;
    this.#fromPixels = fromPixels;
  }

  suits({ width, height, vector }: MediaFacts): boolean {
    if (vector || width === null || height === null || this.#fromPixels === 0) return false;
    return width * height > this.#fromPixels;
  }

  serves({ size }: ThumbnailSpec): boolean {
    return size <= largestServed;
  }

  /** Of a quality of which nothing is seen after it is made smaller; without loss where parts are transparent. */
  async draw(source: SourceFile, signal: AbortSignal): Promise<RenderedImage> {
    const picture = await this.#pictures.open(source, 1, signal);
    const format = picture.hasAlpha ? 'PNG' : 'JPEG';
    const size = fitInside(picture, masterEdge);
    const { data, info } = await this.#pictures.draw(source, picture, size, masterFormats[format], signal);
    return { format, width: info.width, height: info.height, bytes: data };
  }

  async thumbnail(master: Buffer, facts: MediaFacts, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage> {
    signal.throwIfAborted();
    const size = fitInside(facts, spec.size);
    const picture = sharp(master).resize(size?.width, size?.height, { fit: 'fill' });
    const { data, info } = await encode(picture, spec.format).toBuffer({ resolveWithObject: true });
    return { format: spec.format, width: info.width, height: info.height, bytes: data };
  }
}
