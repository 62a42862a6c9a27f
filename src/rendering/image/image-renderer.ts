import type { Renderer, SourceFile } from '../renderer.js';
import { ThreadPool } from '../threads/pool.js';
import type { DecodingSettings } from './decoding/jobs.js';
import { ImageMasters } from './master.js';
import { openPicture } from './open-picture.js';
import type { DecodingPool } from './picture-parts.js';
import { pagedTypes, pictureTypes } from './picture-types.js';
import { Pictures } from './pictures.js';
import type { ImageSettings } from './settings.js';

/** Of no file is more kept open than the one that is being decoded. */
const filesKeptOpen = 1;
const endIdleAfterMs = 30_000;

/** Pictures made of pixels: those of one page, of whose frames the first is drawn, and those of several pages. */
export function createImageRenderers(settings: ImageSettings): readonly Renderer[] {
  const decoding = openDecoding(settings);
  const open = (source: SourceFile, page: number) => openPicture(source, page, { settings, decoding });
  const pictures = new Pictures({ open, timeoutMs: settings.timeoutMs });
  const common = {
    queue: 'image',
    master: new ImageMasters(pictures, settings.masterFromPixels),
    facts: (source, signal) => pictures.facts(source, signal),
    thumbnail: (source, spec, signal) => pictures.thumbnail(source, spec, signal),
  } satisfies Partial<Renderer>;
  return [
    { ...common, name: 'picture', contentTypes: pictureTypes, stats: () => decoding.stats(), close: () => decoding.close() },
    {
      ...common,
      name: 'pagedPicture',
      contentTypes: pagedTypes,
      page: (source, spec, signal) => pictures.page(source, spec, signal),
      close: async () => {},
    },
  ];
}

function openDecoding({ workers, timeoutMs, maxWorkerMemoryBytes }: ImageSettings): DecodingPool {
  const settings: DecodingSettings = { maxMemoryBytes: maxWorkerMemoryBytes };
  const program = { url: new URL('./decoding/worker.js', import.meta.url), settings, filesKeptOpen };
  const words = {
    crashed: 'The picture stopped the program that decodes it',
    slow: 'The picture takes too long to decode',
  };
  return new ThreadPool(program, { workers, timeoutMs, idleMs: endIdleAfterMs }, words);
}
