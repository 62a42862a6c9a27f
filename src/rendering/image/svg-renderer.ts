import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { giveWayIn } from '../../lib/give-way.js';
import type { ThumbnailSpec } from '../../rendition.js';
import type { MediaFacts, RenderedImage, Renderer, SourceFile } from '../renderer.js';
import { drawingTypes } from './picture-types.js';
import { empty, notWhatItSays, tooManyBytes, tooMuchMemory, tooSlow, toRefusal } from './refusals.js';
import type { ImageSettings } from './settings.js';
import { outOfMemoryExitCode, type SvgAnswer, type SvgRequest, started } from './svg-protocol.js';

const program = fileURLToPath(new URL('./svg-process.js', import.meta.url));
const endIdleAfterMs = 30_000;

type Drawn = Exclude<SvgAnswer, { failure: unknown }>;

/** SVG drawings, each in a process that can be killed. One is started when it is needed and kept for the next drawing. */
export function createSvgRenderer(settings: ImageSettings): Renderer {
  return new SvgRenderer(settings);
}

class SvgRenderer implements Renderer {
  readonly name = 'svg';
  readonly queue = 'svg';
  readonly contentTypes = drawingTypes;
  readonly #settings: ImageSettings;
  readonly #idle: SvgProcess[] = [];

  constructor(settings: ImageSettings) {
    this.#settings = settings;
  }

  async facts(source: SourceFile, signal: AbortSignal): Promise<MediaFacts> {
    const { width, height } = await this.#ask(source, null, signal);
    return { width, height, vector: true, pageCount: null };
  }

  async thumbnail(source: SourceFile, spec: ThumbnailSpec, signal: AbortSignal): Promise<RenderedImage> {
    const { width, height, bytes } = await this.#ask(source, spec, signal);
    return { format: spec.format, width, height, bytes };
  }

  async close(): Promise<void> {
    for (const process of this.#idle.splice(0)) process.kill();
  }

  async #ask(source: SourceFile, spec: ThumbnailSpec | null, signal: AbortSignal): Promise<Drawn> {
    const { maxSvgBytes, maxSvgMemoryBytes, timeoutMs } = this.#settings;
    if (source.sizeBytes === 0) throw empty();
    if (source.sizeBytes > maxSvgBytes) throw tooManyBytes(source.contentType, maxSvgBytes);
    const process = this.#idle.pop() ?? new SvgProcess();
    const answer = await process.ask({ path: source.path, maxMemoryBytes: maxSvgMemoryBytes, spec }, signal, timeoutMs);
    this.#keep(process);
    if (!('failure' in answer)) return answer;
    if (answer.failure === 'not SVG') throw notWhatItSays(source.contentType);
    throw toRefusal(new Error(answer.failure.message), source.contentType, timeoutMs);
  }

  #keep(process: SvgProcess): void {
    this.#idle.push(process);
    process.whenGone(endIdleAfterMs, () => {
      const index = this.#idle.indexOf(process);
      if (index >= 0) this.#idle.splice(index, 1);
    });
  }
}

/** While it is idle it does not keep this process running. */
class SvgProcess {
  readonly #child: ChildProcess;
  #hasStarted = false;
  #expiry: NodeJS.Timeout | undefined;

  constructor() {
    this.#child = fork(program, {
      execArgv: [],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    giveWayIn(this.#child.pid);
  }

  /** The process is gone after a rejection. Its start, which takes long on a busy machine, is not counted as drawing. */
  ask(request: SvgRequest, signal: AbortSignal, timeoutMs: number): Promise<SvgAnswer> {
    clearTimeout(this.#expiry);
    this.#child.removeAllListeners();
    this.#child.ref();
    this.#child.channel?.ref();
    return new Promise<SvgAnswer>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        this.#child.removeAllListeners();
        settle();
      };
      const giveUp = (reason: unknown) => {
        this.kill();
        end(() => reject(reason));
      };
      const leave = () => giveUp(signal.reason);
      const startTimer = () => setTimeout(() => giveUp(tooSlow(timeoutMs, undefined)), timeoutMs);
      let timer = this.#hasStarted ? startTimer() : undefined;
      signal.addEventListener('abort', leave, { once: true });
      this.#child.on('message', (message: SvgAnswer | typeof started) => {
        if (message !== started) return end(() => resolve(message));
        this.#hasStarted = true;
        timer = startTimer();
      });
      this.#child.once('error', giveUp);
      this.#child.once('exit', (code) => giveUp(whyEnded(code)));
      if (signal.aborted) leave();
      else this.#child.send(request);
    });
  }

  /** Ends the process after a time without work; `onGone` is called whenever it ends. */
  whenGone(idleMs: number, onGone: () => void): void {
    this.#child.once('exit', onGone);
    this.#child.once('error', onGone);
    this.#child.unref();
    this.#child.channel?.unref();
    this.#expiry = setTimeout(() => this.kill(), idleMs).unref();
  }

  kill(): void {
    clearTimeout(this.#expiry);
    this.#child.kill('SIGKILL');
  }
}

function whyEnded(exitCode: number | null): Error {
  const cause = new Error(`The process that draws SVG ended with code ${exitCode}`);
  return exitCode === outOfMemoryExitCode ? tooMuchMemory(cause) : cause;
}
