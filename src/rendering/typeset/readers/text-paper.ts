import type { Block, Paper } from '../paper.js';
import { codeBlocks } from './code.js';
import { languageOf } from './languages.js';
import { markdownBlocks } from './markdown.js';
import { plainBlocks } from './plain.js';
import { tableBlocks } from './table.js';

/** How the beginning of a text is set; the whole where it is not cut. */
export function textPaper(text: string, contentType: string, isCut: boolean): Paper {
  const orientation = contentType === 'text/csv' || contentType === 'text/tab-separated-values' ? 'landscape' : 'portrait';
  return { orientation, blocks: textBlocks(text, contentType), isCut };
}

function textBlocks(text: string, contentType: string): readonly Block[] {
  switch (contentType) {
    case 'text/markdown':
      return markdownBlocks(text);
    case 'text/csv':
      return tableBlocks(text, '');
    case 'text/tab-separated-values':
      return tableBlocks(text, '\t');
    default: {
      const language = languageOf(contentType);
      return language === null ? plainBlocks(text) : codeBlocks(text, language);
    }
  }
}
