import type { Attachment, OpenedContent } from '../attachment.js';
import type { Call } from '../call.js';
import { ContentError } from '../errors.js';
import { after } from '../lib/after.js';
import type { MediaFacts, RenditionOutcome } from '../rendering/renderer.js';
import type { Rendering, RenderSource } from '../rendering/rendering.js';
import type { RenditionSource, RenditionSpec } from '../rendition.js';
import type { Catalog } from './catalog.js';

/** The answer to "draw this": the picture, why there is none, or when to ask again. */
export type RenditionAnswer =
  | (Extract<RenditionOutcome, { state: 'READY' }> & { readonly madeBy: RenditionSource })
  | Exclude<RenditionOutcome, { state: 'READY' }>
  | { readonly state: 'PENDING'; readonly retryAfterSeconds: number };

/** Drawing that nobody waits for any more still ends by itself. */
const drawDeadlineMs = 60_000;

/** Every derived form of an attachment, wherever it comes from: stored, or drawn here. */
export class Renditions {
  constructor(
    private readonly catalog: Catalog,
    private readonly rendering: Rendering,
  ) {}

  /** What is known without work; null when it would have to be drawn. Synchronous. */
  find(attachment: Attachment, spec: RenditionSpec): RenditionAnswer | null {
    if (!this.#canDraw(attachment, spec)) {
      return { state: 'UNSUPPORTED', reason: this.rendering.unsupportedReason(attachment.contentType, spec.kind) };
    }
    const outcome = this.rendering.find(attachment.contentKey, spec);
    return outcome && toAnswer(outcome);
  }

  /** Draws what is not stored and waits for it. OVERLOADED when too much is being drawn, NOT_FOUND beyond the last page. */
  async draw(attachment: Attachment, spec: RenditionSpec, call: Call): Promise<RenditionAnswer> {
    const found = this.find(attachment, spec);
    if (found) return found;
    const options = { signal: call.signal, priority: 'asked' } as const;
    return toAnswer(await this.rendering.render(this.#source(attachment, call), spec, options));
  }

  /** Like draw, but PENDING after patienceMs, or when the queue is full: drawing goes on and a later question finds it. */
  async drawOrPending(attachment: Attachment, spec: RenditionSpec, patienceMs: number, call: Call): Promise<RenditionAnswer> {
    const lasting: Call = { ...call, signal: AbortSignal.timeout(drawDeadlineMs) };
    const drawn = this.draw(attachment, spec, lasting).catch((error: unknown): RenditionAnswer => {
      if (error instanceof ContentError && error.code === 'OVERLOADED') return pending(error.details.retryAfterSeconds);
      throw error;
    });
    return Promise.race([drawn, after(patienceMs, call.signal).then(() => pending())]);
  }

  /** width and height that a rendition has or will have, where that is known without work. Synchronous. */
  expectedSize(attachment: Attachment, spec: RenditionSpec): { readonly width: number; readonly height: number } | null {
    return this.rendering.expectedSize(attachment.contentKey, spec);
  }

  canThumbnail(attachment: Attachment): boolean {
    return this.rendering.canThumbnail(attachment.contentType);
  }

  canPage(attachment: Attachment): boolean {
    return this.rendering.canPage(attachment.contentType);
  }

  async facts(attachment: Attachment, call: Call): Promise<MediaFacts> {
    const known = this.rendering.knownFacts(attachment.contentKey);
    if (known) return known;
    return this.rendering.facts(this.#source(attachment, call), { signal: call.signal, priority: 'asked' });
  }

  /** From the store only. Synchronous. */
  thumbhash(attachment: Attachment): Buffer | null {
    return this.rendering.thumbhash(attachment.contentKey);
  }

  /** null where this type of content has no text. */
  async text(attachment: Attachment, maxChars: number, call: Call): Promise<string | null> {
    if (!this.rendering.canText(attachment.contentType)) return null;
    return this.rendering.text(this.#source(attachment, call), maxChars, { signal: call.signal, priority: 'asked' });
  }

  /** Reads width, height and page count of something new ahead of the first question. Never fails: the question will. */
  readAhead(attachment: Attachment, call: Call): void {
    if (!this.rendering.canThumbnail(attachment.contentType)) return;
    const lasting: Call = { ...call, signal: AbortSignal.timeout(drawDeadlineMs) };
    const options = { signal: lasting.signal, priority: 'ahead' } as const;
    this.rendering.facts(this.#source(attachment, lasting), options).catch((error: unknown) => {
      call.log.debug({ err: error, provider: attachment.provider, id: attachment.id }, 'could not read ahead');
    });
  }

  #canDraw(attachment: Attachment, spec: RenditionSpec): boolean {
    return spec.kind === 'page' ? this.canPage(attachment) : this.canThumbnail(attachment);
  }

  #source(attachment: Attachment, call: Call): RenderSource {
    return {
      contentKey: attachment.contentKey,
      contentType: attachment.contentType,
      sizeBytes: attachment.sizeBytes,
      open: (signal) => this.#open(attachment, { ...call, signal }),
    };
  }

  async #open(attachment: Attachment, call: Call): Promise<OpenedContent> {
    const options = attachment.versionNumber === null ? {} : { version: attachment.versionNumber };
    const opened = await this.catalog.open(attachment, options, call);
    if (!opened) throw new ContentError('NOT_FOUND', 'The attachment was deleted meanwhile');
    return opened;
  }
}

function toAnswer(outcome: RenditionOutcome): RenditionAnswer {
  return outcome.state === 'READY' ? { ...outcome, madeBy: 'RENDERED_HERE' } : outcome;
}

function pending(retryAfterSeconds = 1): RenditionAnswer {
  return { state: 'PENDING', retryAfterSeconds };
}
