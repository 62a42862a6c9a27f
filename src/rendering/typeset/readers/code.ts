import type { Block } from '../paper.js';
import { highlight } from './highlight.js';

/** JSON with longer lines than this is set as JSON.stringify breaks it. */
const readableLineChars = 200;

export function codeBlocks(code: string, language: string): readonly Block[] {
  const readable = language === 'json' ? broken(code) : code;
  return [{ kind: 'lines', look: 'numbered', lines: highlight(readable.replace(/(?:\r\n?|\n)$/, ''), language) }];
}

/** As it is where it has lines that can be read, or is no JSON, like a text of which only the beginning is here. */
function broken(json: string): string {
  if (!json.split('\n', 50).some((line) => line.length > readableLineChars)) return json;
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
