/**
 * G13: a page of 100 attachments of a vault with a million of them, against the same page at 300,000, and against PostgreSQL over a
 * Unix socket with equal rows and indexes. Every round reads the next pages of each side, in turn.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleave, median, table } from './measure.mjs';
import { openFilledPostgres, postgresPrograms } from './vault-postgres.mjs';
import { openFilledStore } from './vault-sqlite.mjs';

const small = 300_000;
const large = 1_000_000;
const rounds = 100;
/** Enough that a side is not measured by what its turn finds in the processor's caches. */
const pagesARound = 5;
/**
 * Then all begin again at their first page. By name the contracts come first, one row here and one there, and the pictures later,
 * row beside row; without this the smaller vault would be among its pictures when the larger one still is among its contracts.
 */
const roundsAList = 40;

const queries = {
  'all, newest first': { orderBy: 'MODIFIED_DESC' },
  'all, by name': { orderBy: 'NAME_ASC' },
  'all, largest first': { orderBy: 'SIZE_DESC' },
  'a folder of a third of them': { orderBy: 'MODIFIED_DESC', container: { type: 'Folder', id: 'folder-2' } },
  'pictures (image/*)': { orderBy: 'MODIFIED_DESC', contentTypes: ['image/*'] },
  'one type in that folder': {
    orderBy: 'MODIFIED_DESC',
    container: { type: 'Folder', id: 'folder-2' },
    contentTypes: ['application/pdf'],
  },
  'a word that many have': { orderBy: 'MODIFIED_DESC', text: 'invoice' },
  'digits that one has': { orderBy: 'MODIFIED_DESC', text: '299999' },
};

const directory = await mkdtemp(join(tmpdir(), 'proofsheet-bench-'));
await chmod(directory, 0o755);
try {
  await compare();
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function compare() {
  const stores = [await openFilledStore(directory, small), await openFilledStore(directory, large)];
  const postgres = await openPostgres();
  const rows = [];
  for (const [name, query] of Object.entries(queries)) rows.push(await measure(name, query, stores, postgres));
  table(rows);
  await postgres?.close();
  for (const store of stores) await store.close();
}

async function openPostgres() {
  const programs = postgresPrograms();
  if (programs) return openFilledPostgres(programs, directory, large);
  console.log('LEFT OUT: PostgreSQL is not installed. On Debian: apt-get install postgresql');
  return null;
}

async function measure(name, query, [smaller, larger], postgres) {
  const ofPostgres = postgres && postgresPagesOf(postgres, query);
  const sides = {
    smaller: pagesOf(smaller, query),
    // Else the larger one would find the processor's caches full of its own code, by which it takes a fifth less.
    ...(postgres ? { between: ofPostgres } : {}),
    larger: pagesOf(larger, query),
    ...(postgres ? { postgres: ofPostgres } : {}),
  };
  // As many before: by then all have been compiled, and have in memory what they keep there.
  await interleave(rounds, sides);
  const times = await interleave(rounds, sides);
  const ofPage = (side) => median(times[side]) / pagesARound;
  const [ofSmaller, ofLarger] = [ofPage('smaller'), ofPage('larger')];
  return {
    'page of 100': name,
    'at 0.3 M': ms(ofSmaller),
    'at 1 M': ms(ofLarger),
    growth: ratio(ofLarger / ofSmaller),
    ...(postgres ? { 'PostgreSQL at 1 M': ms(ofPage('postgres')), ours: ratio(ofLarger / ofPage('postgres')) } : {}),
  };
}

function pagesOf(store, query) {
  return nextPages(async (after) => {
    const page = await store.list(query, { first: 100, after });
    return page.hasNextPage ? page.items.at(-1).cursor : null;
  });
}

function postgresPagesOf(postgres, query) {
  return nextPages(async (after) => (await postgres.page(query, after)).after);
}

/** Reads some more pages in each round. */
function nextPages(readPage) {
  let after = null;
  return async (round) => {
    if (round % roundsAList === 0) after = null;
    for (let page = 0; page < pagesARound; page++) after = await readPage(after);
  };
}

function ms(value) {
  return `${value.toFixed(2)} ms`;
}

function ratio(value) {
  return `${value.toFixed(2)} ×`;
}
