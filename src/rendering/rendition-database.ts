import { existsSync, renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import { sqliteCode } from '../lib/sqlite-code.js';
import type { ImageFormat, RenditionSource } from '../rendition.js';
import type { MediaFacts, RenditionOutcome } from './renderer.js';
import type { StoredFacts } from './rendition-store.js';

/** Raised when the tables change: a file of another version is emptied, it is only a cache. */
const schemaVersion = 4;
/** A small picture lies in two pages of this size, rather than in five of the usual: it is read in two thirds of the time. */
const pageBytes = 16 * 1024;
/** Enough for the inner pages of the indexes of a million pictures. */
const cacheKib = 8 * 1024;

/** Pictures lie apart from their outcomes, so that counting, noting a use and choosing what goes never reads one. */
const schema = `
  CREATE TABLE outcomes (
    id INTEGER PRIMARY KEY, content_key TEXT NOT NULL, spec_key TEXT NOT NULL, state TEXT NOT NULL, reason TEXT,
    format TEXT, width INTEGER, height INTEGER, made_by TEXT, stored_bytes INTEGER NOT NULL, used_at INTEGER NOT NULL, expires_at INTEGER,
    UNIQUE (content_key, spec_key)
  );
  CREATE INDEX outcomes_by_use ON outcomes (used_at, stored_bytes);
  CREATE TABLE pictures (outcome_id INTEGER PRIMARY KEY REFERENCES outcomes (id) ON DELETE CASCADE, bytes BLOB NOT NULL);
  CREATE TABLE facts (
    content_key TEXT NOT NULL UNIQUE, width REAL, height REAL, vector INTEGER, page_count INTEGER, duration_seconds REAL,
    thumbhash BLOB
  );
  CREATE TABLE judgement (word TEXT NOT NULL);
`;
const tables = ['pictures', 'outcomes', 'facts', 'judgement'];

/** What a row takes besides its picture: its columns and its places in the indexes. */
const rowBytes = 300;

export interface OutcomeRow {
  readonly id: number;
  readonly state: RenditionOutcome['state'];
  readonly reason: string | null;
  readonly format: ImageFormat | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly made_by: RenditionSource | null;
  readonly expires_at: number | null;
  readonly bytes: Buffer | null;
}

export interface EvictableRow {
  readonly id: number;
  readonly content_key: string;
  readonly spec_key: string;
  readonly stored_bytes: number;
}

/** One for every source. */
interface KnownRow {
  readonly width: number | null;
  readonly height: number | null;
  /** null where the source itself was never looked at. */
  readonly vector: number | null;
  readonly page_count: number | null;
  readonly duration_seconds: number | null;
  readonly thumbhash: Buffer | null;
  readonly drawn: number;
}

type MediaRow = Omit<KnownRow, 'thumbhash' | 'drawn'>;

/** What the file says of one source. */
export interface Known {
  readonly facts: StoredFacts | null;
  /** No: nothing was drawn of it yet, so that none of its outcomes needs to be looked for. */
  mayHaveOutcomes: boolean;
}

/** `judgement` names what refusals rest on; those written under another word are forgotten. Throws where the file is damaged. */
export function openDatabase(path: string, judgement: string) {
  const database = new Database(path);
  try {
    database.pragma(`page_size = ${pageBytes}`);
    database.pragma(`cache_size = -${cacheKib}`);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    migrate(database);
    forgetOtherJudgements(database, judgement);
    return { database, statements: prepare(database), ...count(database) };
  } catch (error) {
    database.close();
    throw error;
  }
}

export type RenditionDatabase = ReturnType<typeof openDatabase>;

export function isDamage(error: unknown): boolean {
  return ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(sqliteCode(error));
}

/** The file and its companions get the name `<path>.damaged`; an earlier one of that name goes. */
export function putAside(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.damaged${suffix}`);
  }
}

export function storedBytesOf(outcome: RenditionOutcome): number {
  return rowBytes + (outcome.state === 'READY' ? outcome.bytes.length : outcome.reason.length);
}

export function toOutcome(row: OutcomeRow): RenditionOutcome {
  const { state, format, width, height, made_by: madeBy, bytes } = row;
  if (state !== 'READY') return { state, reason: row.reason ?? '' };
  if (format === null || width === null || height === null || madeBy === null || bytes === null)
    throw new Error(`Outcome ${row.id} is incomplete`);
  return { state, format, width, height, sizeBytes: bytes.length, bytes, madeBy };
}

export function toKnown({ thumbhash, drawn, ...row }: KnownRow): Known {
  const media = toMedia(row);
  return { facts: media || thumbhash ? { media, thumbhash } : null, mayHaveOutcomes: drawn === 1 };
}

function toMedia({
  width,
  height,
  vector,
  page_count: pageCount,
  duration_seconds: durationSeconds,
}: MediaRow): MediaFacts | null {
  if (vector === null) return null;
  return { width, height, vector: vector === 1, pageCount, ...(durationSeconds === null ? {} : { durationSeconds }) };
}

function migrate(database: Database.Database): void {
  if (database.pragma('user_version', { simple: true }) === schemaVersion) return;
  for (const table of tables) database.exec(`DROP TABLE IF EXISTS ${table}`);
  database.exec(schema);
  database.pragma(`user_version = ${schemaVersion}`);
}

function forgetOtherJudgements(database: Database.Database, judgement: string): void {
  const word = database.prepare<[], string>('SELECT word FROM judgement').pluck().get();
  if (word === judgement) return;
  database.exec("DELETE FROM judgement; DELETE FROM outcomes WHERE state <> 'READY'");
  database.prepare('INSERT INTO judgement (word) VALUES (?)').run(judgement);
}

function count(database: Database.Database): { outcomes: number; bytes: number; facts: number } {
  const sums = database
    .prepare<[], { outcomes: number; bytes: number }>(
      'SELECT count(*) AS outcomes, coalesce(sum(stored_bytes), 0) AS bytes FROM outcomes INDEXED BY outcomes_by_use',
    )
    .get();
  const facts = database.prepare<[], number>('SELECT count(*) FROM facts').pluck().get();
  return { outcomes: sums?.outcomes ?? 0, bytes: sums?.bytes ?? 0, facts: facts ?? 0 };
}

type InsertValues = [
  contentKey: string,
  specKey: string,
  state: string,
  reason: string | null,
  format: string | null,
  width: number | null,
  height: number | null,
  madeBy: string | null,
  storedBytes: number,
  usedAt: number,
  expiresAt: number | null,
];
type FactsValues = [string, ...(number | null)[], Buffer | null];

function prepare(database: Database.Database) {
  return {
    find: database.prepare<[string, string], OutcomeRow>(
      `SELECT id, state, reason, format, width, height, made_by, expires_at, bytes
       FROM outcomes LEFT JOIN pictures ON outcome_id = id WHERE content_key = ? AND spec_key = ?`,
    ),
    remove: database.prepare<[string, string], { stored_bytes: number }>(
      'DELETE FROM outcomes WHERE content_key = ? AND spec_key = ? RETURNING stored_bytes',
    ),
    insert: database.prepare<InsertValues>(
      `INSERT INTO outcomes (content_key, spec_key, state, reason, format, width, height, made_by, stored_bytes, used_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertPicture: database.prepare<[number | bigint, Buffer]>('INSERT INTO pictures (outcome_id, bytes) VALUES (?, ?)'),
    noteUse: database.prepare<[number, number]>('UPDATE outcomes SET used_at = ? WHERE id = ?'),
    leastUsed: database.prepare<[number], EvictableRow>(
      'SELECT id, content_key, spec_key, stored_bytes FROM outcomes ORDER BY used_at LIMIT ?',
    ),
    removeById: database.prepare<[number]>('DELETE FROM outcomes WHERE id = ?'),
    findKnown: database.prepare<{ contentKey: string }, KnownRow>(
      `SELECT width, height, vector, page_count, duration_seconds, thumbhash,
         EXISTS (SELECT 1 FROM outcomes WHERE content_key = :contentKey) AS drawn
       FROM (SELECT 1) LEFT JOIN facts ON content_key = :contentKey`,
    ),
    saveFacts: database.prepare<FactsValues>(
      `INSERT INTO facts (content_key, width, height, vector, page_count, duration_seconds, thumbhash) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (content_key) DO UPDATE SET width = excluded.width, height = excluded.height, vector = excluded.vector,
       page_count = excluded.page_count, duration_seconds = excluded.duration_seconds, thumbhash = excluded.thumbhash`,
    ),
    removeOldestFacts: database.prepare<[number]>(
      'DELETE FROM facts WHERE rowid IN (SELECT rowid FROM facts ORDER BY rowid LIMIT ?)',
    ),
    countFacts: database.prepare<[], number>('SELECT count(*) FROM facts').pluck(),
  };
}
