import { LRUCache } from 'lru-cache';
import type { Sharp } from 'sharp';
import type { PageSpec, RenditionSpec, ThumbnailSpec } from '../../rendition.js';
import { fitInside, fitWidth, type Size } from '../fit.js';
import type { MediaFacts, RenderedImage, SourceFile } from '../renderer.js';
import { thumbhashOfPixels } from '../thumbhash.js';
import { encode } from './encode.js';
import type { Picture } from './picture.js';
import { tooManyPixels, toRefusal } from './refusals.js';
import { sharp } from './sharp.js';
import { withProfile } from './with-profile.js';

const maxOpened = 500;

export interface PicturesParts {
  /** Looks at a file; `page` counts from 1. */
  open(source: SourceFile, page: number, signal: AbortSignal): Promise<Picture>;
  /** For what libvips does at a time. */
  readonly timeoutMs: number;
}

/**
 * Pictures that libvips makes smaller, on its own threads. Its work cannot be stopped half-way, only by its own timeout: promises
 * here settle when the work has really ended.
 */
export class Pictures {
  readonly #parts: PicturesParts;
  /** By page and path: a file is never changed under its name, and is drawn soon after it was looked at. */
  readonly #opened = new LRUCache<string, Picture>({ max: maxOpened });

  constructor(parts: PicturesParts) {
    this.#parts = parts;
  }

  async facts(source: SourceFile, signal: AbortSignal): Promise<MediaFacts> {
    const { width, height, vector, pageCount, durationSeconds } = await this.open(source, 1, signal);
    return { width, height, vector, pageCount, ...(durationSeconds === undefined ? {} : { durationSeconds }) };
  }

  /** Its header alone is read. NOT_FOUND beyond the last page. */
  async open(source: SourceFile, page: number, signal: AbortSignal): Promise<Picture> {
    const key = `${page} ${source.path}`;
    const known = this.#opened.get(key);
    if (known) return known;
    const picture = await this.#settle(source, this.#parts.open(source, page, signal));
    this.#opened.set(key, picture);
    return picture;
  }

  async thumbnail(source: SourceFile, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage> {
    const picture = await this.open(source, 1, signal);
    return this.#render(source, picture, spec, fitInside(picture, spec.size), signal);
  }

  async page(source: SourceFile, spec: PageSpec, signal: AbortSignal): Promise<RenderedImage> {
    const picture = await this.open(source, spec.page, signal);
    return this.#render(source, picture, spec, fitWidth(picture, spec.width), signal);
  }

  /** The whole picture stretched to the size, upright and in sRGB; `finish` says in what form. */
  async draw(source: SourceFile, picture: Picture, size: Size, finish: (picture: Sharp) => Sharp, signal: AbortSignal) {
    if (picture.width * picture.height > picture.maxPixels) throw tooManyPixels(picture, picture.maxPixels);
    const { timeoutMs } = this.#parts;
    const pixels = await picture.pixels(Math.max(size.width, size.height), signal);
    signal.throwIfAborted();
    const seconds = Math.ceil(timeoutMs / 1000);
    const resized = pixels.timeout({ seconds }).autoOrient().resize(size.width, size.height, { fit: 'fill' });
    const drawn = picture.profile ? await this.#settle(source, profiled(resized, picture.profile)) : resized;
    return this.#settle(source, finish(drawn.toColourspace('srgb')).toBuffer({ resolveWithObject: true }));
  }

  /** Pixels first, then the format: the pixels are there for the thumbhash as well, and it takes no longer. */
  async #render(
    source: SourceFile,
    picture: Picture,
    { format }: RenditionSpec,
    size: Size,
    signal: AbortSignal,
  ): Promise<RenderedImage> {
    const { data, info } = await this.draw(source, picture, size, (pipeline) => pipeline.raw(), signal);
    const pixels = { data, width: info.width, height: info.height, channels: info.channels };
    const bytes = await encode(sharp(data, { raw: pixels }), format).toBuffer();
    return { format, width: info.width, height: info.height, bytes, thumbhash: thumbhashOfPixels(pixels) };
  }

  async #settle<T>(source: SourceFile, result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw toRefusal(error, source.contentType, this.#parts.timeoutMs);
    }
  }
}

/** The small picture gets its profile, so that its colours are brought to sRGB with it. */
async function profiled(resized: Sharp, profile: Uint8Array): Promise<Sharp> {
  const { data, info } = await resized.raw().toBuffer({ resolveWithObject: true });
  return withProfile({ data, width: info.width, height: info.height, channels: info.channels }, profile);
}
