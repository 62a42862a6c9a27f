import type { Renderer } from '../renderer.js';
import { readText } from './read-text.js';

/** Types whose bytes are their text. Markup is given as it was written. */
const contentTypes = [
  'text/plain',
  'text/markdown',
  'text/csv',
  'text/tab-separated-values',
  'text/html',
  'text/css',
  'text/javascript',
  'text/xml',
  'text/yaml',
  'text/calendar',
  'text/vcard',
  'application/json',
  'application/ld+json',
  'application/x-ndjson',
  'application/javascript',
  'application/xml',
  'application/xhtml+xml',
  'application/yaml',
  'application/toml',
  'application/sql',
] as const;

/** Reads the text of text files; draws nothing. */
export function createTextRenderer(): Renderer {
  return {
    name: 'text',
    contentTypes,
    queue: 'document',
    facts: async () => ({ width: null, height: null, vector: false, pageCount: null }),
    text: (source, maxChars, signal) => readText(source.path, maxChars, signal),
    close: async () => {},
  };
}
