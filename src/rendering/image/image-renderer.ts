import sharp from 'sharp';
import type { ThumbnailSpec } from '../../rendition.js';
import type { MediaFacts, RenderedImage, Renderer, SourceFile } from '../renderer.js';
import { ImageMasters } from './master.js';
import { RasterSource, toMediaFacts } from './raster.js';
import type { ImageSettings } from './settings.js';
import { SvgSource } from './svg.js';

const svg = 'image/svg+xml';

/** JPEG, PNG, WebP, AVIF, GIF, TIFF and SVG pictures; of several frames or pages the first. */
export function createImageRenderer(settings: ImageSettings): Renderer {
  return new ImageRenderer(settings);
}

class ImageRenderer implements Renderer {
  readonly name = 'image';
  readonly queue = 'image';
  readonly contentTypes = ['image/jpeg', 'image/png', 'image/apng', 'image/webp', 'image/avif', 'image/gif', 'image/tiff', svg];
  readonly master: ImageMasters;
  readonly #rasters: RasterSource;
  readonly #drawings: SvgSource;

  constructor(settings: ImageSettings) {
    // One thread a picture, and as many pictures at once as the queue is wide: that is quicker than sharing one picture out.
    sharp.concurrency(1);
    // Sources are seldom drawn twice in a row, and what libvips would keep of them is memory that nobody bounds.
    sharp.cache(false);
    this.#rasters = new RasterSource(settings);
    this.#drawings = new SvgSource(settings);
    this.master = new ImageMasters(this.#rasters, settings);
  }

  async facts(source: SourceFile, signal: AbortSignal): Promise<MediaFacts> {
    if (source.contentType === svg) return this.#drawings.facts(source, signal);
    return toMediaFacts(await this.#rasters.header(source), false);
  }

  thumbnail(source: SourceFile, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage> {
    return (source.contentType === svg ? this.#drawings : this.#rasters).thumbnail(source, spec, signal);
  }

  async close(): Promise<void> {
    this.#drawings.close();
  }
}
