import { matchesType } from '../../../content-type.js';
import type { Database } from './database.js';

/** The content types that were ever stored, by number. They come from a sniffer's closed list, so they stay few. */
export class ContentTypes {
  readonly #keys = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    for (const { key, name } of db.rows<{ key: number; name: string }>('SELECT key, name FROM content_type'))
      this.#learn(key, name);
  }

  name(key: number): string {
    const name = this.#names.get(key);
    if (name === undefined) throw new Error(`The vault's database names an unknown content type ${key}`);
    return name;
  }

  /** Notes a new type in its own transaction, so that a caller's rollback cannot take back a number that is known here. */
  ensure(name: string): number {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = this.#db.insert('INSERT INTO content_type (name) VALUES (:name)', { name });
    this.#learn(key, name);
    return key;
  }

  /** Those that "image/png" or a family, "image/*", stands for; none where nothing of that type was stored. */
  matching(patterns: readonly string[]): readonly number[] {
    const wanted = patterns.map((pattern) => pattern.toLowerCase());
    const matches = (name: string) => wanted.some((pattern) => matchesType(name, pattern));
    return [...this.#keys].filter(([name]) => matches(name)).map(([, key]) => key);
  }

  #learn(key: number, name: string): void {
    this.#keys.set(name, key);
    this.#names.set(key, name);
  }
}
