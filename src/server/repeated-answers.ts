import type { HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { GraphContext } from '../graph/graph.js';

export interface RepeatedAnswersOptions {
  /** Of all answers together, the least recently used go first; 0 keeps none. */
  readonly maxBytes: number;
  /** As Graph.revision tells. */
  readonly revision: () => string;
  /** What an answer depends on besides the question: who asks, in which headers. null: on more than that. */
  readonly asker: (request: FastifyRequest) => string | null;
  /** In milliseconds. */
  readonly now?: () => number;
}

/** One request that may be answered as an earlier one was. */
export interface Question {
  readonly key: string;
  /** Of everything, before it was asked. */
  readonly revision: string;
}

export interface KeptAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly revision: string;
  /** In milliseconds. */
  readonly endsAt: number;
}

/** A larger answer would push out many small ones. */
const maxAnswerBytes = 1024 * 1024;
const maxQuestionLength = 16 * 1024;
/** Of a kept answer besides its bytes and its question. */
const answerOverheadBytes = 500;
/** Whatever an answer forgot to say of its end is over by then. */
const keptAtMostMs = 60_000;

/**
 * Whole answers, given again without executing anything while what they tell is the same: the same question of the same viewer, at the
 * same revision of all that is stored here, before any URL in it would be another one. What another system took part in is never kept.
 */
export class RepeatedAnswers {
  readonly #options: RepeatedAnswersOptions;
  readonly #now: () => number;
  readonly #kept: LRUCache<string, KeptAnswer> | null;
  readonly #counters = { hits: 0, misses: 0 };

  constructor(options: RepeatedAnswersOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const sizeCalculation = ({ body }: KeptAnswer, key: string) => body.length + 2 * key.length + answerOverheadBytes;
    const { maxBytes } = options;
    this.#kept = maxBytes === 0 ? null : new LRUCache({ maxSize: maxBytes, maxEntrySize: maxAnswerBytes, sizeCalculation });
  }

  /** null: this request is answered for itself. */
  questionOf(request: FastifyRequest): Question | null {
    const { body, headers, method, url } = request;
    if (!this.#kept || method !== 'POST' || url.includes('?') || !isJson(headers['content-type'])) return null;
    const asker = this.#options.asker(request);
    if (asker === null) return null;
    const key = `${asker}\n${JSON.stringify(body)}`;
    return key.length > maxQuestionLength ? null : { key, revision: this.#options.revision() };
  }

  /** null: it is not known, or no longer. */
  find({ key, revision }: Question): KeptAnswer | null {
    const known = this.#kept?.get(key);
    const holds = known !== undefined && known.revision === revision && this.#now() < known.endsAt;
    this.#counters[holds ? 'hits' : 'misses'] += 1;
    return holds ? known : null;
  }

  /** Keeps the answer where it is whole and nothing changed while it was made. */
  keep({ key, revision }: Question, { body, headers, status = 200 }: HTTPGraphQLResponse, { life }: GraphContext): void {
    const now = this.#now();
    const endsAt = Math.min(life.endsAtIfOurs, now + keptAtMostMs);
    // Mutations and what has errors are no-store.
    const mayKeep = status === 200 && body.kind === 'complete' && headers.get('cache-control') !== 'no-store';
    if (!mayKeep || endsAt <= now || revision !== this.#options.revision()) return;
    this.#kept?.set(key, { headers: Object.fromEntries(headers), body: Buffer.from(body.string), revision, endsAt });
  }

  stats(): Readonly<Record<string, number>> {
    return { kept: this.#kept?.size ?? 0, bytes: this.#kept?.calculatedSize ?? 0, ...this.#counters };
  }
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\b/i.test(contentType);
}
