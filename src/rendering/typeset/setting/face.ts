import type { Font } from 'fontkit';

/** A font to set with. */
export interface Face {
  /** Names it in one PDF. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Chooses one font of a collection. */
  readonly postscriptName: string | undefined;
  readonly font: Font;
}
