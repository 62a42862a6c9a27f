import { spawnSync } from 'node:child_process';
import { chownSync, createWriteStream, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { contentTypes, vaultRows } from './vault-rows.mjs';

const installed = '/usr/lib/postgresql';
const ready = 8;

const orders = {
  MODIFIED_DESC: { columns: ['revision'], follows: '<', direction: 'DESC' },
  NAME_ASC: { columns: ['sort_name', 'revision'], follows: '>', direction: 'ASC' },
  SIZE_DESC: { columns: ['size_bytes', 'revision'], follows: '<', direction: 'DESC' },
};

/** Where Debian keeps PostgreSQL's programs, of its newest version; null where it is not installed. */
export function postgresPrograms() {
  const versions = existsSync(installed) ? readdirSync(installed).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => join(installed, version, 'bin')).find((path) => existsSync(join(path, 'initdb'))) ?? null;
}

/**
 * A server of its own in `directory`, on a Unix socket there, with `count` attachments and the indexes that ours has for these
 * pages. It keeps in memory what it read, up to a gigabyte; ours has the system's cache for that, and 16 MiB.
 */
export async function openFilledPostgres(programs, directory, count) {
  const data = join(directory, 'postgres');
  mkdirSync(data, { recursive: true });
  const user = serverUser();
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid);
  const run = (program, args) => runProgram(join(programs, program), args, user);
  run('initdb', ['-D', join(data, 'db'), '-A', 'trust', '-U', 'bench', '-N']);
  const options = `-c listen_addresses= -c unix_socket_directories=${data} -c shared_buffers=1GB -c fsync=off -c max_wal_size=8GB`;
  run('pg_ctl', ['-D', join(data, 'db'), '-w', '-o', options, '-l', join(data, 'log'), 'start']);
  const client = new pg.Client({ host: data, user: 'bench', database: 'postgres' });
  await client.connect();
  await fill(client, join(directory, 'rows.csv'), count);
  const names = await readNames(client);
  return {
    page: (query, after) => readPage(client, names, query, after),
    close: async () => {
      await client.end();
      run('pg_ctl', ['-D', join(data, 'db'), '-m', 'immediate', 'stop']);
    },
  };
}

/** PostgreSQL does not run as root. */
function serverUser() {
  if (process.getuid() !== 0) return {};
  const answer = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: answer('-u'), gid: answer('-g') };
}

function runProgram(program, args, user) {
  const { status, stderr } = spawnSync(program, args, {
    ...user,
    cwd: '/',
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
}

async function fill(client, csv, count) {
  await client.query(`CREATE TABLE folder (key int PRIMARY KEY, id text NOT NULL UNIQUE);
    INSERT INTO folder SELECT key, 'folder-' || key FROM generate_series(1, 1000) key;
    CREATE TABLE content_type (key int PRIMARY KEY, name text NOT NULL UNIQUE);
    CREATE TABLE attachment (
      key bigint PRIMARY KEY, id uuid NOT NULL, folder int NOT NULL, filename text NOT NULL, sort_name text COLLATE "C" NOT NULL,
      state smallint NOT NULL, version int NOT NULL, content_type int NOT NULL, digest text NOT NULL, size_bytes bigint NOT NULL,
      created_at bigint NOT NULL, modified_at bigint NOT NULL, revision bigint NOT NULL)`);
  for (const [index, name] of contentTypes.entries())
    await client.query('INSERT INTO content_type VALUES ($1, $2)', [index + 1, name]);
  await pipeline(Readable.from(csvLines(count)), createWriteStream(csv, { mode: 0o644 }));
  await client.query(`COPY attachment FROM '${csv}' WITH (FORMAT csv)`);
  await client.query(`ALTER TABLE attachment ADD UNIQUE (id);
    CREATE INDEX ON attachment (state, revision);
    CREATE INDEX ON attachment (state, sort_name, revision);
    CREATE INDEX ON attachment (state, size_bytes, revision);
    CREATE INDEX ON attachment (state, folder, revision);
    CREATE INDEX ON attachment (state, content_type, revision);
    CREATE INDEX ON attachment (state, folder, content_type, revision);
    CREATE EXTENSION pg_trgm;
    CREATE INDEX ON attachment USING gin (sort_name gin_trgm_ops)`);
  await client.query('VACUUM ANALYZE');
}

function* csvLines(count) {
  for (const { key, id, folder, filename, contentType, digest, sizeBytes, at } of vaultRows(count)) {
    const type = contentTypes.indexOf(contentType) + 1;
    const name = `"${filename}","${filename.toLowerCase()}"`;
    yield `${key},${id},${folder},${name},${ready},1,${type},${digest},${sizeBytes},${at},${at},${key}\n`;
  }
}

/** What never changes is kept in memory, as ours does: a join would read it for every page. */
async function readNames(client) {
  const read = async (text) => new Map((await client.query({ text, rowMode: 'array' })).rows);
  return { folders: await read('SELECT key, id FROM folder'), types: await read('SELECT key, name FROM content_type') };
}

/** The next page of 100 after a row, as a careful programmer would ask for it: prepared, by keyset. */
async function readPage(client, names, { orderBy, container, contentTypes: types, text }, after) {
  const values = [];
  const value = (given) => `$${values.push(given)}`;
  const conditions = [`state = ${ready}`];
  if (container) conditions.push(`folder = (SELECT key FROM folder WHERE id = ${value(container.id)})`);
  if (types) conditions.push(`content_type = ANY (${value(keysOf(types, names.types))})`);
  if (text) conditions.push(`sort_name LIKE ${value(`%${text}%`)}`);
  const { columns, follows, direction } = orders[orderBy];
  if (after) conditions.push(`(${columns}) ${follows} (${columns.map((column) => value(after[column]))})`);
  const order = columns.map((column) => `${column} ${direction}`);
  const sql = `SELECT * FROM attachment WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT 101`;
  const { rows } = await client.query({ name: statementName(sql), text: sql, values });
  const records = rows.slice(0, 100).map((row) => toRecord(row, names));
  return { records, after: rows.length > 100 ? rows[99] : null };
}

const statements = new Map();

function statementName(sql) {
  if (!statements.has(sql)) statements.set(sql, `page ${statements.size}`);
  return statements.get(sql);
}

/** Of "image/png", or of a family, "image/*". */
function keysOf(patterns, types) {
  const matches = (type) => patterns.some((pattern) => type.startsWith(pattern.replace('*', '')));
  return [...types].filter(([, type]) => matches(type)).map(([key]) => key);
}

function toRecord(row, names) {
  return {
    id: row.id,
    folder: names.folders.get(row.folder),
    filename: row.filename,
    state: 'READY',
    version: row.version,
    contentType: names.types.get(row.content_type),
    bytes: { digest: row.digest, sizeBytes: Number(row.size_bytes) },
    createdAt: new Date(Number(row.created_at)),
    modifiedAt: new Date(Number(row.modified_at)),
  };
}
