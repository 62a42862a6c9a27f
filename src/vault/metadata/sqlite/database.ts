import Sqlite from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { ContentError } from '../../../errors.js';
import { sqliteCode } from '../../../lib/sqlite-code.js';
import { migrations } from './migrations.js';
import { nameWords } from './name-words.js';

type Value = string | number | null;
export type Parameters = Readonly<Record<string, Value>>;

/** SQLite looks at the value of a bare parameter there, and prepares the statement anew for each value. */
export const limited = 'LIMIT CAST(:limit AS INTEGER)';

/** Statements are few kinds; what varies is how many types and states a list is filtered by. */
const maxStatements = 500;
const journalBytes = 64 * 1024 ** 2;
/** Of the file's pages, kept in memory as they are read; those of other pages cost a system call each. */
const cacheKib = 16 * 1024;

/** One SQLite file: prepared statements, transactions, and failures in our words. All synchronous. */
export class Database {
  readonly #sqlite: Sqlite.Database;
  readonly #statements = new LRUCache<string, Sqlite.Statement>({ max: maxStatements });

  /** Opens or makes the file and brings its schema up to date. PROVIDER_UNAVAILABLE where a newer program wrote it. */
  constructor(path: string) {
    this.#sqlite = guarded(() => new Sqlite(path));
    try {
      guarded(() => this.#prepareFile(path));
    } catch (error) {
      this.#sqlite.close();
      throw error;
    }
  }

  row<Row>(sql: string, parameters: Parameters = {}): Row | undefined {
    return guarded(() => this.#statement(sql).get(parameters) as Row | undefined);
  }

  rows<Row>(sql: string, parameters: Parameters = {}): Row[] {
    return guarded(() => this.#statement(sql).all(parameters) as Row[]);
  }

  /** The column `tuple` of many rows, which is JSON: all come as one text, in half the time of one value after another. */
  tuples<Tuple>(sql: string, parameters: Parameters = {}): Tuple[] {
    const whole = `SELECT '[' || ifnull(group_concat(tuple), '') || ']' FROM (${sql})`;
    return JSON.parse(guarded(() => this.#statement(whole).pluck().get(parameters) as string)) as Tuple[];
  }

  /** How many rows changed. */
  change(sql: string, parameters: Parameters = {}): number {
    return guarded(() => this.#statement(sql).run(parameters).changes);
  }

  insert(sql: string, parameters: Parameters): number {
    return guarded(() => Number(this.#statement(sql).run(parameters).lastInsertRowid));
  }

  /** How many rows were ever changed by this connection, which is the only one. */
  get revision(): number {
    return guarded(() => this.#statement('SELECT total_changes()').pluck().get() as number);
  }

  /** All of the work or none of it; on the disk when it returns. */
  transaction<T>(work: () => T): T {
    return guarded(() => this.#sqlite.transaction(work).immediate());
  }

  /** All or none, without waiting for the disk: after a power cut it may be gone, but never without all that came after it. */
  briefTransaction<T>(work: () => T): T {
    this.#sqlite.pragma('synchronous = NORMAL');
    try {
      return this.transaction(work);
    } finally {
      this.#sqlite.pragma('synchronous = FULL');
    }
  }

  close(): void {
    this.#sqlite.pragma('wal_checkpoint(TRUNCATE)');
    this.#sqlite.close();
  }

  #statement(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #prepareFile(path: string): void {
    this.#sqlite.pragma('journal_mode = WAL');
    this.#sqlite.pragma('synchronous = FULL');
    this.#sqlite.pragma('foreign_keys = ON');
    this.#sqlite.pragma(`cache_size = -${cacheKib}`);
    this.#sqlite.pragma(`journal_size_limit = ${journalBytes}`);
    this.#sqlite.function('name_words', (sortName: string, trashed: number, folder: number, contentType: number) =>
      nameWords({ sortName, trashed: trashed !== 0, folder, contentType }),
    );
    this.transaction(() => this.#migrate(path));
    // Only now: what a new index of an old, large file sorts may not fit in memory.
    this.#sqlite.pragma('temp_store = MEMORY');
  }

  #migrate(path: string): void {
    this.#sqlite.exec('CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT');
    const done = this.#sqlite.prepare('SELECT coalesce(max(number), 0) FROM migration').pluck().get() as number;
    if (done > migrations.length) throw newer(path, done);
    const note = this.#sqlite.prepare('INSERT INTO migration VALUES (?, ?)');
    for (const [index, sql] of migrations.slice(done).entries()) {
      this.#sqlite.exec(sql);
      note.run(done + index + 1, Date.now());
    }
  }
}

function newer(path: string, schema: number): ContentError {
  const known = `its schema is ${schema}, this program knows up to ${migrations.length}`;
  return new ContentError('PROVIDER_UNAVAILABLE', `${path} was written by a newer version of this program: ${known}`);
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const problem = problems.get(sqliteCode(error));
    // A fault of ours (a constraint, a wrong statement) stays what it is and is masked above.
    throw problem === undefined ? error : new ContentError('PROVIDER_UNAVAILABLE', problem, { cause: error, retryable: true });
  }
}

const problems: ReadonlyMap<string, string> = new Map([
  ['SQLITE_FULL', "The vault's disk is full"],
  ['SQLITE_READONLY', "The vault's database cannot be written"],
  ['SQLITE_CANTOPEN', "The vault's database cannot be opened"],
  ['SQLITE_IOERR', "The vault's disk reports an error"],
  ['SQLITE_BUSY', "The vault's database is in use by another program"],
  ['SQLITE_CORRUPT', "The vault's database is damaged"],
  ['SQLITE_NOTADB', "The vault's database is damaged"],
]);
