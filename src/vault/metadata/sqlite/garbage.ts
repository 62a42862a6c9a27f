import { type Database, limited } from './database.js';

/** Digests whose bytes nothing names any more, until their files are removed. */
export class Garbage {
  constructor(private readonly db: Database) {}

  list(limit: number): readonly string[] {
    return this.db.rows<{ digest: string }>(`SELECT digest FROM garbage ${limited}`, { limit }).map((row) => row.digest);
  }

  has(digest: string): boolean {
    return this.db.row('SELECT 1 FROM garbage WHERE digest = :digest', { digest }) !== undefined;
  }

  forget(digest: string): void {
    this.db.change('DELETE FROM garbage WHERE digest = :digest', { digest });
  }

  /** After what named them is gone: those that no version and no rendition names become garbage. */
  release(digests: readonly string[]): void {
    this.db.change(
      `INSERT OR IGNORE INTO garbage SELECT value FROM json_each(:digests)
      WHERE NOT EXISTS (SELECT 1 FROM version WHERE digest = value) AND NOT EXISTS (SELECT 1 FROM rendition WHERE digest = value)`,
      { digests: JSON.stringify(digests) },
    );
  }
}
