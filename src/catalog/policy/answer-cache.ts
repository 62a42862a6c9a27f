import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '../../call.js';
import type { CacheSettings } from '../settings.js';
import { type AnswerStore, openMemoryStore, openRedisStore } from './answer-store.js';
import { type Clock, systemClock } from './clock.js';

/** An answer under the key of its question. */
export interface Answer {
  readonly key: string;
  readonly value: unknown;
  /** What it tells along. */
  readonly ahead: readonly string[];
  /** It may be another one soon: there is no such thing yet, or it is still on its way. */
  readonly passing: boolean;
}

export interface KeptAnswer {
  readonly value: unknown;
  readonly ahead: readonly string[];
  readonly fresh: boolean;
}

/** `generation` is given back when the answers to what was not found are kept; null: nothing can be kept now. */
export interface Found {
  readonly generation: string | null;
  readonly answers: readonly (KeptAnswer | null)[];
}

/** The store is left alone for so long when it failed, so that its time-out is paid once. */
const restMs = 5_000;
/** A store that takes longer than this is no cache. */
const storeTimeoutMs = 300;
/** Instances that share a store start a little apart. */
const clockSkewMs = 60_000;

/** What is kept; a form of before this one is another key. */
const entrySchema = z.object({
  generation: z.string(),
  freshUntil: z.number(),
  servesUntil: z.number(),
  value: z.unknown(),
  ahead: z.array(z.string()).readonly(),
});
type Entry = z.infer<typeof entrySchema>;

export async function openAnswerCache(settings: CacheSettings, log: Log, clock: Clock = systemClock): Promise<AnswerCache> {
  const store = settings.store === 'memory' ? openMemoryStore(settings) : await openRedisStore(settings.store);
  return new AnswerCache(store, settings, log, clock);
}

/**
 * Answers of all providers. A change at one drops all that is kept of its account: each entry names the generation that was current
 * when its question was asked, and only those of the current one serve. So an answer that was on its way during a change never does.
 */
export class AnswerCache {
  readonly #undropped = new Set<string>();
  #restUntil = 0;
  #failures = 0;

  constructor(
    private readonly store: AnswerStore,
    private readonly settings: CacheSettings,
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** Also answers that are no longer fresh, as long as they may serve at all. */
  async find(account: string, keys: readonly string[]): Promise<Found> {
    const nothing: Found = { generation: null, answers: keys.map(() => null) };
    if (this.#undropped.has(account)) await this.drop(account);
    if (this.#undropped.has(account)) return nothing;
    const asked = [generationKey(account), ...keys.map((key) => answerKey(account, key))];
    const found = await this.#attempt((keyv) => keyv.getMany<unknown>(asked));
    if (!found) return nothing;
    const [current, ...entries] = found;
    const generation = typeof current === 'string' ? current : '';
    return { generation, answers: entries.map((entry) => this.#toKept(entry, generation)) };
  }

  async keep(account: string, generation: string | null, answers: readonly Answer[]): Promise<void> {
    if (generation === null) return;
    const entries = answers.map(({ key, value, ahead, passing }) => {
      const freshMs = this.#lifeMs(passing);
      const ttl = passing ? freshMs : freshMs + this.#staleMs;
      const now = this.clock.now();
      const entry: Entry = { generation, freshUntil: now + freshMs, servesUntil: now + ttl, value, ahead };
      return { key: answerKey(account, key), value: entry, ttl };
    });
    const lasting = entries.filter(({ ttl }) => ttl > 0);
    if (lasting.length > 0) await this.#attempt((keyv) => keyv.setMany(lasting));
  }

  /** Where the store cannot be told, it is told before it is asked again. */
  async drop(account: string): Promise<void> {
    this.#undropped.add(account);
    const lifeMs = this.#lifeMs(false) + this.#staleMs + clockSkewMs;
    const dropped = await this.#attempt((keyv) => keyv.set(generationKey(account), randomUUID(), lifeMs));
    if (dropped) this.#undropped.delete(account);
  }

  stats(): Readonly<Record<string, number>> {
    return { ...this.store.stats(), storeFailures: this.#failures };
  }

  async close(): Promise<void> {
    await this.store.keyv.disconnect().catch(() => {});
  }

  get #staleMs(): number {
    return this.settings.staleSeconds * 1000;
  }

  #lifeMs(passing: boolean): number {
    return (passing ? this.settings.negativeSeconds : this.settings.freshSeconds) * 1000;
  }

  #toKept(written: unknown, generation: string): KeptAnswer | null {
    const { data: entry } = entrySchema.safeParse(written);
    const now = this.clock.now();
    if (!entry || entry.generation !== generation || entry.servesUntil <= now) return null;
    return { value: entry.value, ahead: entry.ahead, fresh: now < entry.freshUntil };
  }

  /** null: the store does not answer. */
  async #attempt<T>(work: (keyv: AnswerStore['keyv']) => Promise<T>): Promise<T | null> {
    if (this.clock.now() < this.#restUntil) return null;
    try {
      return await inTime(work(this.store.keyv));
    } catch (error) {
      this.#failures += 1;
      if (this.clock.now() >= this.#restUntil) {
        this.log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the cache does not answer');
      }
      this.#restUntil = this.clock.now() + restMs;
      return null;
    }
  }
}

function generationKey(account: string): string {
  return `1 ${account} generation`;
}

function answerKey(account: string, key: string): string {
  return `1 ${account} ${key}`;
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${storeTimeoutMs} ms`)), storeTimeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
