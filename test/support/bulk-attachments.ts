import { toSortName } from '../../src/filename.js';
import type { Database } from '../../src/vault/metadata/sqlite/database.js';
import { addToNameIndex } from '../../src/vault/metadata/sqlite/name-index.js';
import { toStateCode } from '../../src/vault/metadata/sqlite/states.js';

export interface BulkAttachment {
  readonly id: string;
  readonly folder: string;
  readonly filename: string;
  readonly state: 'READY' | 'TRASHED';
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** Writes attachments in the order of their changes, past the uploads that would have made them. Their folders are made too. */
export function addAttachments(db: Database, attachments: readonly BulkAttachment[]): void {
  db.transaction(() => {
    for (const [index, attachment] of attachments.entries()) add(db, attachment, index + 1);
    db.change('UPDATE clock SET revision = :revision, at = :at', {
      revision: attachments.length,
      at: attachments.at(-1)?.modifiedAt.getTime() ?? 0,
    });
  });
}

function add(db: Database, attachment: BulkAttachment, revision: number): void {
  const { id, filename, sizeBytes } = attachment;
  const folder = keyOf(db, 'folder', 'id', attachment.folder);
  const contentType = keyOf(db, 'content_type', 'name', attachment.contentType);
  const sortName = toSortName(filename);
  const state = toStateCode(attachment.state);
  const at = attachment.modifiedAt.getTime();
  db.change(
    `INSERT INTO attachment VALUES
      (:revision, :id, :folder, :filename, :sortName, :state, 1, :contentType, 'digest', :sizeBytes, :at, :at, :revision)`,
    { revision, id, folder, filename, sortName, state, contentType, sizeBytes, at },
  );
  addToNameIndex(db, { revision, sortName, trashed: attachment.state === 'TRASHED', folder, contentType });
}

function keyOf(db: Database, table: 'folder' | 'content_type', column: string, value: string): number {
  const known = db.row<{ key: number }>(`SELECT key FROM ${table} WHERE ${column} = :value`, { value });
  if (known) return known.key;
  return table === 'folder'
    ? db.insert('INSERT INTO folder (id, parent, name, sort_name, created_at) VALUES (:value, 1, :value, :value, 0)', { value })
    : db.insert('INSERT INTO content_type (name) VALUES (:value)', { value });
}
