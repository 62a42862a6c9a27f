import type { SourceFile } from '../renderer.js';
import type { Ffmpeg, Stretch } from './ffmpeg.js';
import type { Sound } from './media-file.js';
import { noSound } from './refusals.js';

/** Hz: above half of it nothing is heard, which a picture does not show. */
const sampleRate = 8000;
const bytesPerSample = 2;
/** 50 ms, of which the loudness is taken at a time. */
const samplesPerBlock = 400;
/** A longer sound is heard in places. */
const maxWholeSeconds = 600;
/** Of a long sound, for each of `parts`. */
const sampledSeconds = 1;

/** How loud each of so many equal parts of a sound is, as the root mean square of its samples: 0 to 1. */
export async function loudnessOf(
  source: SourceFile,
  { stream }: Sound,
  { durationSeconds, parts }: { readonly durationSeconds: number | null; readonly parts: number },
  ffmpeg: Ffmpeg,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const isSampled = durationSeconds !== null && durationSeconds > maxWholeSeconds;
  const stretches = isSampled ? placesWithin(durationSeconds, parts) : [{ seconds: maxWholeSeconds }];
  const blocks = new Blocks();
  const output = ['-f', 's16le', '-ac', '1', '-ar', `${sampleRate}`];
  const decoding = {
    stretches,
    output: [...joined(stretches.length, stream), ...output],
    timeoutMs: ffmpeg.timeoutMs,
  };
  const { errors } = await ffmpeg.decode(source, decoding, signal, (chunk) => blocks.add(chunk));
  const energies = blocks.end();
  if (energies.length === 0) throw noSound(source.contentType, errors);
  return Array.from({ length: parts }, (_, part) => Math.sqrt(meanOf(energies, part / parts, (part + 1) / parts)));
}

/** One after the other, as if there were nothing between them. */
function joined(inputs: number, stream: number): readonly string[] {
  if (inputs === 1) return ['-map', `0:${stream}`];
  const names = Array.from({ length: inputs }, (_, input) => `[${input}:${stream}]`).join('');
  return ['-filter_complex', `${names}concat=n=${inputs}:v=0:a=1[all]`, '-map', '[all]'];
}

function placesWithin(durationSeconds: number, parts: number): readonly Stretch[] {
  const inTheMiddle = (durationSeconds / parts - sampledSeconds) / 2;
  return Array.from({ length: parts }, (_, part) => ({
    from: (durationSeconds * part) / parts + inTheMiddle,
    seconds: sampledSeconds,
  }));
}

function meanOf(energies: readonly number[], from: number, to: number): number {
  const start = Math.min(energies.length - 1, Math.floor(from * energies.length));
  const end = Math.max(start + 1, Math.floor(to * energies.length));
  const wanted = energies.slice(start, end);
  return wanted.reduce((sum, energy) => sum + energy, 0) / wanted.length;
}

/** Takes samples of 16 bits as they come, wherever chunks are cut, and keeps the energy of each block. */
class Blocks {
  readonly #energies: number[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #sum = 0;
  #samples = 0;

  add(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const end = bytes.length - (bytes.length % bytesPerSample);
    for (let at = 0; at < end; at += bytesPerSample) this.#addSample(bytes.readInt16LE(at) / 32_768);
    this.#rest = bytes.subarray(end);
  }

  end(): readonly number[] {
    if (this.#samples > 0) this.#close();
    return this.#energies;
  }

  #addSample(sample: number): void {
    this.#sum += sample * sample;
    this.#samples += 1;
    if (this.#samples === samplesPerBlock) this.#close();
  }

  #close(): void {
    this.#energies.push(this.#sum / this.#samples);
    this.#sum = 0;
    this.#samples = 0;
  }
}
