import bidiModule, { type Bidi } from 'bidi-js';
import { type Line, type Piece, widthOf } from './line.js';

export type Direction = 'ltr' | 'rtl';

export interface LinePlace {
  /** Of the paragraph that the line is of. */
  readonly direction: Direction;
  /** Of the letters, in points. */
  readonly size: number;
  /** That the line may take, in points. */
  readonly width: number;
}

/** A stretch of a line in one direction, between two indices of its text. */
interface Run {
  readonly piece: Piece;
  readonly isRightToLeft: boolean;
  from: number;
  to: number;
}

// Its types tell of a module with a default export; Node gets the function itself.
const bidi = (bidiModule as unknown as () => Bidi)();
/** Hebrew, Arabic, Syriac, Thaana, N'Ko and their like. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** The direction that a letter gives to a paragraph that it begins; null for digits and signs. */
export function directionOf(character: string): Direction | null {
  const type = bidi.getBidiCharTypeName(character);
  if (type === 'L') return 'ltr';
  return type === 'R' || type === 'AL' ? 'rtl' : null;
}

/** The pieces of a line where they stand, by the Unicode Bidirectional Algorithm. What is read from the right stands at the right. */
export function inVisualOrder(line: Line, { direction, size, width }: LinePlace): Line {
  const text = line.map((piece) => piece.text).join('');
  if (direction === 'ltr' && !rightToLeft.test(text)) return line;
  const embedding = bidi.getEmbeddingLevels(text, direction);
  const isRightToLeft = (index: number) => (embedding.levels[index] ?? 0) % 2 === 1;
  const mirrored = bidi.getMirroredCharactersMap(text, embedding.levels);
  const written = Array.from({ length: text.length }, (_, index) => mirrored.get(index) ?? text.charAt(index));
  const runs = toRuns(bidi.getReorderedIndices(text, embedding), piecesByIndex(line), isRightToLeft);
  const pieces = runs.map((run) => toPiece(run, written.slice(run.from, run.to + 1).join(''), size));
  const room = width - widthOf(pieces);
  const [first] = line;
  return direction === 'rtl' && first && room > 0 ? [{ ...first, text: '', width: room }, ...pieces] : pieces;
}

function piecesByIndex(line: Line): readonly Piece[] {
  return line.flatMap((piece) => Array.from({ length: piece.text.length }, () => piece));
}

/** Neighbours that follow each other in the text as well, forwards or backwards. */
function toRuns(order: readonly number[], pieces: readonly Piece[], isRightToLeft: (index: number) => boolean): readonly Run[] {
  const runs: Run[] = [];
  for (const index of order) {
    const piece = pieces[index];
    const last = runs.at(-1);
    const isNext = last && (last.isRightToLeft ? index === last.from - 1 : index === last.to + 1);
    if (last && isNext && last.piece === piece && last.isRightToLeft === isRightToLeft(index)) {
      last.from = Math.min(last.from, index);
      last.to = Math.max(last.to, index);
    } else if (piece) runs.push({ piece, isRightToLeft: isRightToLeft(index), from: index, to: index });
  }
  return runs;
}

/** Letters are turned round when they are joined to words, by the font; signs alone are turned round here. */
function toPiece({ piece: { face, tone }, isRightToLeft }: Run, text: string, size: number): Piece {
  const width = (face.font.layout(text).advanceWidth / face.font.unitsPerEm) * size;
  if (!isRightToLeft) return { face, tone, text, width };
  if (rightToLeft.test(text)) return { face, tone, text, width, isRightToLeft: true };
  return { face, tone, text: [...text].reverse().join(''), width };
}
