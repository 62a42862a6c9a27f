import sharp from 'sharp';
import type { ThumbnailSpec } from '../../rendition.js';
import type { MediaFacts, RenderedImage, Renderer, SourceFile } from '../renderer.js';
import { type PoolStats, ThreadPool } from '../threads/pool.js';
import type { DecodedPicture, DecodeJob, DecodingSettings } from './decoding/jobs.js';
import { ImageMasters } from './master.js';
import { Pictures } from './pictures.js';
import type { ImageSettings } from './settings.js';

/** Of no file is more kept open than the one that is being decoded. */
const filesKeptOpen = 1;
const endIdleAfterMs = 30_000;

/** JPEG, PNG, WebP, AVIF, HEIC, GIF and TIFF pictures; of several frames or pages the first. */
export function createImageRenderer(settings: ImageSettings): Renderer {
  return new ImageRenderer(settings);
}

class ImageRenderer implements Renderer {
  readonly name = 'picture';
  readonly queue = 'image';
  readonly contentTypes = [
    'image/jpeg',
    'image/png',
    'image/apng',
    'image/webp',
    'image/avif',
    'image/heic',
    'image/heif',
    'image/heic-sequence',
    'image/heif-sequence',
    'image/gif',
    'image/tiff',
  ];
  readonly master: ImageMasters;
  readonly #pictures: Pictures;
  readonly #decoding: ThreadPool<DecodeJob, DecodedPicture>;

  constructor(settings: ImageSettings) {
    // One thread a picture, and as many pictures at once as the queue is wide: that is quicker than sharing one picture out.
    sharp.concurrency(1);
    // Sources are seldom drawn twice in a row, and what libvips would keep of them is memory that nobody bounds.
    sharp.cache(false);
    this.#decoding = openDecoding(settings);
    this.#pictures = new Pictures(settings, this.#decoding);
    this.master = new ImageMasters(this.#pictures, settings);
  }

  async facts(source: SourceFile): Promise<MediaFacts> {
    const { width, height, pageCount } = await this.#pictures.open(source);
    return { width, height, vector: false, pageCount };
  }

  thumbnail(source: SourceFile, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage> {
    return this.#pictures.thumbnail(source, spec, signal);
  }

  stats(): PoolStats {
    return this.#decoding.stats();
  }

  close(): Promise<void> {
    return this.#decoding.close();
  }
}

function openDecoding({ workers, timeoutMs, maxWorkerMemoryBytes }: ImageSettings): ThreadPool<DecodeJob, DecodedPicture> {
  const settings: DecodingSettings = { maxMemoryBytes: maxWorkerMemoryBytes };
  const program = { url: new URL('./decoding/worker.js', import.meta.url), settings, filesKeptOpen };
  const words = {
    crashed: 'The picture stopped the program that decodes it',
    slow: 'The picture takes too long to decode',
  };
  return new ThreadPool(program, { workers, timeoutMs, idleMs: endIdleAfterMs }, words);
}
