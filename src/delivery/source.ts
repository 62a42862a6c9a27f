import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ByteRange, OpenedContent, ProviderName } from '../attachment.js';
import type { Call } from '../call.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Renditions } from '../catalog/renditions.js';
import { ContentError } from '../errors.js';
import { isErrno } from '../lib/errno.js';
import type { MaybePromise } from '../lib/maybe-promise.js';
import type { ContentBody, FileBody } from './answer.js';
import { BrokenFileError } from './error-answer.js';
import { type DrawnForm, gone, type StoredForm, versionOf } from './form.js';
import { readExactly } from './read-exactly.js';

/** Where bytes come from, before any is read. */
export interface Source {
  /** null: known when it was opened, or never. */
  readonly sizeBytes: number | null;
  /** It stands in for what there is no picture of. */
  readonly isIcon: boolean;
  /** Gives the whole where the range cannot be had. */
  open(range: ByteRange | null): MaybePromise<Opened>;
}

export interface Opened {
  /** Of the whole. */
  readonly sizeBytes: number | null;
  /** What the body holds; null for all. */
  readonly range: ByteRange | null;
  readonly body: ContentBody;
}

/** Files up to this size are read at once, which costs less than step by step. */
const readAtOnceBytes = 1024 * 1024;

/** Found in the store, had from the provider or drawn, before anything is said about it. */
export async function drawnSource(form: DrawnForm, renditions: Renditions, patienceMs: number, call: Call): Promise<Source> {
  const answer = await renditions.drawPatiently(form.attachment, form.spec, patienceMs, call);
  switch (answer.state) {
    case 'READY':
    case 'PLACEHOLDER':
      return bytesSource(answer.bytes, answer.state === 'PLACEHOLDER');
    case 'PENDING':
      throw new ContentError('OVERLOADED', 'This picture is still being made', { retryAfterSeconds: answer.retryAfterSeconds });
    case 'UNSUPPORTED':
      throw new ContentError('UNSUPPORTED_MEDIA_TYPE', answer.reason);
    case 'FAILED':
      throw new BrokenFileError(answer.reason);
  }
}

export function storedSource(form: StoredForm, catalog: Catalog, call: Call): Source {
  return {
    sizeBytes: form.sizeBytes,
    isIcon: false,
    open: async (range) => {
      const opened = await openStored(form, form.rangeable ? range : null, catalog, call);
      if (!opened) throw gone();
      const sizeBytes = opened.sizeBytes ?? form.sizeBytes;
      if (form.sizeBytes !== null && sizeBytes !== form.sizeBytes) {
        if ('stream' in opened.body) opened.body.stream.destroy();
        throw changed();
      }
      if ('path' in opened.body) return openFile(opened.body.path, sizeBytes, range).catch(toGone);
      return streamed(opened.body.stream, sizeBytes, opened.range, form.attachment.provider);
    },
  };
}

function bytesSource(bytes: Buffer, isIcon: boolean): Source {
  return {
    sizeBytes: bytes.length,
    isIcon,
    open: (range) => ({
      sizeBytes: bytes.length,
      range,
      body: range ? bytes.subarray(range.start, range.end + 1) : bytes,
    }),
  };
}

/** Renditions that somebody uploaded are opened whole: the port has no ranges of them. */
function openStored(form: StoredForm, range: ByteRange | null, catalog: Catalog, call: Call): Promise<OpenedContent | null> {
  const options = versionOf(form.attachment);
  if (form.uploadedName !== null) return catalog.openUploadedRendition(form.attachment, form.uploadedName, options, call);
  return catalog.open(form.attachment, range ? { ...options, range } : options, call);
}

/** A file which is gone is told before anything is sent. */
async function openFile(path: string, statedBytes: number | null, range: ByteRange | null): Promise<Opened> {
  const file = await open(path, 'r');
  try {
    const sizeBytes = statedBytes ?? (await file.stat()).size;
    const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
    const body = { file, start, sizeBytes: end - start + 1 };
    return { sizeBytes, range, body: body.sizeBytes > readAtOnceBytes ? body : await readWhole(body) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readWhole({ file, start, sizeBytes }: FileBody): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  await readExactly(file, bytes, start);
  await file.close();
  return bytes;
}

function streamed(stream: Readable, sizeBytes: number | null, range: ByteRange | null, provider: ProviderName): Opened {
  const lengthBytes = range ? range.end - range.start + 1 : sizeBytes;
  return { sizeBytes, range, body: { stream, sizeBytes: lengthBytes, provider } };
}

/** Between the look at its metadata and the reading, a file may be deleted for good. */
function toGone(error: unknown): never {
  throw isErrno(error, 'ENOENT') ? gone() : error;
}

function changed(): ContentError {
  return new ContentError('CONFLICT', 'This attachment was replaced meanwhile; query for a new URL', { retryable: true });
}
