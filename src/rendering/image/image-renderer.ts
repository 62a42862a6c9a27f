import sharp from 'sharp';
import type { ThumbnailSpec } from '../../rendition.js';
import type { MediaFacts, RenderedImage, Renderer, SourceFile } from '../renderer.js';
import { ImageMasters } from './master.js';
import { RasterSource, toMediaFacts } from './raster.js';
import type { ImageSettings } from './settings.js';

/** JPEG, PNG, WebP, AVIF, GIF and TIFF pictures; of several frames or pages the first. */
export function createImageRenderer(settings: ImageSettings): Renderer {
  return new ImageRenderer(settings);
}

class ImageRenderer implements Renderer {
  readonly name = 'image';
  readonly queue = 'image';
  readonly contentTypes = ['image/jpeg', 'image/png', 'image/apng', 'image/webp', 'image/avif', 'image/gif', 'image/tiff'];
  readonly master: ImageMasters;
  readonly #rasters: RasterSource;

  constructor(settings: ImageSettings) {
    // One thread a picture, and as many pictures at once as the queue is wide: that is quicker than sharing one picture out.
    sharp.concurrency(1);
    // Sources are seldom drawn twice in a row, and what libvips would keep of them is memory that nobody bounds.
    sharp.cache(false);
    this.#rasters = new RasterSource(settings);
    this.master = new ImageMasters(this.#rasters, settings);
  }

  async facts(source: SourceFile): Promise<MediaFacts> {
    return toMediaFacts(await this.#rasters.header(source), false);
  }

  thumbnail(source: SourceFile, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage> {
    return this.#rasters.thumbnail(source, spec, signal);
  }

  async close(): Promise<void> {}
}
