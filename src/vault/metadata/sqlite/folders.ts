import { LRUCache } from 'lru-cache';
import { v7 as uuidv7 } from 'uuid';
import type { NativeId } from '../../../attachment.js';
import { ContentError } from '../../../errors.js';
import { toSortName } from '../../../filename.js';
import type { Page, PageRequest } from '../../../providers/provider.js';
import type { FolderRecord } from '../metadata-store.js';
import { parseCursor, toCursor } from './cursors.js';
import { type Database, limited } from './database.js';
import { toPage } from './page.js';

interface FolderRow {
  readonly key: number;
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly sort_name: string;
  readonly created_at: number;
}

const columns = 'f.key, f.id, p.id AS parent, f.name, f.sort_name, f.created_at';
const tables = 'folder f LEFT JOIN folder p ON p.key = f.parent';
const rememberedIds = 10_000;

/** No folder goes, and ids never change: what was read once is remembered. */
export class Folders {
  /** Looked up for every row of every page, so without noting that: the ones that were learnt first give way. */
  readonly #ids = new LRUCache<number, NativeId>({ max: rememberedIds });
  readonly #keys = new LRUCache<NativeId, number>({ max: rememberedIds });

  constructor(private readonly db: Database) {}

  stat(id: NativeId): FolderRecord | null {
    const row = this.db.row<FolderRow>(`SELECT ${columns} FROM ${tables} WHERE f.id = :id`, { id });
    return row ? toRecord(row) : null;
  }

  list(parent: NativeId | null, page: PageRequest): Page<FolderRecord> {
    const parentKey = parent === null ? null : this.key(parent);
    if (parent !== null && parentKey === null) return { items: [], hasNextPage: false };
    const [name, key] = page.after === null ? ['', 0] : parseCursor(page.after, 'FOLDERS');
    const rows = this.db.rows<FolderRow>(
      `SELECT ${columns} FROM folder f INDEXED BY folder_by_name LEFT JOIN folder p ON p.key = f.parent
      WHERE f.parent IS :parentKey AND (f.sort_name, f.key) > (:name, :key)
      ORDER BY f.sort_name, f.key ${limited}`,
      { parentKey, name, key, limit: page.first + 1 },
    );
    return toPage(rows, page.first, toRecord, (row) => toCursor('FOLDERS', [row.sort_name, row.key]));
  }

  /** CONFLICT where the name is taken. */
  create(parent: NativeId, name: string): FolderRecord | null {
    const parentKey = this.key(parent);
    if (parentKey === null) return null;
    const taken = this.db.row('SELECT 1 FROM folder WHERE parent = :parentKey AND name = :name', { parentKey, name });
    if (taken) throw new ContentError('CONFLICT', `There is already a folder named "${name}" here`);
    const id = uuidv7();
    this.db.change(
      `INSERT INTO folder (id, parent, name, sort_name, created_at) VALUES (:id, :parentKey, :name, :sortName, :now)`,
      { id, parentKey, name, sortName: toSortName(name), now: Date.now() },
    );
    return this.stat(id);
  }

  key(id: NativeId): number | null {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const row = this.db.row<{ key: number }>('SELECT key FROM folder WHERE id = :id', { id });
    if (!row) return null;
    this.#keys.set(id, row.key);
    return row.key;
  }

  /** Of a folder that exists. */
  id(key: number): NativeId {
    const known = this.#ids.peek(key);
    if (known !== undefined) return known;
    const row = this.db.row<{ id: string }>('SELECT id FROM folder WHERE key = :key', { key });
    if (!row) throw new Error(`The vault's database names an unknown folder ${key}`);
    this.#ids.set(key, row.id);
    return row.id;
  }
}

function toRecord(row: FolderRow): FolderRecord {
  return { id: row.id, parent: row.parent, name: row.name, createdAt: new Date(row.created_at) };
}
