/** What of an attachment the index of names knows. `sortName` is a name after toSortName. */
export interface NamedAttachment {
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

/** In characters. The short ones find short terms; the long ones are seldom in a name that does not hold the term. */
const pieceLengths = [1, 2, 3, 5];
/** Further pieces of a long term are left out: these find few enough, and every hit is compared with the whole term. */
const maxPiecesOfTerm = 16;

/** Every piece of the name once, which makes any part of it findable, and what else is looked up. */
export function nameWords({ sortName, trashed, folder, contentType }: NamedAttachment): string {
  const words = [...pieces(sortName, pieceLengths), folderWord(folder), typeWord(contentType)];
  if (trashed) words.push(trashedWord);
  return words.join(' ');
}

/** For MATCH. What it finds holds pieces of the term that cover it, though perhaps not side by side. */
export function toMatch({ term, trashed, folder, contentTypes }: NameSearch): string {
  const clauses = coveringPieces(term).slice(0, maxPiecesOfTerm).map(quoted);
  if (trashed) clauses.push(quoted(trashedWord));
  if (folder !== undefined) clauses.push(quoted(folderWord(folder)));
  if (contentTypes) clauses.push(anyOf(contentTypes.map(typeWord)));
  return clauses.join(' AND ');
}

/** The longest pieces there are of the term: one after the other, and the last one. */
function coveringPieces(term: string): readonly string[] {
  const termLength = Array.from(term).length;
  const length = Math.max(...pieceLengths.filter((known) => known <= termLength));
  const all = [...pieces(term, [length])];
  return all.filter((_, index) => index % length === 0 || index === all.length - 1);
}

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
  const code = character.charCodeAt(0);
  const parts = code < 0x80 && !/[a-z0-9]/i.test(character);
  return parts ? String.fromCodePoint(0xe000 + code) : character;
}

// Longer than any piece of a name, so never taken for one.
const trashedWord = 'trashed';
const folderWord = (folder: number) => `folder${folder}`;
const typeWord = (contentType: number) => `content${contentType}`;

function quoted(word: string): string {
  return `"${word}"`;
}

function anyOf(words: readonly string[]): string {
  return `(${words.map(quoted).join(' OR ')})`;
}
