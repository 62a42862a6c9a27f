import { LRUCache } from 'lru-cache';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { ThumbnailSpec } from '../../rendition.js';
import { fitInside, type Size } from '../fit.js';
import type { MediaFacts, RenderedImage, SourceFile } from '../renderer.js';
import { thumbhashOfPixels } from '../thumbhash.js';
import { encode } from './encode.js';
import { empty, notWhatItSays, tooManyPixels, toRefusal } from './refusals.js';
import type { ImageSettings } from './settings.js';

/** In px with the orientation applied; the first frame, or the picture that the file calls its main one. */
export interface Header extends Size {
  readonly hasAlpha: boolean;
  /** A JPEG in one scan: of a progressive one all of its coefficients are in memory at once. */
  readonly isPlainJpeg: boolean;
}

const rasterFormats = new Set<Metadata['format']>(['jpeg', 'png', 'webp', 'heif', 'gif', 'tiff']);
const maxHeaders = 500;

/**
 * Pictures made of pixels, drawn on libvips' own threads. Its work cannot be stopped half-way, only by its own timeout: promises
 * here settle when the work has really ended.
 */
export class RasterSource {
  readonly #settings: ImageSettings;
  /** A file is never changed under its name, and is drawn soon after its header was read. */
  readonly #headers = new LRUCache<string, Header>({ max: maxHeaders });

  constructor(settings: ImageSettings) {
    this.#settings = settings;
  }

  async header(source: SourceFile): Promise<Header> {
    const known = this.#headers.get(source.path);
    if (known) return known;
    if (source.sizeBytes === 0) throw empty();
    const metadata = await this.#settle(source, sharp(source.path, { limitInputPixels: false }).metadata());
    if (!rasterFormats.has(metadata.format)) throw notWhatItSays(source.contentType);
    const isPlainJpeg = metadata.format === 'jpeg' && !metadata.isProgressive;
    const header = { ...metadata.autoOrient, hasAlpha: metadata.hasAlpha, isPlainJpeg };
    this.#headers.set(source.path, header);
    return header;
  }

  /** Pixels first, then the format: the pixels are there for the thumbhash as well, and it takes no longer. */
  async thumbnail(source: SourceFile, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage> {
    const header = await this.header(source);
    signal.throwIfAborted();
    const { data, info } = await this.draw(source, header, spec.size, (picture) => picture.raw());
    const pixels = { data, width: info.width, height: info.height, channels: info.channels };
    const bytes = await encode(sharp(data, { raw: pixels }), spec.format).toBuffer();
    return { format: spec.format, width: info.width, height: info.height, bytes, thumbhash: thumbhashOfPixels(pixels) };
  }

  /** The whole picture inside size × size px in sRGB; `finish` says in what form. */
  async draw(source: SourceFile, header: Header, size: number, finish: (picture: Sharp) => Sharp) {
    const { maxJpegPixels, timeoutMs } = this.#settings;
    const maxPixels = header.isPlainJpeg ? Math.max(maxJpegPixels, this.#settings.maxPixels) : this.#settings.maxPixels;
    if (header.width * header.height > maxPixels) throw tooManyPixels(header.width, header.height, maxPixels);
    const { width, height } = fitInside({ ...header, vector: false }, size);
    const picture = sharp(source.path, { limitInputPixels: maxPixels, failOn: 'warning' })
      .timeout({ seconds: Math.ceil(timeoutMs / 1000) })
      .autoOrient()
      .resize(width, height, { fit: 'fill' })
      .toColourspace('srgb');
    return this.#settle(source, finish(picture).toBuffer({ resolveWithObject: true }));
  }

  async #settle<T>(source: SourceFile, result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw toRefusal(error, source.contentType, this.#settings.timeoutMs);
    }
  }
}

export function toMediaFacts({ width, height }: Size, vector: boolean): MediaFacts {
  return { width, height, vector, pageCount: null };
}
