import { parentPort, workerData } from 'node:worker_threads';
import { ContentError } from '../../../errors.js';
import { giveWay } from '../../../lib/give-way.js';
import type { ThreadAnswer } from '../../threads/answer.js';
import { decodeBitmap } from './bitmap.js';
import { decodeHeif } from './heif.js';
import type { Decoded, DecodeJob, DecodingSettings } from './jobs.js';
import { type LoadedLibheif, loadLibheif } from './libheif.js';
import { decodePhotoshop } from './photoshop.js';

const settings = workerData as DecodingSettings;
/** A thread that once needed more than this gives it back by ending. */
const spentMemoryBytes = settings.maxMemoryBytes / 4;

let loaded: LoadedLibheif | undefined;

giveWay();

parentPort?.on('message', (job: DecodeJob) => {
  const answered = answer(job);
  parentPort?.postMessage(answered, answered.ok ? [answered.result.bytes.buffer] : []);
});

function answer(job: DecodeJob): ThreadAnswer<Decoded> {
  try {
    return { ok: true, result: decode(job), report: report(false) };
  } catch (error) {
    const { code, message } = loaded?.wasShortOfMemory() ? outOfMemory() : toFailure(error);
    return { ok: false, code, message, report: report(!(error instanceof ContentError)) };
  }
}

function decode(job: DecodeJob): Decoded {
  switch (job.format) {
    case 'heif':
      loaded ??= loadLibheif(settings.maxMemoryBytes);
      return decodeHeif(loaded.libheif, job.path, job.edge);
    case 'photoshop':
      return decodePhotoshop(job.path, settings.maxMemoryBytes);
    case 'bitmap':
      return decodeBitmap(job.path, job, job.edge, settings.maxMemoryBytes);
  }
}

function report(broken: boolean): ThreadAnswer<Decoded>['report'] {
  const memoryBytes = loaded?.memoryBytes() ?? 0;
  const spent = broken || memoryBytes > spentMemoryBytes || loaded?.wasShortOfMemory() === true;
  return { memoryBytes, opened: true, spent };
}

function outOfMemory(): ContentError {
  const limit = Math.round(settings.maxMemoryBytes / 1024 ** 2);
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', `The picture needs more than ${limit} MiB of memory to be drawn`);
}

/** What is no ContentError comes from the decoder itself: it ran into its own checks. */
function toFailure(error: unknown): ContentError {
  if (error instanceof ContentError) return error;
  return new ContentError('PROVIDER_ERROR', 'The picture is damaged in a way that stops it from being drawn', { cause: error });
}
