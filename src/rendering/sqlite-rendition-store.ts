import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import type { Log } from '../call.js';
import { MetOnce } from '../lib/met-once.js';
import type { MediaFacts, ReadyPicture, Refusal, RenditionOutcome } from './renderer.js';
import {
  isDamage,
  type Known,
  openDatabase,
  putAside,
  type RenditionDatabase,
  storedBytesOf,
  toKnown,
  toOutcome,
} from './rendition-database.js';
import type { RenditionStore, RenditionStoreStats, StoredFacts } from './rendition-store.js';
import { SaveBatch } from './save-batch.js';

export interface RenditionStoreSettings {
  /** On disk; the least recently used go first. */
  readonly maxBytes: number;
  /** Of outcomes kept in memory as well. */
  readonly memoryBytes: number;
  /** Sources whose facts are kept; the oldest go first. */
  readonly maxFacts: number;
}

export interface SqliteRenditionStoreOptions {
  readonly directory: string;
  readonly settings: RenditionStoreSettings;
  /** What refusals rest on: limits, versions. Those written under another word are forgotten. */
  readonly judgement: string;
  readonly log: Log;
}

interface HeldOutcome {
  /** Of its row; null while it is only here. */
  readonly id: number | null;
  readonly outcome: RenditionOutcome;
  readonly expiresAt: number | null;
}

/** An outcome that is not in the file yet. */
interface WaitingSave {
  readonly contentKey: string;
  readonly specKey: string;
  readonly outcome: RenditionOutcome;
  readonly expiresAt: number | null;
  usedAt: number;
}

/** A picture that takes more of the memory than this would push out many small ones. */
const maxBytesInMemoryEach = 256 * 1024;
const maxKnownInMemory = 20_000;
const maxAbsentInMemory = 20_000;
const flushUsesEveryMs = 30_000;
const maxUsesNoted = 5_000;
/** Room is made for this share of a bound at once, so that not every save has to. */
const evictedShare = 0.05;
const evictedAtOnce = 500;

/** Outcomes and facts in one SQLite file that may be lost: a damaged one is put aside and made anew. */
export class SqliteRenditionStore implements RenditionStore {
  readonly #path: string;
  readonly #options: SqliteRenditionStoreOptions;
  readonly #outcomes: LRUCache<string, HeldOutcome>;
  readonly #readOnce: MetOnce;
  /** Keys that are not in the file either: nobody else writes it. */
  readonly #absent = new LRUCache<string, true>({ max: maxAbsentInMemory });
  readonly #known = new LRUCache<string, Known>({ max: maxKnownInMemory });
  readonly #saves = new SaveBatch<WaitingSave>((saves) => this.#guarded(undefined, () => this.#insert(saves)));
  readonly #uses = new Map<number, number>();
  readonly #flushTimer: NodeJS.Timeout;
  readonly #counters = { hits: 0, misses: 0, reads: 0, evicted: 0, errors: 0 };
  #file: RenditionDatabase;
  #lastUse = 0;
  #revision = 0;

  constructor(options: SqliteRenditionStoreOptions) {
    this.#path = join(options.directory, 'renditions.db');
    this.#options = options;
    this.#outcomes = new LRUCache({
      maxSize: options.settings.memoryBytes,
      maxEntrySize: maxBytesInMemoryEach,
      sizeCalculation: ({ outcome }) => storedBytesOf(outcome),
    });
    this.#readOnce = new MetOnce(options.settings.memoryBytes);
    this.#file = this.#open();
    this.#flushTimer = setInterval(() => this.#flushUses(), flushUsesEveryMs).unref();
  }

  find(contentKey: string, specKey: string): RenditionOutcome | null {
    const key = memoryKey(contentKey, specKey);
    const found = this.#saves.find(key) ?? this.#outcomes.get(key) ?? this.#findOnDisk(contentKey, specKey);
    const current = found && !isExpired(found) ? found : null;
    this.#counters[current ? 'hits' : 'misses'] += 1;
    if (!current) return null;
    if ('id' in current && current.id === null) this.#write(contentKey, specKey, current);
    else this.#noteUse(current);
    return current.outcome;
  }

  save(contentKey: string, specKey: string, outcome: RenditionOutcome, expiresInMs?: number): void {
    const expiresAt = expiresInMs === undefined ? null : Date.now() + expiresInMs;
    if (outcome.state !== 'READY') this.#revision += 1;
    this.#absent.delete(memoryKey(contentKey, specKey));
    if (isOnTrial(outcome)) this.#outcomes.set(memoryKey(contentKey, specKey), { id: null, outcome, expiresAt });
    else this.#write(contentKey, specKey, { outcome, expiresAt });
  }

  findFacts(contentKey: string): StoredFacts | null {
    return this.#knownOf(contentKey)?.facts ?? null;
  }

  get revision(): number {
    return this.#revision;
  }

  saveFacts(contentKey: string, facts: StoredFacts): void {
    const known = this.#known.get(contentKey);
    if (known?.facts === facts) return;
    this.#revision += 1;
    this.#known.set(contentKey, { facts, mayHaveOutcomes: known?.mayHaveOutcomes ?? true });
    this.#guarded(undefined, () => {
      this.#file.statements.saveFacts.run(contentKey, ...mediaColumns(facts.media), facts.thumbhash);
      this.#file.facts += 1;
      if (this.#file.facts > this.#options.settings.maxFacts) this.#dropOldestFacts();
    });
  }

  stats(): RenditionStoreStats {
    const { outcomes, bytes } = this.#file;
    return { outcomes: outcomes + this.#saves.size, bytes: bytes + this.#saves.bytes, ...this.#counters };
  }

  close(): void {
    clearInterval(this.#flushTimer);
    this.#saves.flush();
    this.#flushUses();
    this.#file.database.close();
  }

  #findOnDisk(contentKey: string, specKey: string): HeldOutcome | null {
    const key = memoryKey(contentKey, specKey);
    if (this.#absent.has(key) || !this.#knownOf(contentKey)?.mayHaveOutcomes) return null;
    const row = this.#read(() => this.#file.statements.find.get(contentKey, specKey));
    if (row === null) return null;
    if (!row) {
      this.#absent.set(key, true);
      return null;
    }
    const held = { id: row.id, outcome: toOutcome(row), expiresAt: row.expires_at };
    const bytes = storedBytesOf(held.outcome);
    if (bytes <= maxBytesInMemoryEach && this.#readOnce.again(key, bytes)) this.#outcomes.set(key, held);
    return held;
  }

  /** null while the file cannot be read. */
  #knownOf(contentKey: string): Known | null {
    const held = this.#known.get(contentKey);
    if (held) return held;
    const row = this.#read(() => this.#file.statements.findKnown.get({ contentKey }));
    if (!row) return null;
    const known = toKnown(row);
    this.#known.set(contentKey, known);
    return known;
  }

  /** null where it failed. */
  #read<T>(access: () => T): T | null {
    this.#counters.reads += 1;
    return this.#guarded(null, access);
  }

  #write(contentKey: string, specKey: string, { outcome, expiresAt }: Omit<HeldOutcome, 'id'>): void {
    const save = { contentKey, specKey, outcome, expiresAt, usedAt: this.#nextUse() };
    this.#saves.add(memoryKey(contentKey, specKey), save, storedBytesOf(outcome));
    if (this.#file.bytes + this.#saves.bytes > this.#options.settings.maxBytes) this.#saves.flush();
  }

  #insert(saves: readonly WaitingSave[]): void {
    const ids = this.#file.database.transaction(() => saves.map((save) => this.#insertOne(save)))();
    saves.forEach(({ contentKey, specKey, outcome, expiresAt }, index) => {
      const id = ids[index];
      const known = this.#known.peek(contentKey);
      if (known) known.mayHaveOutcomes = true;
      if (id !== undefined) this.#outcomes.set(memoryKey(contentKey, specKey), { id, outcome, expiresAt });
    });
    if (this.#file.bytes > this.#options.settings.maxBytes) this.#evict();
  }

  #insertOne({ contentKey, specKey, outcome, expiresAt, usedAt }: WaitingSave): number {
    const { statements } = this.#file;
    const storedBytes = storedBytesOf(outcome);
    const columns = outcome.state === 'READY' ? pictureColumns(outcome) : refusalColumns(outcome);
    const replaced = statements.remove.get(contentKey, specKey);
    const { lastInsertRowid: id } = statements.insert.run(contentKey, specKey, ...columns, storedBytes, usedAt, expiresAt);
    if (outcome.state === 'READY') statements.insertPicture.run(id, outcome.bytes);
    this.#file.bytes += storedBytes - (replaced?.stored_bytes ?? 0);
    this.#file.outcomes += replaced ? 0 : 1;
    return Number(id);
  }

  #evict(): void {
    this.#flushUses();
    const { database, statements } = this.#file;
    const target = this.#options.settings.maxBytes * (1 - evictedShare);
    const evictSome = database.transaction(() => {
      for (const row of statements.leastUsed.all(evictedAtOnce)) {
        if (this.#file.bytes <= target) return;
        statements.removeById.run(row.id);
        this.#outcomes.delete(memoryKey(row.content_key, row.spec_key));
        this.#file.bytes -= row.stored_bytes;
        this.#file.outcomes -= 1;
        this.#counters.evicted += 1;
      }
    });
    while (this.#file.bytes > target && this.#file.outcomes > 0) evictSome();
  }

  /** The count is kept by adding; a source whose facts were saved twice counts twice until then. */
  #dropOldestFacts(): void {
    const { statements } = this.#file;
    const { maxFacts } = this.#options.settings;
    const surplus = (statements.countFacts.get() ?? 0) - maxFacts;
    if (surplus > 0) statements.removeOldestFacts.run(surplus + Math.ceil(maxFacts * evictedShare));
    this.#file.facts = statements.countFacts.get() ?? 0;
  }

  #noteUse(used: HeldOutcome | WaitingSave): void {
    if ('usedAt' in used) used.usedAt = this.#nextUse();
    else if (used.id !== null) this.#uses.set(used.id, this.#nextUse());
    if (this.#uses.size >= maxUsesNoted) this.#flushUses();
  }

  /** The time in ms, but never the same twice: uses have an order. */
  #nextUse(): number {
    this.#lastUse = Math.max(Date.now(), this.#lastUse + 1);
    return this.#lastUse;
  }

  #flushUses(): void {
    if (this.#uses.size === 0) return;
    const uses = [...this.#uses];
    this.#uses.clear();
    this.#guarded(undefined, () => {
      const { database, statements } = this.#file;
      database.transaction(() => {
        for (const [id, usedAt] of uses) statements.noteUse.run(usedAt, id);
      })();
    });
  }

  /** A cache that fails, or is closed, is a cache that knows nothing. What it said while it failed is not remembered. */
  #guarded<T>(fallback: T, access: () => T): T {
    if (!this.#file.database.open) return fallback;
    try {
      return access();
    } catch (error) {
      this.#counters.errors += 1;
      if (isDamage(error)) this.#startAnew(error);
      else this.#options.log.warn({ err: error }, 'The rendition store failed');
      return fallback;
    }
  }

  #startAnew(error: unknown): void {
    this.#file.database.close();
    this.#outcomes.clear();
    this.#known.clear();
    this.#uses.clear();
    this.#file = this.#replace(error);
  }

  #open(): RenditionDatabase {
    try {
      return openDatabase(this.#path, this.#options.judgement);
    } catch (error) {
      if (isDamage(error)) return this.#replace(error);
      throw error;
    }
  }

  #replace(error: unknown): RenditionDatabase {
    this.#options.log.warn({ err: error }, 'The rendition store is damaged: it is put aside, and a new one starts empty');
    putAside(this.#path);
    return openDatabase(this.#path, this.#options.judgement);
  }
}

function memoryKey(contentKey: string, specKey: string): string {
  return `${contentKey}/${specKey}`;
}

function isExpired({ expiresAt }: HeldOutcome | WaitingSave): boolean {
  return expiresAt !== null && expiresAt <= Date.now();
}

/** What costs one request to have again is written when it is asked for a second time: most never are. */
function isOnTrial(outcome: RenditionOutcome): boolean {
  return outcome.state === 'READY' && outcome.madeBy === 'PROVIDER' && storedBytesOf(outcome) <= maxBytesInMemoryEach;
}

type Columns = [
  state: string,
  reason: string | null,
  format: string | null,
  width: number | null,
  height: number | null,
  madeBy: string | null,
];

function pictureColumns({ state, format, width, height, madeBy }: ReadyPicture): Columns {
  return [state, null, format, width, height, madeBy];
}

type MediaColumns = [
  width: number | null,
  height: number | null,
  vector: number | null,
  pageCount: number | null,
  durationSeconds: number | null,
];

function mediaColumns(media: MediaFacts | null): MediaColumns {
  if (!media) return [null, null, null, null, null];
  return [media.width, media.height, media.vector ? 1 : 0, media.pageCount, media.durationSeconds ?? null];
}

function refusalColumns({ state, reason }: Refusal): Columns {
  return [state, reason, null, null, null, null];
}
