import { codeTypes } from './readers/languages.js';

/** Types whose bytes are their text. */
export const textTypes: readonly string[] = [
  'text/plain',
  'text/markdown',
  'text/csv',
  'text/tab-separated-values',
  'text/calendar',
  'text/vcard',
  'text/vtt',
  ...codeTypes,
];

export const mailType = 'message/rfc822';
export const outlookType = 'application/vnd.ms-outlook';
export const archiveTypes: readonly string[] = ['application/zip', 'application/x-zip-compressed', 'application/java-archive'];
export const fontTypes: readonly string[] = [
  'font/ttf',
  'font/otf',
  'font/woff',
  'font/woff2',
  'font/collection',
  'font/sfnt',
  'application/font-sfnt',
  'application/font-woff',
  'application/vnd.ms-opentype',
  'application/x-font-opentype',
  'application/x-font-otf',
  'application/x-font-truetype',
  'application/x-font-ttf',
];
