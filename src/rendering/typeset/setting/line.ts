import type { Tone } from '../paper.js';
import type { Face } from './face.js';

/** Text of one font, colour and direction on one line. */
export interface Piece {
  readonly face: Face;
  readonly tone: Tone;
  /** As it is written and read; "" for a gap. */
  text: string;
  /** In points. */
  width: number;
  /** Its letters stand from right to left. */
  readonly isRightToLeft?: true;
}

/** From left to right. */
export type Line = readonly Piece[];

export function widthOf(line: Line): number {
  return line.reduce((sum, { width }) => sum + width, 0);
}
