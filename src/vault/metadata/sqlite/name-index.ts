import type { Database } from './database.js';

/** What of an attachment the index knows. `sortName` is a name after toSortName. */
export interface IndexedAttachment {
  readonly revision: number;
  readonly sortName: string;
  readonly trashed: boolean;
  readonly folder: number;
  readonly contentType: number;
}

/**
 * What to look up besides the term: things that few attachments have. Looking up what most have costs more than leaving out
 * those that do not.
 */
export interface NameSearch {
  readonly term: string;
  readonly trashed?: boolean;
  readonly folder?: number;
  /** Any of them. */
  readonly contentTypes?: readonly number[];
}

/** Further pieces of a long term are left out: these find few enough, and every hit is compared with the whole term. */
const maxPiecesOfTerm = 16;

export function addToNameIndex(db: Database, attachment: IndexedAttachment): void {
  const { revision, sortName, trashed, folder, contentType } = attachment;
  const words = [...pieces(sortName, [1, 2, 3]), folderWord(folder), typeWord(contentType)];
  if (trashed) words.push(trashedWord);
  db.change('INSERT INTO name_index (rowid, words) VALUES (:revision, :words)', { revision, words: words.join(' ') });
}

export function dropFromNameIndex(db: Database, revision: number): void {
  db.change('DELETE FROM name_index WHERE rowid = :revision', { revision });
}

/** For MATCH. What it finds holds pieces of the term that cover it, though perhaps not side by side. */
export function toMatch({ term, trashed, folder, contentTypes }: NameSearch): string {
  const length = Math.min(3, Array.from(term).length);
  const all = [...pieces(term, [length])];
  const covering = all.filter((_, index) => index % length === 0 || index === all.length - 1);
  const clauses = covering.slice(0, maxPiecesOfTerm).map(quoted);
  if (trashed) clauses.push(quoted(trashedWord));
  if (folder !== undefined) clauses.push(quoted(folderWord(folder)));
  if (contentTypes) clauses.push(anyOf(contentTypes.map(typeWord)));
  return clauses.join(' AND ');
}

/** Every run of so many characters, once: what makes any part of a name findable, down to a single character. */
function pieces(text: string, lengths: readonly number[]): ReadonlySet<string> {
  const characters = Array.from(text, toWordCharacter);
  const found = new Set<string>();
  for (const length of lengths) {
    for (let start = 0; start + length <= characters.length; start++) {
      found.add(characters.slice(start, start + length).join(''));
    }
  }
  return found;
}

/** The tokenizer parts words at ASCII punctuation, so that stands in the private use area. */
function toWordCharacter(character: string): string {
  const parts = /^\p{ASCII}$/u.test(character) && !/[a-z0-9]/i.test(character);
  return parts ? String.fromCodePoint(0xe000 + character.charCodeAt(0)) : character;
}

// Longer than any piece of a name, so never taken for one.
const trashedWord = 'trashed';
const folderWord = (folder: number) => `folder${folder}`;
const typeWord = (contentType: number) => `type${contentType}`;

function quoted(word: string): string {
  return `"${word}"`;
}

function anyOf(words: readonly string[]): string {
  return `(${words.map(quoted).join(' OR ')})`;
}
