import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { type AttachmentOrder, attachmentOrders } from '../../../src/providers/provider.js';
import { migrations } from '../../../src/vault/metadata/sqlite/migrations.js';
import { openSqliteMetadataStore } from '../../../src/vault/metadata/sqlite.js';
import { describeMetadataStore } from '../../conformance/metadata-store.js';

describeMetadataStore('A SQLite file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'proofsheet-metadata-'));
  const store = openSqliteMetadataStore(join(directory, 'vault.db'));
  return {
    store,
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
});

describe("The vault's SQLite file", () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'proofsheet-metadata-'));
    path = join(directory, 'vault.db');
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Looks into the file as any SQLite program does. */
  const inspect = <T>(look: (sqlite: Sqlite.Database) => T): T => {
    const sqlite = new Sqlite(path);
    try {
      return look(sqlite);
    } finally {
      sqlite.close();
    }
  };
  const publish = async (store: ReturnType<typeof openSqliteMetadataStore>, filename: string) => {
    const target = { kind: 'attachment', folder: 'root', filename, contentType: 'text/plain', onCollision: 'FAIL' } as const;
    const upload = (await store.beginUpload(target)) ?? '';
    await store.noteDigest(upload, { digest: 'a'.repeat(64), sizeBytes: 1 });
    return store.publishAttachment(upload);
  };

  it('keeps a log ahead of its writes', async () => {
    await openSqliteMetadataStore(path).close();
    expect(inspect((sqlite) => sqlite.pragma('journal_mode', { simple: true }))).toBe('wal');
  });

  it('notes which migrations it has been through', async () => {
    await openSqliteMetadataStore(path).close();
    await openSqliteMetadataStore(path).close();
    const numbers = inspect((sqlite) => sqlite.prepare('SELECT number FROM migration ORDER BY number').pluck().all());
    expect(numbers).toEqual(migrations.map((_, index) => index + 1));
  });

  it('can be searched after a program has brought an older one up to date', async () => {
    inspect((sqlite) => {
      sqlite.exec(`CREATE TABLE migration (number INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT; ${migrations[0]}
        INSERT INTO migration VALUES (1, 0);
        INSERT INTO content_type VALUES (1, 'text/plain');
        INSERT INTO attachment VALUES
          (1, 'kept', 1, 'Invoice 299999.txt', 'invoice 299999.txt', 8, 1, 1, 'digest', 1, 0, 0, 1),
          (2, 'trashed', 1, 'Invoice 300000.txt', 'invoice 300000.txt', 9, 1, 1, 'digest', 1, 0, 0, 2);
        INSERT INTO name_index (rowid, words) VALUES (1, 'inv'), (2, 'inv trashed');`);
    });
    const store = openSqliteMetadataStore(path);
    const find = async (text: string, states: readonly ('READY' | 'TRASHED')[]) => {
      const { items } = await store.list({ orderBy: 'MODIFIED_DESC', text, states }, { first: 10, after: null });
      return items.map(({ item }) => item.id);
    };
    const found = [await find('299999', ['READY']), await find('invoice', ['TRASHED']), await find('99 3', ['READY', 'TRASHED'])];
    await store.close();
    expect(found).toEqual([['kept'], ['trashed'], []]);
  });

  it('is listed by every order after a program has brought an older one up to date', async () => {
    inspect((sqlite) => {
      sqlite.function('name_words', { varargs: true }, (sortName) => String(sortName));
      sqlite.exec(`CREATE TABLE migration (number INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT;
        ${migrations.slice(0, 2).join('')}
        INSERT INTO migration VALUES (1, 0), (2, 0);
        INSERT INTO content_type VALUES (1, 'text/plain');
        INSERT INTO attachment VALUES
          (1, 'first', 1, 'B.txt', 'b.txt', 8, 1, 1, 'digest', 2, 0, 0, 4),
          (2, 'second', 1, 'a.txt', 'a.txt', 8, 1, 1, 'digest', 1, 0, 0, 3),
          (3, 'trashed', 1, 'c.txt', 'c.txt', 9, 1, 1, 'digest', 9, 0, 0, 2);`);
    });
    const store = openSqliteMetadataStore(path);
    const list = async (orderBy: AttachmentOrder) => {
      const { items } = await store.list({ orderBy }, { first: 10, after: null });
      return items.map(({ item }) => item.id);
    };
    const listed = Object.fromEntries(await Promise.all(attachmentOrders.map(async (order) => [order, await list(order)])));
    await store.close();
    expect(listed).toEqual({
      MODIFIED_DESC: ['first', 'second'],
      MODIFIED_ASC: ['second', 'first'],
      NAME_ASC: ['second', 'first'],
      SIZE_DESC: ['first', 'second'],
    });
  });

  it.each(attachmentOrders)('gives back any name as it was given, in a list by %s', async (orderBy) => {
    const names = [
      '"quoted" \'single\'',
      'back\\slash \\u0041',
      '[1,"2"]',
      'null',
      '007',
      'Straße 合同 👩‍👩‍👧',
      'line\nand\u0000nothing',
      '🙂'.repeat(60),
    ];
    const store = openSqliteMetadataStore(path);
    for (const name of names) await publish(store, name);
    const { items } = await store.list({ orderBy }, { first: 100, after: null });
    await store.close();
    expect(new Set(items.map(({ item }) => item.filename))).toEqual(new Set(names));
  });

  it.each(attachmentOrders)('tells of a changed attachment the same in a list by %s as alone', async (orderBy) => {
    const store = openSqliteMetadataStore(path);
    const { id, createdAt } = (await publish(store, 'one')) ?? { id: '', createdAt: new Date() };
    const later = createdAt.getTime() + 3_600_000;
    inspect((sqlite) => sqlite.prepare('UPDATE clock SET at = ?').run(later));
    await store.rename(id, 'two');
    const { items } = await store.list({ orderBy }, { first: 1, after: null });
    const alone = [await store.stat(id), ...(await store.statMany([id]))];
    await store.close();
    expect([items[0]?.item, ...alone]).toEqual(
      Array(3).fill(expect.objectContaining({ createdAt, modifiedAt: new Date(later) })),
    );
    expect(alone).toEqual(Array(2).fill(items[0]?.item));
  });

  it('is refused when a newer program wrote it', async () => {
    await openSqliteMetadataStore(path).close();
    inspect((sqlite) => sqlite.prepare('INSERT INTO migration VALUES (?, 0)').run(migrations.length + 1));
    expect(() => openSqliteMetadataStore(path)).toThrow(
      expect.objectContaining({ code: 'PROVIDER_UNAVAILABLE', message: expect.stringContaining('newer version') }),
    );
  });

  it('is refused when it is something else', async () => {
    inspect((sqlite) => sqlite.exec('CREATE TABLE clock (hands INTEGER)'));
    expect(() => openSqliteMetadataStore(path)).toThrow();
  });

  it('is said to be damaged when it is', async () => {
    await writeFile(path, 'this is no database, whatever its name says, and long enough to tell '.repeat(100));
    expect(() => openSqliteMetadataStore(path)).toThrow("The vault's database is damaged");
  });

  it('counts right after every kind of change', async () => {
    const store = openSqliteMetadataStore(path);
    const one = await publish(store, 'one');
    await publish(store, 'two');
    await publish(store, 'three');
    await store.trash(one?.id ?? '');
    const two = await store.list({ orderBy: 'NAME_ASC', text: 'two' }, { first: 1, after: null });
    await store.remove(two.items[0]?.item.id ?? '');
    const counts = [
      await store.count({ orderBy: 'NAME_ASC' }),
      await store.count({ orderBy: 'NAME_ASC', container: { type: 'Folder', id: 'root' }, states: ['TRASHED'] }),
      await store.count({ orderBy: 'NAME_ASC', states: ['READY', 'TRASHED'], contentTypes: ['text/*'] }),
    ];
    await store.close();
    expect(counts).toEqual([1, 1, 2]);
  });

  it('keeps its index of names in step with every kind of change', async () => {
    const store = openSqliteMetadataStore(path);
    const one = await publish(store, 'one');
    const two = await publish(store, 'two');
    await store.rename(one?.id ?? '', 'three');
    await store.trash(one?.id ?? '');
    await store.restore(one?.id ?? '');
    await store.remove(two?.id ?? '');
    await store.close();
    const rows = inspect((sqlite) => sqlite.prepare('SELECT rowid FROM name_index').pluck().all());
    const revisions = inspect((sqlite) => sqlite.prepare('SELECT revision FROM attachment').pluck().all());
    expect(rows).toEqual(revisions);
  });

  it('does not let time run back when the clock of the machine does', async () => {
    const store = openSqliteMetadataStore(path);
    const future = Date.now() + 3_600_000;
    inspect((sqlite) => sqlite.prepare('UPDATE clock SET at = ?').run(future));
    const record = await publish(store, 'one');
    await store.close();
    expect(record?.modifiedAt).toEqual(new Date(future));
  });
});
