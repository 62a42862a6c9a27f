import { LRUCache } from 'lru-cache';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { ThumbnailSpec } from '../../rendition.js';
import { fitInside, type Size } from '../fit.js';
import type { RenderedImage, SourceFile } from '../renderer.js';
import { thumbhashOfPixels } from '../thumbhash.js';
import { type DecodingPool, toDecodedPicture } from './decoded-picture.js';
import { encode } from './encode.js';
import type { Picture } from './picture.js';
import { empty, notWhatItSays, tooManyPixels, toRefusal } from './refusals.js';
import type { ImageSettings } from './settings.js';
import { pageOption, toVipsPicture } from './vips-picture.js';

const vipsFormats = new Set<Metadata['format']>(['jpeg', 'png', 'webp', 'gif', 'tiff']);
const maxOpened = 500;

/**
 * Pictures made of pixels, drawn on libvips' own threads. Its work cannot be stopped half-way, only by its own timeout: promises
 * here settle when the work has really ended.
 */
export class Pictures {
  readonly #settings: ImageSettings;
  readonly #decoding: DecodingPool;
  /** By path: a file is never changed under its name, and is drawn soon after it was looked at. */
  readonly #opened = new LRUCache<string, Picture>({ max: maxOpened });

  constructor(settings: ImageSettings, decoding: DecodingPool) {
    this.#settings = settings;
    this.#decoding = decoding;
  }

  /** Whatever it is said to be, the bytes decide what it is. */
  async open(source: SourceFile, page = 1): Promise<Picture> {
    const key = `${page} ${source.path}`;
    const known = this.#opened.get(key);
    if (known) return known;
    if (source.sizeBytes === 0) throw empty();
    const picture = await this.#look(source, page);
    this.#opened.set(key, picture);
    return picture;
  }

  /** Pixels first, then the format: the pixels are there for the thumbhash as well, and it takes no longer. */
  async thumbnail(source: SourceFile, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage> {
    const picture = await this.open(source);
    const size = fitInside({ ...picture, vector: false }, spec.size);
    const { data, info } = await this.draw(source, picture, size, (pipeline) => pipeline.raw(), signal);
    const pixels = { data, width: info.width, height: info.height, channels: info.channels };
    const bytes = await encode(sharp(data, { raw: pixels }), spec.format).toBuffer();
    return { format: spec.format, width: info.width, height: info.height, bytes, thumbhash: thumbhashOfPixels(pixels) };
  }

  /** The whole picture stretched to the size, upright and in sRGB; `finish` says in what form. */
  async draw(source: SourceFile, picture: Picture, size: Size, finish: (picture: Sharp) => Sharp, signal: AbortSignal) {
    if (picture.width * picture.height > picture.maxPixels) throw tooManyPixels(picture, picture.maxPixels);
    const { timeoutMs } = this.#settings;
    const pixels = await picture.pixels(Math.max(size.width, size.height), signal);
    signal.throwIfAborted();
    const drawn = pixels
      .timeout({ seconds: Math.ceil(timeoutMs / 1000) })
      .autoOrient()
      .resize(size.width, size.height, { fit: 'fill' })
      .toColourspace('srgb');
    return this.#settle(source, finish(drawn).toBuffer({ resolveWithObject: true }));
  }

  async #look(source: SourceFile, page: number): Promise<Picture> {
    const { path, contentType } = source;
    const metadata = await this.#settle(source, sharp(path, { ...pageOption(page), limitInputPixels: false }).metadata());
    if (metadata.format === 'heif' && metadata.compression !== 'av1') return this.#decoded(path, metadata);
    if (metadata.format === 'heif' || vipsFormats.has(metadata.format))
      return toVipsPicture(path, metadata, page, this.#settings);
    throw notWhatItSays(contentType);
  }

  #decoded(path: string, { autoOrient, hasAlpha }: Metadata): Picture {
    return toDecodedPicture(path, { ...autoOrient, hasAlpha }, this.#settings.maxPixels, this.#decoding);
  }

  async #settle<T>(source: SourceFile, result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw toRefusal(error, source.contentType, this.#settings.timeoutMs);
    }
  }
}
