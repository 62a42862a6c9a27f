import { ContentError } from '../../errors.js';
import type { Size } from '../fit.js';
import { pictureName } from './picture-types.js';

export function empty(): ContentError {
  return damaged('The file is empty');
}

export function tooManyPixels({ width, height }: Size, maxPixels: number): ContentError {
  const limit = `${Math.floor(maxPixels / 1_000_000)} million px`;
  return unsupported(`The picture has ${width} × ${height} px, the limit is ${limit}`);
}

export function tooManyBytes(contentType: string, maxBytes: number): ContentError {
  return unsupported(`The ${pictureName(contentType)} file is too large to be drawn, the limit is ${maxBytes / 1024 ** 2} MiB`);
}

export function notWhatItSays(contentType: string): ContentError {
  return unsupported(`The file is said to be a ${pictureName(contentType)} picture, but it is not one`);
}

export function noPreview(): ContentError {
  return unsupported('The raw file of a camera holds no JPEG that could be shown');
}

export function tooSlow(timeoutMs: number, cause: unknown): ContentError {
  const message = `The picture takes longer than ${timeoutMs / 1000} s to draw`;
  return new ContentError('PROVIDER_TIMEOUT', message, { retryable: true, cause });
}

export function tooMuchMemory(cause: unknown): ContentError {
  return new ContentError('PROVIDER_ERROR', 'The picture takes more memory to draw than it may', { retryable: true, cause });
}

/** What libvips says, in plain words. An error that is not about the picture comes back as it is. */
export function toRefusal(error: unknown, contentType: string, timeoutMs: number): unknown {
  if (error instanceof ContentError) return error;
  const message = String(error);
  if (/input file is missing|system error|ENOENT|EACCES|EMFILE/i.test(message)) return error;
  if (/timeout/i.test(message)) return tooSlow(timeoutMs, error);
  if (/out of memory|unable to allocate/i.test(message)) return tooMuchMemory(error);
  const problem = contentType === 'image/svg+xml' ? 'damaged, too large or too complex' : 'damaged or incomplete';
  return damaged(`The ${pictureName(contentType)} picture is ${problem}`, error);
}

function unsupported(message: string): ContentError {
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', message);
}

/** Not a fault of ours, nor a kind that we cannot draw: this one file. */
function damaged(message: string, cause?: unknown): ContentError {
  return new ContentError('PROVIDER_ERROR', message, cause === undefined ? {} : { cause });
}
