import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { MetOnce } from '../lib/met-once.js';
import type { ContentAnswer } from './answer.js';

export interface HotSettings {
  readonly hotBytes: number;
  readonly hotSeconds: number;
}

export interface HotAnswer {
  readonly headers: string[];
  readonly body: Buffer;
  /** In milliseconds. */
  readonly freshUntil: number;
}

/** Larger ones are sent as quickly from where they are. */
const maxEntryBytes = 256 * 1024;
/** About what an entry takes besides its URL and its body. */
const overheadBytes = 2048;

/** With one of these a request may deserve another answer than the whole. */
const conditions = ['range', 'if-none-match'] as const;

/**
 * Whole answers that were given twice of late, by the exact URL, which was verified then. Each serves for a few seconds; then the
 * provider is asked again whether this viewer may still have it.
 */
export class HotAnswers {
  #hits = 0;
  #misses = 0;
  readonly #kept: { readonly answers: LRUCache<string, HotAnswer>; readonly givenOnce: MetOnce } | null;

  constructor(
    private readonly settings: HotSettings,
    private readonly now: () => number,
  ) {
    const maxSize = settings.hotBytes;
    const sizeCalculation = ({ body }: HotAnswer, url: string) => sizeOf(url, body);
    const answers = maxSize < maxEntryBytes ? null : new LRUCache<string, HotAnswer>({ maxSize, sizeCalculation });
    this.#kept = answers && { answers, givenOnce: new MetOnce(maxSize) };
  }

  keep(url: string, answer: ContentAnswer): void {
    const { body, keepUntil } = answer;
    if (!this.#kept || keepUntil === null || !Buffer.isBuffer(body) || body.length > maxEntryBytes) return;
    const { answers, givenOnce } = this.#kept;
    if (!answers.has(url) && !givenOnce.again(url, sizeOf(url, body))) return;
    const freshUntil = Math.min(this.now() + this.settings.hotSeconds * 1000, keepUntil * 1000);
    answers.set(url, { headers: [...answer.headers], body, freshUntil });
  }

  /** null: ask the full path, as for anything but a plain GET. */
  find({ method, url = '', headers }: IncomingMessage): HotAnswer | null {
    const answer = method === 'GET' ? this.#kept?.answers.get(url) : undefined;
    if (!answer || answer.freshUntil <= this.now() || conditions.some((name) => headers[name] !== undefined)) {
      this.#misses += 1;
      return null;
    }
    this.#hits += 1;
    return answer;
  }

  stats(): Readonly<Record<string, number>> {
    return {
      hotHits: this.#hits,
      hotMisses: this.#misses,
      hotEntries: this.#kept?.answers.size ?? 0,
      hotBytes: this.#kept?.answers.calculatedSize ?? 0,
    };
  }
}

function sizeOf(url: string, body: Buffer): number {
  return url.length + body.length + overheadBytes;
}
