import { readText } from '../../text/read-text.js';
import type { TypesetSettings } from '../settings.js';
import type { ReadableFile } from './read-paper.js';

const never = new AbortController().signal;

export async function readWords(file: ReadableFile, maxChars: number, _settings: TypesetSettings): Promise<string> {
  return readText(file.path, maxChars, never);
}
