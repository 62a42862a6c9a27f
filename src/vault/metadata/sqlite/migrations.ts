/**
 * Steps of the schema, numbered from 1; a step that was released is never edited. Times are milliseconds since 1970, states
 * the numbers of states.ts.
 *
 * `revision` numbers every change of the vault, so MODIFIED order is revision order, and it breaks the ties of all other orders.
 * Every combination of folder and type has an index per order: a page is read from where its cursor points, whatever the filter.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE clock (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO clock VALUES (1, 0, 0);

  CREATE TABLE folder (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    parent INTEGER REFERENCES folder (key),
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX folder_name ON folder (parent, name);
  CREATE INDEX folder_by_name ON folder (parent, sort_name, key);
  INSERT INTO folder VALUES (1, 'root', NULL, 'Vault', 'vault', unixepoch() * 1000);

  CREATE TABLE content_type (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE attachment (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    folder INTEGER NOT NULL REFERENCES folder (key),
    filename TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    state INTEGER NOT NULL,
    version INTEGER NOT NULL,
    content_type INTEGER NOT NULL REFERENCES content_type (key),
    digest TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX attachment_name ON attachment (folder, filename) WHERE state = 8;
  CREATE INDEX attachment_by_time ON attachment (modified_at, revision);
  CREATE INDEX attachment_by_revision ON attachment (state, revision);
  CREATE INDEX attachment_by_name ON attachment (state, sort_name, revision);
  CREATE INDEX attachment_by_size ON attachment (state, size_bytes, revision);
  CREATE INDEX attachment_by_folder_revision ON attachment (state, folder, revision);
  CREATE INDEX attachment_by_folder_name ON attachment (state, folder, sort_name, revision);
  CREATE INDEX attachment_by_folder_size ON attachment (state, folder, size_bytes, revision);
  CREATE INDEX attachment_by_type_revision ON attachment (state, content_type, revision);
  CREATE INDEX attachment_by_type_name ON attachment (state, content_type, sort_name, revision);
  CREATE INDEX attachment_by_type_size ON attachment (state, content_type, size_bytes, revision);
  CREATE INDEX attachment_by_folder_type_revision ON attachment (state, folder, content_type, revision);
  CREATE INDEX attachment_by_folder_type_name ON attachment (state, folder, content_type, sort_name, revision);
  CREATE INDEX attachment_by_folder_type_size ON attachment (state, folder, content_type, size_bytes, revision);

  CREATE TABLE version (
    attachment INTEGER NOT NULL REFERENCES attachment (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    content_type INTEGER NOT NULL REFERENCES content_type (key),
    digest TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (attachment, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX version_by_digest ON version (digest);

  CREATE TABLE rendition (
    attachment INTEGER NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    content_type INTEGER NOT NULL REFERENCES content_type (key),
    digest TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (attachment, version, name),
    FOREIGN KEY (attachment, version) REFERENCES version (attachment, number) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rendition_by_digest ON rendition (digest);

  CREATE TABLE upload (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    target TEXT NOT NULL,
    state INTEGER NOT NULL,
    digest TEXT,
    size_bytes INTEGER,
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE transition (
    key INTEGER PRIMARY KEY,
    attachment INTEGER REFERENCES attachment (key) ON DELETE CASCADE,
    upload INTEGER REFERENCES upload (key) ON DELETE CASCADE,
    version INTEGER,
    state INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT
  ) STRICT;
  CREATE INDEX transition_by_attachment ON transition (attachment) WHERE attachment IS NOT NULL;
  CREATE INDEX transition_by_upload ON transition (upload) WHERE upload IS NOT NULL;

  CREATE TABLE garbage (
    digest TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;

  -- Folder 0 counts all folders together.
  CREATE TABLE tally (
    folder INTEGER NOT NULL,
    content_type INTEGER NOT NULL,
    state INTEGER NOT NULL,
    attachments INTEGER NOT NULL,
    PRIMARY KEY (folder, content_type, state)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER tally_inserted AFTER INSERT ON attachment BEGIN
    INSERT INTO tally VALUES (new.folder, new.content_type, new.state, 1), (0, new.content_type, new.state, 1)
      ON CONFLICT DO UPDATE SET attachments = attachments + 1;
  END;
  CREATE TRIGGER tally_deleted AFTER DELETE ON attachment BEGIN
    UPDATE tally SET attachments = attachments - 1
      WHERE folder IN (old.folder, 0) AND content_type = old.content_type AND state = old.state;
  END;
  CREATE TRIGGER tally_updated AFTER UPDATE OF folder, content_type, state ON attachment BEGIN
    UPDATE tally SET attachments = attachments - 1
      WHERE folder IN (old.folder, 0) AND content_type = old.content_type AND state = old.state;
    INSERT INTO tally VALUES (new.folder, new.content_type, new.state, 1), (0, new.content_type, new.state, 1)
      ON CONFLICT DO UPDATE SET attachments = attachments + 1;
  END;

  -- Row by revision; the words are those of name-index.ts.
  CREATE VIRTUAL TABLE name_index USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
  `,
  `
  -- The same index with longer pieces, and in fewer segments: a search reads less of it.
  DROP TABLE name_index;
  CREATE VIRTUAL TABLE name_index USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
  INSERT INTO name_index (name_index, rank) VALUES ('automerge', 2);
  INSERT INTO name_index (rowid, words)
    SELECT revision, name_words(sort_name, FALSE, folder, content_type) FROM attachment WHERE state = 8 ORDER BY revision;
  INSERT INTO name_index (rowid, words)
    SELECT revision, name_words(sort_name, TRUE, folder, content_type) FROM attachment WHERE state = 9 ORDER BY revision;
  INSERT INTO name_index (name_index) VALUES ('optimize');
  `,
  `
  -- All that a list tells of an attachment: whole orders of names and sizes are read in one place, not here and there in the table.
  DROP INDEX attachment_by_name;
  CREATE INDEX attachment_by_name ON attachment
    (state, sort_name, revision, id, folder, filename, version, content_type, digest, size_bytes, created_at, modified_at);
  DROP INDEX attachment_by_size;
  CREATE INDEX attachment_by_size ON attachment
    (state, size_bytes, revision, id, folder, filename, version, content_type, digest, created_at, modified_at);
  `,
  `
  -- Newest first, a search decodes a page of the index from its beginning for each piece of a text: a smaller page is done sooner.
  INSERT INTO name_index (name_index, rank) VALUES ('pgsz', 500);
  `,
];
