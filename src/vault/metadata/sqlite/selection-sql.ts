import type { Database, Parameters } from './database.js';
import { type NameSearch, toMatch } from './name-words.js';
import type { Selection } from './selection.js';
import { toStateCode } from './states.js';

/** Folders and types with fewer of all attachments than this are looked up together with a text. */
const rareShare = 0.1;

/** The values of all names that stand in this file's SQL. */
export function toParameters(db: Database, selection: Selection): Parameters {
  const { folder = null, contentTypes = [], term, revisions } = selection;
  const parameters: Record<string, string | number | null> = {
    above: revisions.above,
    below: revisions.below,
    folder,
    types: JSON.stringify(contentTypes),
    term: term ?? null,
    match: term === undefined ? null : toMatch(toNameSearch(db, selection, term)),
  };
  for (const [index, type] of contentTypes.entries()) parameters[`type${index}`] = type;
  return parameters;
}

/** Where the revisions of everything selected are found, by the words of names or by the revisions' bounds; and of some more. */
export function revisionsSql({ states, folder, term }: Selection): string {
  if (term !== undefined) {
    // A full-text table takes bounds in whole numbers only, and parameters arrive as fractions.
    return `SELECT n.rowid AS revision FROM name_index n
      WHERE name_index MATCH :match AND n.rowid > CAST(:above AS INTEGER) AND n.rowid < CAST(:below AS INTEGER)`;
  }
  return `SELECT a.revision FROM attachment a INDEXED BY attachment_by_${folder === undefined ? '' : 'folder_'}revision
    WHERE ${inStates(states)} ${inFolder(folder)} AND a.revision > :above AND a.revision < :below`;
}

/** Of those revisions, given as :revisions, the ones that are selected. */
export function selectedSql({ states, folder, term, contentTypes }: Selection): string {
  return `FROM json_each(:revisions) found CROSS JOIN attachment a INDEXED BY attachment_by_revision
    ON ${inStates(states)} AND a.revision = found.value
    WHERE TRUE ${holdingTerm(term)} ${inFolder(folder)} ${ofTypes(contentTypes)}`;
}

/** SQLite makes a table of a list of one at each call. */
function inStates([state, ...others]: Selection['states']): string {
  return others.length === 0 ? `a.state = ${state}` : `a.state IN (${[state, ...others].join(', ')})`;
}

export function inFolder(folder: number | undefined): string {
  return folder === undefined ? '' : 'AND a.folder = :folder';
}

export function ofTypes(contentTypes: readonly number[] | undefined): string {
  return contentTypes ? 'AND a.content_type IN (SELECT value FROM json_each(:types))' : '';
}

export function holdingTerm(term: string | undefined): string {
  return term === undefined ? '' : 'AND instr(a.sort_name, :term) > 0';
}

/** How many there are, without regard to texts and times. */
export function readTally(db: Database, { states, folder, contentTypes }: Selection): number {
  const sql = `SELECT sum(attachments) AS total FROM tally a
    WHERE a.folder = :folder AND ${inStates(states)} ${ofTypes(contentTypes)}`;
  const parameters = { folder: folder ?? 0, types: JSON.stringify(contentTypes ?? []) };
  return db.row<{ total: number | null }>(sql, parameters)?.total ?? 0;
}

function toNameSearch(db: Database, selection: Selection, term: string): NameSearch {
  const { states, revisions, folder, contentTypes } = selection;
  const count = (part: Partial<Selection>) => readTally(db, { states, revisions, ...part });
  const isRare = (part: Partial<Selection>) => count(part) < rareShare * count({});
  return {
    term,
    trashed: states.every((state) => state === toStateCode('TRASHED')),
    ...(folder !== undefined && isRare({ folder }) ? { folder } : {}),
    ...(contentTypes && isRare({ contentTypes }) ? { contentTypes } : {}),
  };
}
