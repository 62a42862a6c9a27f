import { ContentError } from '../../errors.js';
import { fitInside, type Size } from '../fit.js';
import type { SourceFile } from '../renderer.js';
import type { Pixels } from '../thumbhash.js';
import type { Ffmpeg, Stretch } from './ffmpeg.js';
import { contrastOf, isPlain } from './frame-contrast.js';
import type { Film } from './media-file.js';
import { noFrame } from './refusals.js';

export interface Frame extends Pixels {
  readonly channels: 3 | 4;
}

/** The frame of a film that stands for it. Where it was found is remembered, so that a second size is found at once. */
export class Poster {
  readonly #source: SourceFile;
  readonly #film: Film;
  readonly #ffmpeg: Ffmpeg;
  #places: readonly Stretch[];

  constructor(source: SourceFile, film: Film, durationSeconds: number | null, ffmpeg: Ffmpeg) {
    this.#source = source;
    this.#film = film;
    this.#ffmpeg = ffmpeg;
    this.#places = durationSeconds === null ? placesOfUnknown : placesWithin(durationSeconds);
  }

  /** The first frame on which there is something to see, else the least plain one; at most `edge` px long. */
  async pixels(edge: number, signal: AbortSignal): Promise<Frame> {
    const size = fitInside({ ...this.#film, vector: false }, edge);
    const endsAt = performance.now() + this.#ffmpeg.timeoutMs;
    let best: { readonly place: Stretch; readonly pixels: Frame; readonly contrast: number } | null = null;
    let errors = '';
    for (const place of this.#places) {
      try {
        const frame = await this.#frame(place, size, endsAt - performance.now(), signal);
        errors ||= frame.errors;
        const contrast = frame.pixels ? contrastOf(frame.pixels) : 0;
        if (frame.pixels && (!best || contrast > best.contrast)) best = { place, pixels: frame.pixels, contrast };
      } catch (error) {
        if (!best || !isTooSlow(error)) throw error;
        break;
      }
      if (best && !isPlain(best.pixels)) break;
    }
    if (!best) throw noFrame(this.#source.contentType, errors);
    this.#places = [best.place];
    return best.pixels;
  }

  async #frame(
    place: Stretch,
    { width, height }: Size,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<{ errors: string; pixels: Frame | null }> {
    const { hasAlpha, stream, decoder } = this.#film;
    const channels: Frame['channels'] = hasAlpha ? 4 : 3;
    const data = Buffer.alloc(width * height * channels);
    let bytes = 0;
    const collect = (chunk: Buffer) => {
      chunk.copy(data, bytes);
      bytes += chunk.length;
    };
    const output = [
      ...['-map', `0:${stream}`, '-frames:v', '1', '-vf', this.#filters({ width, height })],
      ...['-f', 'rawvideo', '-pix_fmt', hasAlpha ? 'rgba' : 'rgb24'],
    ];
    const decoding = { stretches: [{ ...place, decoder }], output, timeoutMs: Math.max(1, timeoutMs) };
    const { errors } = await this.#ffmpeg.decode(this.#source, decoding, signal, collect);
    return { errors, pixels: bytes === data.length ? { data, width, height, channels } : null };
  }

  /** Its time is made 0, for a key frame before the place that was asked for would be dropped as too early. */
  #filters({ width, height }: Size): string {
    const { assumedMatrix } = this.#film;
    const matrix = assumedMatrix === null ? '' : `:in_color_matrix=${assumedMatrix}`;
    return `setpts=0,scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int${matrix}`;
  }
}

/** Key frames are had at once. Between them everything since the last one is decoded: that is for films that have one at the beginning alone. */
function placesWithin(durationSeconds: number): readonly Stretch[] {
  const at = (share: number) => durationSeconds * share;
  return [
    { from: at(0.1), keyFramesOnly: true },
    { from: at(0.4), keyFramesOnly: true },
    { from: at(0.25) },
    { from: at(0.6) },
    { from: 0 },
  ];
}

const placesOfUnknown: readonly Stretch[] = [{ from: 0, keyFramesOnly: true }, { from: 1 }, { from: 5 }, { from: 0 }];

function isTooSlow(error: unknown): boolean {
  return error instanceof ContentError && error.code === 'PROVIDER_TIMEOUT';
}
