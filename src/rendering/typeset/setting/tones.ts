import type { Tone } from '../paper.js';

/** On white; each has a contrast of at least 4.5 : 1. */
export const colours: Readonly<Record<Tone, string>> = {
  plain: '#1f2328',
  muted: '#68727e',
  keyword: '#a6273a',
  string: '#0f4f8c',
  number: '#7a4a00',
  comment: '#5b6b60',
  title: '#5f3dab',
  tag: '#116329',
  link: '#0b5cad',
  added: '#116329',
  removed: '#a6273a',
};
