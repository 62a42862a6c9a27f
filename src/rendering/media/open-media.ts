import type { Picture } from '../image/picture.js';
import { empty } from '../image/refusals.js';
import { sharp } from '../image/sharp.js';
import { videoProfile } from '../image/video-profile.js';
import type { SourceFile } from '../renderer.js';
import type { Ffmpeg } from './ffmpeg.js';
import { loudnessOf } from './loudness.js';
import { type Film, type MediaFile, readMediaFile, type Sound } from './media-file.js';
import { Poster } from './poster.js';
import { nothingInIt } from './refusals.js';
import { drawWaveform, waveformBars, waveformHeight, waveformWidth } from './waveform.js';

/** Whatever a file is said to be, what it holds decides: of a film a frame is shown, of a sound its waveform, whatever cover it brings. */
export async function openMedia(source: SourceFile, ffmpeg: Ffmpeg, signal: AbortSignal): Promise<Picture> {
  if (source.sizeBytes === 0) throw empty();
  const file = await readMediaFile(source, ffmpeg, signal);
  const { film, sound, durationSeconds } = file;
  const duration = durationSeconds === null ? {} : { durationSeconds };
  if (film) return { ...filmPicture(source, film, file, ffmpeg), ...duration };
  if (sound) return { ...soundPicture(source, sound, file, ffmpeg), ...duration };
  throw nothingInIt(source.contentType);
}

function filmPicture(source: SourceFile, film: Film, { durationSeconds }: MediaFile, ffmpeg: Ffmpeg): Picture {
  const poster = new Poster(source, film, durationSeconds, ffmpeg);
  return {
    width: film.width,
    height: film.height,
    hasAlpha: film.hasAlpha,
    vector: false,
    pageCount: null,
    maxPixels: ffmpeg.maxPixels,
    profile: videoProfile(film.colours),
    pixels: async (edge, signal) => {
      const { data, width, height, channels } = await poster.pixels(edge, signal);
      return sharp(data, { raw: { width, height, channels } });
    },
  };
}

function soundPicture(source: SourceFile, sound: Sound, { durationSeconds }: MediaFile, ffmpeg: Ffmpeg): Picture {
  let loudness: readonly number[] | null = null;
  return {
    width: waveformWidth,
    height: waveformHeight,
    hasAlpha: false,
    vector: true,
    pageCount: null,
    maxPixels: waveformWidth * waveformHeight,
    profile: null,
    pixels: async (edge, signal) => {
      loudness ??= await loudnessOf(source, sound, { durationSeconds, parts: waveformBars }, ffmpeg, signal);
      return sharp(Buffer.from(drawWaveform(loudness, edge)));
    },
  };
}
