import type { Attachment } from '../attachment.js';
import type { Call, Log, Viewer } from '../call.js';
import { Demand, type Task } from '../rendering/demand.js';
import type { Rendering, RenderSource } from '../rendering/rendering.js';
import type { ImageFormat, LadderSize, ThumbnailSpec } from '../rendition.js';
import { Backlog } from './backlog.js';

export interface AheadSettings {
  /** Of thumbnails; none: nothing is drawn. */
  readonly sizes: readonly LadderSize[];
  readonly formats: readonly ImageFormat[];
  /** Files; more are left out, and drawn when they are asked for. */
  readonly maxWaiting: number;
}

export interface DrawingAheadParts {
  readonly rendering: Rendering;
  /** null: files are only measured. */
  readonly settings: AheadSettings | null;
  readonly sourceOf: (attachment: Attachment, call: Call) => RenderSource;
}

/** A new file, and whose it is. */
interface NewFile {
  readonly attachment: Attachment;
  readonly viewer: Viewer;
  readonly log: Log;
}

/** What new files need for the first question about them, made before it comes. */
export class DrawingAhead {
  readonly #parts: DrawingAheadParts;
  readonly #specs: readonly ThumbnailSpec[];
  readonly #backlog: Backlog<NewFile>;

  constructor(parts: DrawingAheadParts) {
    const { sizes, formats, maxWaiting } = parts.settings ?? { sizes: [], formats: [], maxWaiting: 0 };
    this.#parts = parts;
    this.#specs = sizes.flatMap((size) => formats.map((format) => ({ kind: 'thumbnail', size, format }) as const));
    this.#backlog = new Backlog(maxWaiting, (file, signal) => this.#draw(file, signal));
  }

  /** Measures it as soon as nothing is asked for, and then draws its thumbnails, one file after the other. Never fails: the question will. */
  add({ attachment, viewer, log }: NewFile): void {
    const call = { viewer, log, signal: this.#backlog.closing };
    this.#parts.rendering
      .facts(this.#parts.sourceOf(attachment, call), aheadOf(call))
      .then(() => {
        if (this.#specs.length > 0) this.#backlog.add({ attachment, viewer, log });
      })
      .catch((error: unknown) => note(attachment, log, error));
  }

  stats(): Readonly<Record<string, number>> {
    const { waiting, done, failed, leftOut } = this.#backlog.stats();
    return { aheadWaiting: waiting, aheadDone: done, aheadFailed: failed, aheadLeftOut: leftOut };
  }

  close(): void {
    this.#backlog.close();
  }

  async #draw({ attachment, viewer, log }: NewFile, signal: AbortSignal): Promise<void> {
    const { rendering, sourceOf } = this.#parts;
    const call = { viewer, log, signal };
    try {
      for (const spec of this.#specs) await rendering.render(sourceOf(attachment, call), spec, aheadOf(call));
    } catch (error) {
      note(attachment, log, error);
      throw error;
    }
  }
}

function aheadOf({ viewer, signal }: Call): Task {
  return { signal, demand: new Demand('ahead', [viewer.scope]) };
}

function note({ provider, id }: Attachment, log: Log, err: unknown): void {
  log.debug({ err, provider, id }, 'could not be made ahead of need');
}
