import type { Log } from '../call.js';
import { ContentError, type ErrorCode } from '../errors.js';
import { Abort } from '../lib/abort.js';
import type { RenditionSpec } from '../rendition.js';
import { Demand, type Task } from './demand.js';
import type { RenderQueue, Slot } from './queue.js';
import type { MediaFacts, Refusal, RenderedImage, Renderer, RenditionOutcome, SourceFile } from './renderer.js';
import type { RenderSource } from './rendering.js';
import type { RenditionStore, StoredFacts } from './rendition-store.js';
import { SharedWork } from './shared-work.js';
import { pipelineVersion, specKey } from './spec-key.js';
import type { HeldFile, Spool } from './spool.js';
import { thumbhashOf } from './thumbhash.js';

export interface StoredRenderingParts {
  readonly spool: Spool;
  readonly store: RenditionStore;
  readonly queues: Readonly<Record<Renderer['queue'], RenderQueue>>;
  /** A picture of more pixels than this is drawn alone. */
  readonly hugePixels: number;
  readonly retryRefusalsAfterMs: number;
  readonly log: Log;
}

/** What a renderer is to draw, and from what. */
export interface RenderJob {
  readonly renderer: Renderer;
  readonly source: RenderSource;
  readonly spec: RenditionSpec;
}

type MeasuredFacts = StoredFacts & { readonly media: MediaFacts };

const masterKey = `master@${pipelineVersion}`;
const factsKey = `facts@${pipelineVersion}`;

/** Failures that say nothing about the source itself. */
const notAboutTheSource = new Set<ErrorCode>(['OVERLOADED', 'NOT_FOUND']);

/** The way of a picture: stored master or opened source → queue → renderer → store. Good answers and refusals are both kept. */
export class StoredRendering {
  readonly #parts: StoredRenderingParts;
  readonly #masters = new SharedWork<void>();
  readonly #closing = new Abort();

  constructor(parts: StoredRenderingParts) {
    this.#parts = parts;
  }

  find(contentKey: string, spec: RenditionSpec): RenditionOutcome | null {
    return this.#parts.store.find(contentKey, specKey(spec));
  }

  /** Why not even the facts of a source can be had; null where that is not known. */
  factsRefusal(contentKey: string): Refusal | null {
    const stored = this.#parts.store.find(contentKey, factsKey);
    return stored && stored.state !== 'READY' ? stored : null;
  }

  /** Failures of opening the source are thrown and not kept, and so are OVERLOADED and NOT_FOUND. */
  async render(job: RenderJob, task: Task): Promise<RenditionOutcome> {
    const image = await this.#drawFromMaster(job, task);
    if (image) return this.#keep(job, image);
    const held = await this.#open(job, task);
    if ('state' in held) return held;
    try {
      const drawn = await this.#queueOf(job).run(task, (slot) => this.#drawFromSource(job, held.file, slot));
      if (job.spec.kind === 'thumbnail') this.#drawMasterAhead(job, drawn.facts, held, task.demand);
      return this.#keep(job, drawn.image);
    } catch (error) {
      return this.#refuse(job.source.contentKey, specKey(job.spec), error, task.signal);
    } finally {
      held.release();
    }
  }

  /** The facts; a ContentError where they cannot be had. */
  async measure(renderer: Renderer, source: RenderSource, task: Task): Promise<MediaFacts> {
    const held = await this.#parts.spool.open(source, task);
    try {
      const facts = await this.#queueOf({ renderer }).run(task, ({ signal }) =>
        this.#factsOf({ renderer, source }, held.file, signal),
      );
      this.#parts.store.saveFacts(source.contentKey, facts);
      return facts.media;
    } finally {
      held.release();
    }
  }

  async read(renderer: Renderer, source: RenderSource, maxChars: number, task: Task): Promise<string> {
    const held = await this.#parts.spool.open(source, task);
    try {
      return await this.#queueOf({ renderer }).run(task, async ({ signal }) => {
        if (!renderer.text) throw cannotDraw(source.contentType);
        return renderer.text(held.file, maxChars, signal);
      });
    } finally {
      held.release();
    }
  }

  /** Ends what is being made ahead of need. */
  close(): void {
    this.#closing.abort(new ContentError('OVERLOADED', 'The server is stopping', { retryable: true }));
  }

  /** A source that is too large to be opened is refused like one that cannot be drawn. */
  async #open({ source, spec }: RenderJob, task: Task): Promise<HeldFile | Refusal> {
    try {
      return await this.#parts.spool.open(source, task);
    } catch (error) {
      if (!(error instanceof ContentError) || error.code !== 'UNSUPPORTED_MEDIA_TYPE') throw error;
      return this.#refuse(source.contentKey, specKey(spec), error, task.signal);
    }
  }

  #queueOf({ renderer }: Pick<RenderJob, 'renderer'>): RenderQueue {
    return this.#parts.queues[renderer.queue];
  }

  async #drawFromSource(job: RenderJob, file: SourceFile, slot: Slot): Promise<{ image: RenderedImage; facts: MediaFacts }> {
    let facts = await this.#factsOf(job, file, slot.signal);
    try {
      if (this.#isHuge(facts.media)) await slot.widen(Number.POSITIVE_INFINITY);
      const image = await draw(job, file, slot.signal);
      if (job.spec.kind === 'thumbnail' && facts.thumbhash === null) facts = await this.#withThumbhash(facts, image, job);
      return { image, facts: facts.media };
    } finally {
      this.#parts.store.saveFacts(job.source.contentKey, facts);
    }
  }

  async #factsOf(job: Pick<RenderJob, 'renderer' | 'source'>, file: SourceFile, signal: AbortSignal): Promise<MeasuredFacts> {
    const { contentKey } = job.source;
    try {
      const known = this.#parts.store.findFacts(contentKey);
      if (isMeasured(known)) return known;
      return { media: await job.renderer.facts(file, signal), thumbhash: known?.thumbhash ?? null };
    } catch (error) {
      this.#refuse(contentKey, factsKey, error, signal);
      throw error;
    }
  }

  /** A picture without its blur is still a picture. */
  async #withThumbhash(facts: MeasuredFacts, image: RenderedImage, { source }: RenderJob): Promise<MeasuredFacts> {
    try {
      return { ...facts, thumbhash: image.thumbhash ?? (await thumbhashOf(image.bytes)) };
    } catch (error) {
      this.#parts.log.warn({ err: error, contentKey: source.contentKey }, 'No thumbhash could be made');
      return facts;
    }
  }

  #isHuge({ width, height, vector }: MediaFacts): boolean {
    return !vector && (width ?? 0) * (height ?? 0) > this.#parts.hugePixels;
  }

  async #drawFromMaster({ renderer, source, spec }: RenderJob, task: Task): Promise<RenderedImage | null> {
    const { master } = renderer;
    if (!master || spec.kind !== 'thumbnail' || !master.serves(spec)) return null;
    const stored = this.#parts.store.find(source.contentKey, masterKey);
    const facts = this.#parts.store.findFacts(source.contentKey)?.media;
    if (stored?.state !== 'READY' || !facts) return null;
    return this.#queueOf({ renderer }).run(task, ({ signal }) => master.thumbnail(stored.bytes, facts, spec, signal));
  }

  /** Keeps the file until the queue has found time for it, or has not. */
  #drawMasterAhead(job: RenderJob, facts: MediaFacts, held: HeldFile, { scopes }: Demand): void {
    const { master } = job.renderer;
    const { contentKey } = job.source;
    if (!master?.suits(facts) || this.#closing.signal.aborted || this.#parts.store.find(contentKey, masterKey)) return;
    const kept = held.retain();
    const ahead = { signal: this.#closing.signal, demand: new Demand('ahead', scopes) };
    const drawn = this.#masters.run(contentKey, ahead, async (task) => {
      try {
        const image = await this.#queueOf(job).run(task, async (slot) => {
          if (this.#isHuge(facts)) await slot.widen(Number.POSITIVE_INFINITY);
          return master.draw(kept.file, slot.signal);
        });
        this.#parts.store.save(contentKey, masterKey, toOutcome(image));
      } catch (error) {
        this.#refuse(contentKey, masterKey, error, task.signal);
      }
    });
    drawn
      .catch((error) => this.#parts.log.debug({ err: error, contentKey }, 'No master was drawn'))
      .finally(() => kept.release());
  }

  #keep({ source, spec }: RenderJob, image: RenderedImage): RenditionOutcome {
    const outcome = toOutcome(image);
    this.#parts.store.save(source.contentKey, specKey(spec), outcome);
    return outcome;
  }

  /** Keeps what a failure says about the source, for a while where it may not hold. Throws what says nothing about it. */
  #refuse(contentKey: string, key: string, error: unknown, signal: AbortSignal): Refusal {
    if (signal.aborted || !(error instanceof ContentError) || notAboutTheSource.has(error.code)) throw error;
    const refusal: Refusal = { state: error.code === 'UNSUPPORTED_MEDIA_TYPE' ? 'UNSUPPORTED' : 'FAILED', reason: error.message };
    this.#parts.store.save(contentKey, key, refusal, error.details.retryable ? this.#parts.retryRefusalsAfterMs : undefined);
    return refusal;
  }
}

function draw({ renderer, source, spec }: RenderJob, file: SourceFile, signal: AbortSignal): Promise<RenderedImage> {
  if (spec.kind === 'thumbnail' && renderer.thumbnail) return renderer.thumbnail(file, spec, signal);
  if (spec.kind === 'page' && renderer.page) return renderer.page(file, spec, signal);
  throw cannotDraw(source.contentType);
}

function isMeasured(facts: StoredFacts | null): facts is MeasuredFacts {
  return facts !== null && facts.media !== null;
}

function cannotDraw(contentType: string): ContentError {
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', `Nothing here can draw ${contentType}`);
}

function toOutcome({ format, width, height, bytes }: RenderedImage): RenditionOutcome {
  return { state: 'READY', format, width, height, sizeBytes: bytes.length, bytes, madeBy: 'RENDERED_HERE' };
}
