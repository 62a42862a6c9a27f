import type { Family } from './families.js';

/** A sheet of paper with a sign on it, of shapes alone: letters would need a font of the machine. */
export function drawIcon(family: Family, size: number): string {
  const { colour, sign } = signs[family];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 64 64">
  <path d="M15 4h24l15 15v37a4 4 0 0 1-4 4H15a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z" fill="#f5f7f9" stroke="#b9c2cd" stroke-width="1.5"/>
  <path d="M39 4v11a4 4 0 0 0 4 4h11z" fill="#d9dfe6" stroke="#b9c2cd" stroke-width="1.5" stroke-linejoin="round"/>
  <g fill="none" stroke="${colour}" color="${colour}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">${sign}</g>
</svg>`;
}

interface Sign {
  readonly colour: string;
  /** Within 19 to 46 across and 25 to 53 down, of the 64 × 64 that the paper lies on. `currentColor` fills. */
  readonly sign: string;
}

const signs: Readonly<Record<Family, Sign>> = {
  archive: {
    colour: '#7d6c45',
    sign:
      '<path d="M27 9h3M31 13h3M27 17h3M31 21h3M27 25h3M31 29h3" stroke-linecap="butt"/>' +
      '<path d="M27 34h7l1.5 12a3 3 0 0 1-3 3.5h-4a3 3 0 0 1-3-3.5z"/><path d="M30.5 44v.5"/>',
  },
  book: {
    colour: '#77604f',
    sign: '<path d="M32.5 32c-3.5-2.5-7.5-3.5-12-3.5v19c4.5 0 8.5 1 12 3.5 3.5-2.5 7.5-3.5 12-3.5v-19c-4.5 0-8.5 1-12 3.5zm0 0v18"/>',
  },
  calendar: {
    colour: '#8a5f5c',
    sign: '<rect x="20.5" y="29" width="24" height="22" rx="3"/><path d="M20.5 36.5h24M26.5 26v5M38.5 26v5M27 43.5h.01M32.5 43.5h.01M38 43.5h.01"/>',
  },
  code: { colour: '#4f6878', sign: '<path d="M27 31l-7.5 8 7.5 8M38 31l7.5 8-7.5 8M34.5 28l-4 22"/>' },
  contact: {
    colour: '#5d7285',
    sign: '<circle cx="32.5" cy="33" r="5.5"/><path d="M21 51c0-6.5 5-9.5 11.5-9.5S44 44.5 44 51z"/>',
  },
  database: {
    colour: '#5c6f7d',
    sign: '<ellipse cx="32.5" cy="30" rx="11" ry="4"/><path d="M21.5 30v17c0 2.2 5 4 11 4s11-1.8 11-4V30M21.5 38.5c0 2.2 5 4 11 4s11-1.8 11-4"/>',
  },
  document: {
    colour: '#49688f',
    sign: '<rect x="20.5" y="26" width="10" height="9" rx="1" fill="currentColor" stroke="none"/><path d="M36 28h8.5M36 33.5h8.5M21.5 41h23M21.5 46.5h23M21.5 52h13"/>',
  },
  font: { colour: '#5f6570', sign: '<path d="M21 51l10-23h3l10 23M25 43h15"/>' },
  key: {
    colour: '#6d6a53',
    sign: '<rect x="22.5" y="37" width="20" height="14" rx="3"/><path d="M26.5 37v-4a6 6 0 0 1 12 0v4M32.5 43v2.5"/>',
  },
  mail: {
    colour: '#467486',
    sign: '<rect x="19.5" y="29" width="26" height="20" rx="3"/><path d="M20.5 32l12 9 12-9"/>',
  },
  model: {
    colour: '#64718a',
    sign: '<path d="M32.5 26l11.5 6.5v12.5l-11.5 6.5-11.5-6.5V32.5zM21 32.5l11.5 6.5L44 32.5M32.5 39v12.5"/>',
  },
  picture: {
    colour: '#5d6c94',
    sign:
      '<rect x="19.5" y="28" width="26" height="22" rx="3"/><circle cx="27" cy="35.5" r="2.5" fill="currentColor" stroke="none"/>' +
      '<path d="M20.5 47.5l8-7 5 4.5 4.5-4 7 6.5"/>',
  },
  program: {
    colour: '#59636e',
    sign: '<rect x="19.5" y="28" width="26" height="22" rx="3"/><path d="M25.5 35l4 4-4 4M33.5 44h6"/>',
  },
  sheet: {
    colour: '#47785e',
    sign: '<rect x="20" y="28" width="25" height="22" rx="2"/><path d="M20 35.3h25M20 42.7h25M29.5 28v22" stroke-width="2.5"/>',
  },
  slides: {
    colour: '#9a654a',
    sign: '<rect x="19.5" y="27" width="26" height="18" rx="2"/><path d="M32.5 45v6M27 51.5h11M26.5 40v-3M32.5 40v-7M38.5 40v-5"/>',
  },
  sound: {
    colour: '#745f8c',
    sign:
      '<path d="M28.5 47V31l14-3v15.5"/><circle cx="25" cy="47" r="3.5" fill="currentColor"/>' +
      '<circle cx="39" cy="43.5" r="3.5" fill="currentColor"/>',
  },
  text: { colour: '#68727e', sign: '<path d="M21.5 29h22M21.5 35.5h15M21.5 42h19M21.5 48.5h11"/>' },
  unknown: {
    colour: '#8a939e',
    sign: '<path d="M23.5 40h.01M32.5 40h.01M41.5 40h.01" stroke-width="5"/>',
  },
  video: {
    colour: '#85566e',
    sign: '<rect x="19.5" y="28" width="26" height="22" rx="3"/><path d="M29.5 34.5l8 4.5-8 4.5z" fill="currentColor"/>',
  },
};
