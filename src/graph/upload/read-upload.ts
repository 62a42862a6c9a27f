import type { Readable } from 'node:stream';
import type { FileUpload } from 'graphql-upload-minimal';
import { ContentError } from '../../errors.js';
import { cleanFilename } from '../../filename.js';

/** A file part as it arrives. */
export interface UploadedFile {
  /** What the client's software called it, cleaned. */
  readonly filename: string;
  readonly content: Readable;
}

/** Has an uploaded file read. Whatever `read` leaves of it passes by, so that the files behind it still arrive. */
export async function readUpload<T>(upload: Promise<FileUpload>, read: (file: UploadedFile) => Promise<T>): Promise<T> {
  const { filename, createReadStream } = await upload;
  const content = createReadStream();
  try {
    return await read({ filename: cleanFilename(filename), content });
  } finally {
    content.destroy();
  }
}

/** BAD_USER_INPUT for a file that already stands in another place: its bytes arrive only once. */
export function assertNotRead(upload: Promise<FileUpload>, seen: Set<Promise<FileUpload>>): void {
  if (seen.has(upload)) throw new ContentError('BAD_USER_INPUT', 'The same file stands in two places; send it once for each');
  seen.add(upload);
}
