import type { Database } from './database.js';
import { type NamedAttachment, nameWords } from './name-words.js';

export interface IndexedAttachment extends NamedAttachment {
  readonly revision: number;
}

export function addToNameIndex(db: Database, attachment: IndexedAttachment): void {
  const words = nameWords(attachment);
  db.change('INSERT INTO name_index (rowid, words) VALUES (:revision, :words)', { revision: attachment.revision, words });
}

export function dropFromNameIndex(db: Database, revision: number): void {
  db.change('DELETE FROM name_index WHERE rowid = :revision', { revision });
}
