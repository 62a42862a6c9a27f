import { ContentError } from '../../errors.js';
import { officeName } from './office-types.js';

export const notInstalled = 'Drawing office documents needs LibreOffice, which is not installed on the server';

/** `cause`: what it, or the Python that speaks to it, ended with. */
export function cannotStart(cause: unknown): ContentError {
  const message = 'Drawing office documents needs LibreOffice, which does not start on the server';
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', message, { retryable: true, cause });
}

export function empty(): ContentError {
  return new ContentError('PROVIDER_ERROR', 'The file is empty');
}

export function encrypted(contentType: string): ContentError {
  return unsupported(`The ${officeName(contentType)} is encrypted: it needs a password to open`);
}

export function notWhatItSays(contentType: string): ContentError {
  const name = officeName(contentType);
  return unsupported(`The file is said to be ${/^[AEO]/.test(name) ? 'an' : 'a'} ${name}, but it is not one`);
}

/** It is built as those documents are, and cannot be told from something else that is. */
export function notReadable(contentType: string): ContentError {
  return new ContentError('PROVIDER_ERROR', `The file is a damaged ${officeName(contentType)}, or none at all`);
}

export function tooLarge(contentType: string, maxBytes: number): ContentError {
  return unsupported(
    `The ${officeName(contentType)} is too large to be drawn; the limit is ${Math.floor(maxBytes / 1024 ** 2)} MiB`,
  );
}

export function unpacksTooLarge(contentType: string, maxBytes: number): ContentError {
  const limit = `${Math.floor(maxBytes / 1024 ** 2)} MiB`;
  return unsupported(`The ${officeName(contentType)} holds more than ${limit} when it is unpacked, which is the limit`);
}

export function tooManyParts(contentType: string, maxParts: number): ContentError {
  return unsupported(`The ${officeName(contentType)} holds more than ${maxParts} files inside, which is the limit`);
}

export function damaged(contentType: string, cause?: unknown): ContentError {
  const message = `The ${officeName(contentType)} is damaged or incomplete`;
  return new ContentError('PROVIDER_ERROR', message, cause === undefined ? {} : { cause });
}

export function tooMuchMemory(contentType: string): ContentError {
  const message = `The ${officeName(contentType)} takes more memory to draw than it may`;
  return new ContentError('PROVIDER_ERROR', message, { retryable: true });
}

function unsupported(message: string): ContentError {
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', message);
}
