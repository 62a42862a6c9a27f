import { ContentError } from '../../../errors.js';
import { cutAtCharacter } from '../../../lib/cut-at-character.js';
import { readText } from '../../text/read-text.js';
import type { Paper } from '../paper.js';
import type { TypesetSettings } from '../settings.js';
import { archiveTypes, fontTypes, mailType, outlookType } from '../types.js';
import { archivePaper, archiveWords } from './archive.js';
import { fontPaper, fontWords } from './font.js';
import { readInternetMail } from './internet-mail.js';
import { mailPaper, mailWords } from './mail.js';
import { readOutlookMail } from './outlook-mail.js';
import { textPaper } from './text-paper.js';

/** A file on this machine. */
export interface ReadableFile {
  readonly path: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

const never = new AbortController().signal;

/** What a file looks like on pages. A ContentError where it cannot be read; any other error is its parser's. */
export async function readPaper(file: ReadableFile, settings: TypesetSettings): Promise<Paper> {
  const { path, contentType } = file;
  assertReadable(file, settings);
  if (contentType === mailType) return mailPaper(await readInternetMail(path));
  if (contentType === outlookType) return mailPaper(await readOutlookMail(path));
  if (archiveTypes.includes(contentType)) return archivePaper(path);
  if (fontTypes.includes(contentType)) return fontPaper(path);
  const text = await readText(path, settings.maxChars + 1, never);
  return textPaper(cutAtCharacter(text, settings.maxChars), contentType, text.length > settings.maxChars);
}

/** What is searched in a file that is more than its text. Fails as readPaper does. */
export async function readWords(file: ReadableFile, settings: TypesetSettings): Promise<string> {
  const { path, contentType } = file;
  assertReadable(file, settings);
  if (contentType === mailType) return mailWords(await readInternetMail(path));
  if (contentType === outlookType) return mailWords(await readOutlookMail(path));
  return archiveTypes.includes(contentType) ? archiveWords(path) : fontWords(path);
}

function assertReadable({ contentType, sizeBytes }: ReadableFile, { maxFileBytes }: TypesetSettings): void {
  if (sizeBytes === 0) throw new ContentError('UNSUPPORTED_MEDIA_TYPE', 'The file is empty');
  const isReadWhole = contentType === outlookType || fontTypes.includes(contentType);
  if (!isReadWhole || sizeBytes <= maxFileBytes) return;
  const [size, limit] = [sizeBytes, maxFileBytes].map((bytes) => Math.ceil(bytes / 1024 ** 2));
  throw new ContentError('UNSUPPORTED_MEDIA_TYPE', `The file has ${size} MiB, and only those up to ${limit} MiB are read`);
}
