import { ContentError } from '../../errors.js';
import { mediaName } from './media-types.js';

export const notInstalled = 'Films and sounds are drawn by ffmpeg, which is not installed on this machine';

export function missingProgram(): ContentError {
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', notInstalled, { retryable: true });
}

export function notPlayable(contentType: string): ContentError {
  const message = `The file is said to be ${mediaName(contentType)}, but it is neither a film nor a sound`;
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', message);
}

export function nothingInIt(contentType: string): ContentError {
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', `The ${mediaName(contentType)} file holds neither a picture nor a sound`);
}

export function damaged(contentType: string, cause: unknown): ContentError {
  const message = `The ${mediaName(contentType)} file is damaged, incomplete or something else`;
  return new ContentError('PROVIDER_ERROR', message, { cause });
}

export function noFrame(contentType: string, cause: unknown): ContentError {
  return new ContentError('PROVIDER_ERROR', `No picture can be decoded from the ${mediaName(contentType)} file`, { cause });
}

export function noSound(contentType: string, cause: unknown): ContentError {
  return new ContentError('PROVIDER_ERROR', `No sound can be decoded from the ${mediaName(contentType)} file`, { cause });
}

export function tooSlow(timeoutMs: number): ContentError {
  const message = `The file takes longer than ${timeoutMs / 1000} s to decode`;
  return new ContentError('PROVIDER_TIMEOUT', message, { retryable: true });
}

export function tooMuchMemory(cause: unknown): ContentError {
  return new ContentError('PROVIDER_ERROR', 'The file takes more memory to decode than it may', { retryable: true, cause });
}
