import type { Attachment, OpenedContent } from '../attachment.js';
import { type Call, lastingCall } from '../call.js';
import { ContentError } from '../errors.js';
import { after } from '../lib/after.js';
import { type MaybePromise, whenKnown } from '../lib/maybe-promise.js';
import { Demand } from '../rendering/demand.js';
import type { MediaFacts, RenditionOutcome } from '../rendering/renderer.js';
import type { Rendering, RenderSource } from '../rendering/rendering.js';
import { SharedWork } from '../rendering/shared-work.js';
import { type RenditionSpec, type ThumbnailSpec, variantKey } from '../rendition.js';
import type { Catalog } from './catalog.js';
import { type AheadSettings, DrawingAhead } from './drawing-ahead.js';
import { Ladder } from './ladder.js';
import type { OwnPictures } from './own-pictures.js';
import {
  type PendingAnswer,
  type Placeholder,
  pendingFor,
  pendingIfOverloaded,
  type RenditionAnswer,
  toPlaceholder,
} from './rendition-answer.js';

interface WantedIcon {
  readonly spec: ThumbnailSpec;
  readonly reason: string;
}

export interface RenditionsParts {
  readonly catalog: Catalog;
  readonly rendering: Rendering;
  readonly ownPictures: OwnPictures;
  /** A picture of a system's own that has more bytes is not read. */
  readonly maxPictureBytes: number;
  /** Nothing is drawn ahead where absent. */
  readonly ahead?: AheadSettings;
}

/** Drawing that nobody waits for any more still ends by itself. */
const drawDeadlineMs = 60_000;
/** Between two questions whether a picture is made by now, whatever a system says. */
const minPauseMs = 100;

/** Every derived form of an attachment, wherever it comes from: stored, made by its system, or drawn here. */
export class Renditions {
  readonly #catalog: Catalog;
  readonly #rendering: Rendering;
  readonly #ladder: Ladder;
  readonly #climbing = new SharedWork<RenditionOutcome | PendingAnswer>();
  readonly #ahead: DrawingAhead;

  constructor(parts: RenditionsParts) {
    this.#catalog = parts.catalog;
    this.#rendering = parts.rendering;
    this.#ladder = new Ladder(parts);
    const sourceOf = (attachment: Attachment, call: Call) => this.#source(attachment, call);
    this.#ahead = new DrawingAhead({ rendering: parts.rendering, settings: parts.ahead ?? null, sourceOf });
  }

  /** As Rendering.revision tells. */
  revision(): number {
    return this.#rendering.revision();
  }

  /** What is known without work; null when it would have to be asked for or drawn. Synchronous. */
  find(attachment: Attachment, spec: RenditionSpec): RenditionOutcome | Placeholder | null {
    const found = this.#findOutcome(attachment, spec);
    const wanted = found && this.#iconFor(attachment, spec, found);
    if (!wanted) return found;
    const icon = this.#rendering.findIcon(attachment.contentType, wanted.spec);
    return icon && toPlaceholder(icon, wanted.reason);
  }

  /**
   * What is not stored, from the first rung of the ladder that has it; PENDING while its system is still making it; an icon where the
   * ladder ends. Equal wishes at once are one, whoever has them. OVERLOADED when too much is being drawn, NOT_FOUND beyond the last page.
   */
  draw(attachment: Attachment, spec: RenditionSpec, call: Call): MaybePromise<RenditionAnswer> {
    return this.#drawFor(askedBy(call), attachment, spec, call);
  }

  /**
   * Like draw, but PENDING after patienceMs, or when the queue is full. Drawing goes on unless the client has left by then, and a later
   * question finds it.
   */
  async drawOrPending(attachment: Attachment, spec: RenditionSpec, patienceMs: number, call: Call): Promise<RenditionAnswer> {
    const lasting = lastingCall(call, drawDeadlineMs);
    const demand = askedBy(call);
    const drawn = Promise.resolve(this.#drawFor(demand, attachment, spec, lasting));
    const answer = drawn.catch(pendingIfOverloaded).finally(lasting.end);
    return Promise.race([answer, after(patienceMs, call.signal).then(() => pendingFor(demand))]);
  }

  /** Like draw, but asks a system that is still making it again until patienceMs have passed; then draws it here where that can be done. */
  async drawPatiently(attachment: Attachment, spec: RenditionSpec, patienceMs: number, call: Call): Promise<RenditionAnswer> {
    const endsAt = Date.now() + patienceMs;
    for (;;) {
      const answer = await this.draw(attachment, spec, call);
      if (answer.state !== 'PENDING') return answer;
      const leftMs = endsAt - Date.now();
      if (leftMs <= 0) return this.#drawHere(attachment, spec, answer, call);
      await after(Math.min(leftMs, Math.max(minPauseMs, answer.retryAfterSeconds * 1000)), call.signal);
    }
  }

  /** width and height that a rendition has or will have, where that is known without work. Synchronous. */
  expectedSize(attachment: Attachment, spec: RenditionSpec): { readonly width: number; readonly height: number } | null {
    const { contentKey } = attachment;
    // What a system makes of a source need not have the size that would be drawn here.
    if (this.#ladder.mayHavePicture(attachment, spec.kind)) return this.#rendering.findPicture(contentKey, spec);
    if (this.#canDraw(attachment, spec.kind)) return this.#rendering.expectedSize(contentKey, spec);
    return spec.kind === 'thumbnail' ? { width: spec.size, height: spec.size } : null;
  }

  /** Nothing says that there is none: it can be drawn here, the system may have it, or an icon stands in. */
  mayHave(attachment: Attachment, kind: RenditionSpec['kind']): boolean {
    return kind === 'thumbnail' || this.#canDraw(attachment, kind) || this.#ladder.mayHavePicture(attachment, kind);
  }

  /** There will be a thumbnail, unless the file is broken. */
  hasThumbnail(attachment: Attachment): boolean {
    return attachment.hasThumbnail === true || this.#canDraw(attachment, 'thumbnail');
  }

  /** Its pages can be counted. */
  canPage(attachment: Attachment): boolean {
    return this.#canDraw(attachment, 'page');
  }

  async facts(attachment: Attachment, call: Call): Promise<MediaFacts> {
    const known = this.knownFacts(attachment);
    if (known) return known;
    return this.#rendering.facts(this.#source(attachment, call), { signal: call.signal, demand: askedBy(call) });
  }

  /** From the store only. Synchronous. */
  knownFacts({ contentKey }: Attachment): MediaFacts | null {
    return this.#rendering.knownFacts(contentKey);
  }

  /** The same; of what lies on this machine and was not looked at yet, that is done for the next question. Synchronous. */
  cheapFacts(attachment: Attachment, call: Call): MediaFacts | null {
    const known = this.knownFacts(attachment);
    if (!known) this.readAhead(attachment, call);
    return known;
  }

  /** From the store only; null where there is none yet, which is then made if a picture is stored. Synchronous. */
  thumbhash(attachment: Attachment): Buffer | null {
    return this.#rendering.thumbhash(attachment.contentKey);
  }

  /** From the store only. Synchronous. */
  hasThumbhash(attachment: Attachment): boolean {
    return this.#rendering.hasThumbhash(attachment.contentKey);
  }

  /** null where this type of content has no text. */
  async text(attachment: Attachment, maxChars: number, call: Call): Promise<string | null> {
    if (!this.#rendering.canText(attachment.contentType)) return null;
    return this.#rendering.text(this.#source(attachment, call), maxChars, { signal: call.signal, demand: askedBy(call) });
  }

  /** Its bytes lie on this machine: looking at them costs no request. */
  isLocal({ provider }: Attachment): boolean {
    return this.#catalog.info(provider)?.kind === 'VAULT';
  }

  /**
   * Reads width, height, page count and duration of something new ahead of the first question, and draws small thumbnails of it. Only
   * of what lies on this machine: nobody else is asked for anything.
   */
  readAhead(attachment: Attachment, { viewer, log }: Call): void {
    if (this.isLocal(attachment) && this.#canDraw(attachment, 'thumbnail')) this.#ahead.add({ attachment, viewer, log });
  }

  /** Counters: what systems' own pictures were good for, and how many wishes were one with others. */
  stats(): Readonly<Record<string, number>> {
    return { joined: this.#climbing.joined, ...this.#ahead.stats(), ...this.#ladder.stats() };
  }

  /** Ends what is made ahead of need. */
  close(): void {
    this.#ahead.close();
  }

  #findOutcome(attachment: Attachment, spec: RenditionSpec): RenditionOutcome | null {
    const { contentKey, contentType } = attachment;
    if (this.#ladder.mayHavePicture(attachment, spec.kind)) {
      return this.#rendering.findPicture(contentKey, spec) ?? this.#rendering.findVerdict(contentKey, spec);
    }
    if (this.#canDraw(attachment, spec.kind)) return this.#rendering.find(contentKey, spec);
    return { state: 'UNSUPPORTED', reason: this.#rendering.unsupportedReason(contentType, spec.kind) };
  }

  #drawFor(demand: Demand, attachment: Attachment, spec: RenditionSpec, call: Call): MaybePromise<RenditionAnswer> {
    const outcome = this.#findOutcome(attachment, spec) ?? this.#climb(demand, attachment, spec, call);
    return whenKnown(outcome, (known) => {
      const wanted = this.#iconFor(attachment, spec, known);
      if (!wanted) return known;
      const icon = this.#rendering.drawIcon(attachment.contentType, wanted.spec, { signal: call.signal, demand });
      return icon.then((drawn) => toPlaceholder(drawn, wanted.reason));
    });
  }

  #climb(demand: Demand, attachment: Attachment, spec: RenditionSpec, call: Call): Promise<RenditionOutcome | PendingAnswer> {
    const request = { signal: call.signal, demand };
    let isOwn = false;
    const climbed = this.#climbing.run(`${attachment.contentKey}/${variantKey(spec)}`, request, (task) => {
      isOwn = true;
      const forAll = shared(call, task.signal);
      const source = this.#source(attachment, forAll);
      return this.#ladder.climb({ attachment, spec, source, call: forAll, demand: task.demand });
    });
    return climbed.catch((error: unknown) => {
      if (isOwn || !isAboutViewer(error)) throw error;
      return this.#findOutcome(attachment, spec) ?? this.#climb(demand, attachment, spec, call);
    });
  }

  /** An icon stands in for a type that cannot be drawn here. Of one that can, a file that is refused is told of as that: null. */
  #iconFor(attachment: Attachment, spec: RenditionSpec, outcome: RenditionOutcome | PendingAnswer): WantedIcon | null {
    if (outcome.state !== 'UNSUPPORTED' || spec.kind !== 'thumbnail' || this.#canDraw(attachment, 'thumbnail')) return null;
    return { spec, reason: outcome.reason };
  }

  async #drawHere(attachment: Attachment, spec: RenditionSpec, otherwise: PendingAnswer, call: Call): Promise<RenditionAnswer> {
    if (!this.#canDraw(attachment, spec.kind)) return otherwise;
    const request = { signal: call.signal, demand: askedBy(call) };
    const drawn = await this.#rendering.render(this.#source(attachment, call), spec, request);
    return drawn.state === 'READY' ? drawn : otherwise;
  }

  #canDraw({ contentType }: Attachment, kind: RenditionSpec['kind']): boolean {
    return kind === 'page' ? this.#rendering.canPage(contentType) : this.#rendering.canThumbnail(contentType);
  }

  #source(attachment: Attachment, call: Call): RenderSource {
    return {
      contentKey: attachment.contentKey,
      provider: attachment.provider,
      contentType: attachment.contentType,
      sizeBytes: attachment.sizeBytes,
      open: (signal) => this.#open(attachment, { ...call, signal }),
    };
  }

  async #open(attachment: Attachment, call: Call): Promise<OpenedContent> {
    const options = attachment.versionNumber === null ? {} : { version: attachment.versionNumber };
    const opened = await this.#catalog.open(attachment, options, call);
    if (!opened) throw new ContentError('NOT_FOUND', 'The attachment was deleted meanwhile');
    return opened;
  }
}

/** Somebody else's credentials were refused: this viewer's may not be. */
function isAboutViewer(error: unknown): boolean {
  return error instanceof ContentError && (error.code === 'PROVIDER_UNAUTHENTICATED' || error.code === 'FORBIDDEN');
}

function askedBy({ viewer }: Call): Demand {
  return new Demand('asked', [viewer.scope]);
}

/** Work that others may come to wait for ends with the last of them, not with the request that began it. */
function shared({ viewer, log, upstream }: Call, signal: AbortSignal): Call {
  return { viewer, log, signal, deadlineAt: Date.now() + drawDeadlineMs, ...(upstream ? { upstream } : {}) };
}
