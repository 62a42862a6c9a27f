import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sqliteCode } from './sqlite-code.js';

/** null where another process holds the directory; throws where it cannot be written. The lock dies with its process, however that ends. */
export function lockDirectory(directory: string): { readonly release: () => void } | null {
  const database = new Database(join(directory, 'lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (sqliteCode(error) === 'SQLITE_BUSY') return null;
    throw error;
  }
}
