import { ContentError } from '../../../errors.js';
import { readText } from '../../text/read-text.js';
import type { Paper } from '../paper.js';
import type { TypesetSettings } from '../settings.js';
import { textPaper } from './text-paper.js';

/** A file on this machine, of one of typesetTypes. */
export interface ReadableFile {
  readonly path: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

const never = new AbortController().signal;

/** What a file looks like on pages. A ContentError where it cannot be read; any other error is its parser's. */
export async function readPaper(file: ReadableFile, settings: TypesetSettings): Promise<Paper> {
  if (file.sizeBytes === 0) throw new ContentError('UNSUPPORTED_MEDIA_TYPE', 'The file is empty');
  const text = await readText(file.path, settings.maxChars + 1, never);
  return textPaper(text.slice(0, settings.maxChars), file.contentType, text.length > settings.maxChars);
}
