import { access } from 'node:fs/promises';
import type { SourceFile } from '../renderer.js';
import { type ProgramEnd, runProgram, wasNotStarted } from './program.js';
import { damaged, missingProgram, notPlayable, tooMuchMemory, tooSlow } from './refusals.js';
import type { MediaSettings } from './settings.js';

/** A stretch of a file to decode. */
export interface Stretch {
  /** In seconds from the beginning. */
  readonly from?: number;
  readonly seconds?: number;
  /** Only key frames, the first of which may lie before `from`: none of what depends on others is decoded. */
  readonly keyFramesOnly?: boolean;
  /** Where not the usual one is needed. */
  readonly decoder?: string | null;
}

/** What has a deadline of its own is told how long it may still take. */
export interface Decoding {
  readonly stretches: readonly Stretch[];
  /** After the inputs: what is made of them. */
  readonly output: readonly string[];
  readonly timeoutMs: number;
}

/**
 * What reads one file and no other: no playlist, no list of files, no address. Some of these formats can name other files as well, which
 * is off unless asked for.
 */
const formats = 'mov,matroska,avi,mpegts,mpeg,mpegvideo,ogg,flv,asf,mp3,aac,wav,flac,aiff,amr,ac3,eac3,ape,wv,caf,au'.split(',');
const quiet = ['-v', 'error'];
const versionTimeoutMs = 10_000;
/** Of what ffprobe tells. A file may have thousands of streams. */
const maxAnswerBytes = 1024 ** 2;

/** The programs of ffmpeg, each run in a process of its own that reads one file, writes none and talks to nobody. */
export class Ffmpeg {
  readonly version: string;
  readonly #settings: MediaSettings;
  readonly #counts = { processes: 0, started: 0, timeouts: 0 };

  private constructor(settings: MediaSettings, version: string) {
    this.#settings = settings;
    this.version = version;
  }

  /** null where one of the two programs is not there. */
  static async find(settings: MediaSettings): Promise<Ffmpeg | null> {
    const found = await Promise.all([settings.ffmpeg, settings.ffprobe].map((program) => versionOf(program, settings)));
    const [version] = found;
    return version && found.every(Boolean) ? new Ffmpeg(settings, version) : null;
  }

  get maxPixels(): number {
    return this.#settings.maxPixels;
  }

  get timeoutMs(): number {
    return this.#settings.timeoutMs;
  }

  /** What ffprobe tells of these entries, as JSON. */
  async probe(source: SourceFile, entries: string, signal: AbortSignal): Promise<string> {
    const { ffprobe, timeoutMs } = this.#settings;
    const chunks: Buffer[] = [];
    const collect = limitedTo(maxAnswerBytes, (chunk) => chunks.push(chunk));
    const command = [ffprobe, ...quiet, ...inputOf(source), '-show_entries', entries, '-of', 'json'];
    const end = await this.#run(command, timeoutMs, signal, collect);
    if (end.exitCode !== 0) {
      // What is gone meanwhile says nothing about the file that it was.
      await access(source.path);
      throw toRefusal(end, source);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Hands over what comes out. How it ended is told, for a damaged file may give something before it fails. */
  async decode(
    source: SourceFile,
    { stretches, output, timeoutMs }: Decoding,
    signal: AbortSignal,
    onOutput: (chunk: Buffer) => void,
  ) {
    const inputs = stretches.flatMap((stretch) => this.#stretch(source, stretch));
    const command = [this.#settings.ffmpeg, ...quiet, '-nostdin', '-filter_threads', '1', ...inputs, ...output, 'pipe:1'];
    return this.#run(command, timeoutMs, signal, onOutput);
  }

  stats(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** How much of a film is decoded is limited here; a program that only looks would refuse to tell how large it is. */
  #stretch(source: SourceFile, { from, seconds, keyFramesOnly = false, decoder = null }: Stretch): readonly string[] {
    return [
      ...['-max_pixels', `${this.#settings.maxPixels}`],
      ...(keyFramesOnly ? ['-skip_frame', 'nokey', '-noaccurate_seek'] : []),
      ...(decoder === null ? [] : ['-c:v', decoder]),
      ...(from === undefined ? [] : ['-fflags', '+fastseek', '-ss', from.toFixed(3)]),
      ...(seconds === undefined ? [] : ['-t', seconds.toFixed(3)]),
      ...inputOf(source),
    ];
  }

  async #run(command: readonly string[], timeoutMs: number, signal: AbortSignal, onOutput: (chunk: Buffer) => void) {
    this.#counts.started += 1;
    this.#counts.processes += 1;
    try {
      const { maxMemoryBytes } = this.#settings;
      const end = await runProgram(command, { timeoutMs, maxMemoryBytes }, signal, onOutput);
      if (wasNotStarted(end)) throw missingProgram();
      if (/Cannot allocate memory/i.test(end.errors)) throw tooMuchMemory(end.errors);
      if (!end.isTooSlow) return end;
      this.#counts.timeouts += 1;
      throw tooSlow(this.#settings.timeoutMs);
    } finally {
      this.#counts.processes -= 1;
    }
  }
}

function inputOf({ path }: SourceFile): readonly string[] {
  return ['-threads', '1', '-protocol_whitelist', 'file', '-format_whitelist', formats.join(','), '-i', `file:${path}`];
}

/** "5.1.9-0+deb12u1"; null where it does not answer. */
async function versionOf(program: string, { maxMemoryBytes }: MediaSettings): Promise<string | null> {
  let printed = '';
  const limits = { timeoutMs: versionTimeoutMs, maxMemoryBytes };
  const end = await runProgram([program, '-version'], limits, new AbortController().signal, (chunk) => {
    printed += chunk.toString('latin1');
  }).catch(() => null);
  return end?.exitCode === 0 ? (/version (\S+)/.exec(printed)?.[1] ?? null) : null;
}

function limitedTo(maxBytes: number, take: (chunk: Buffer) => void): (chunk: Buffer) => void {
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooMuchMemory(`More than ${maxBytes} bytes came out`);
    take(chunk);
  };
}

function toRefusal({ errors }: ProgramEnd, { contentType }: SourceFile): Error {
  return /not on whitelist/i.test(errors) ? notPlayable(contentType) : damaged(contentType, errors);
}
