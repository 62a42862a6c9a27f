import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { toSortName } from '../../dist/filename.js';
import { addToNameIndex } from '../../dist/vault/metadata/sqlite/name-index.js';
import { openSqliteMetadataStore } from '../../dist/vault/metadata/sqlite.js';
import { contentTypes, folderCount, vaultRows } from './vault-rows.mjs';

const ready = 8;

/** A vault's metadata with `count` attachments, written past the uploads that would have made them. */
export async function openFilledStore(directory, count) {
  const path = join(directory, `vault-${count}.db`);
  await openSqliteMetadataStore(path).close();
  const sqlite = new Sqlite(path);
  sqlite.pragma('synchronous = OFF');
  sqlite.pragma('temp_store = MEMORY');
  sqlite.pragma('cache_size = -500000');
  sqlite.transaction(() => withoutIndexes(sqlite, () => fill(toDatabase(sqlite), count)))();
  // What an open vault does from time to time, so that it does not do it while it is measured.
  sqlite.exec("INSERT INTO name_index (name_index) VALUES ('optimize')");
  sqlite.close();
  return openSqliteMetadataStore(path);
}

/** They are made afterwards, which is quicker than growing them row by row. */
function withoutIndexes(sqlite, work) {
  const indexes = sqlite
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'attachment' AND sql > ''")
    .all();
  for (const { name } of indexes) sqlite.exec(`DROP INDEX ${name}`);
  work();
  for (const { sql } of indexes) sqlite.exec(sql);
}

function fill(database, count) {
  contentTypes.forEach((name, index) => {
    database.change('INSERT INTO content_type VALUES (:key, :name)', { key: index + 1, name });
  });
  for (let key = 2; key <= folderCount; key++) {
    const name = `folder ${key}`;
    database.change('INSERT INTO folder VALUES (:key, :id, 1, :name, :name, 0)', { key, id: `folder-${key}`, name });
  }
  for (const row of vaultRows(count)) insert(database, row);
  database.change('UPDATE clock SET revision = :count, at = (SELECT max(modified_at) FROM attachment)', { count });
}

function insert(database, row) {
  const { key, folder } = row;
  const sortName = toSortName(row.filename);
  const contentType = contentTypes.indexOf(row.contentType) + 1;
  database.change(
    `INSERT INTO attachment VALUES
      (:key, :id, :folder, :filename, :sortName, ${ready}, 1, :contentType, :digest, :sizeBytes, :at, :at, :key)`,
    { ...row, sortName, contentType },
  );
  database.change('INSERT INTO version VALUES (:key, 1, :contentType, :digest, :sizeBytes, :at)', { ...row, contentType });
  addToNameIndex(database, { revision: key, sortName, trashed: false, folder, contentType });
}

function toDatabase(sqlite) {
  const statements = new Map();
  const prepared = (sql) => statements.get(sql) ?? statements.set(sql, sqlite.prepare(sql)).get(sql);
  return { change: (sql, parameters) => prepared(sql).run(parameters).changes };
}
