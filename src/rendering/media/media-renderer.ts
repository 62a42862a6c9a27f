import { ImageMasters } from '../image/master.js';
import { Pictures } from '../image/pictures.js';
import { missingRenderer } from '../missing-renderer.js';
import type { Renderer } from '../renderer.js';
import { Ffmpeg } from './ffmpeg.js';
import { mediaTypes } from './media-types.js';
import { openMedia } from './open-media.js';
import { notInstalled } from './refusals.js';
import type { MediaSettings } from './settings.js';

const common = { name: 'media', queue: 'media', contentTypes: mediaTypes } as const;
/** Every film has a master: whatever its size, decoding it anew takes longer. */
const masterFromPixels = 1;

/** Films and sounds, by the ffmpeg of the machine. It is looked for once. */
export async function openMediaRenderer(settings: MediaSettings): Promise<Renderer> {
  const ffmpeg = await Ffmpeg.find(settings);
  if (!ffmpeg) return missingRenderer({ ...common, missing: notInstalled });
  const pictures = new Pictures({
    open: (source, _page, signal) => openMedia(source, ffmpeg, signal),
    timeoutMs: settings.timeoutMs,
  });
  return {
    ...common,
    judgement: ffmpeg.version,
    facts: (source, signal) => pictures.facts(source, signal),
    thumbnail: (source, spec, signal) => pictures.thumbnail(source, spec, signal),
    master: new ImageMasters(pictures, masterFromPixels),
    stats: () => ffmpeg.stats(),
    close: async () => {},
  };
}
