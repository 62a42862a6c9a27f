import { parentPort, workerData } from 'node:worker_threads';
import { ContentError } from '../../errors.js';
import { cutAtCharacter } from '../../lib/cut-at-character.js';
import { giveWay } from '../../lib/give-way.js';
import type { ThreadAnswer, ThreadReport } from '../threads/answer.js';
import type { TypesetJob, TypesetResults, TypesetWorkerSettings } from './jobs.js';
import { readPaper, readWords } from './readers/read-paper.js';
import { Faces } from './setting/faces.js';
import { setPaper } from './setting/set-paper.js';

type Result = TypesetResults[TypesetJob['kind']];

const settings = workerData as TypesetWorkerSettings;
const faces = new Faces(settings.fontFolder);
/** A thread that holds more after a job gives it back by ending. */
const spentMemoryBytes = 128 * 1024 ** 2;

giveWay();
parentPort?.on('message', async (job: TypesetJob) => {
  parentPort?.postMessage(await answer(job));
});

async function answer(job: TypesetJob): Promise<ThreadAnswer<Result>> {
  try {
    return { ok: true, result: await resultOf(job), report: report() };
  } catch (error) {
    const { code, message } = toFailure(error);
    return { ok: false, code, message, report: report() };
  }
}

async function resultOf(job: TypesetJob): Promise<Result> {
  if (job.kind === 'text') return cutAtCharacter(await readWords(job, settings), job.maxChars);
  return setPaper(await readPaper(job, settings), job.pdfPath, faces, settings.maxPages);
}

/** No parser here outlives its file, so none spoils the thread for the next one. */
function report(): ThreadReport {
  const { heapUsed, external } = process.memoryUsage();
  return { memoryBytes: heapUsed + external, opened: true, spent: heapUsed + external > spentMemoryBytes };
}

/** What is no ContentError comes from a parser: the file is not what it says it is. */
function toFailure(error: unknown): ContentError {
  if (error instanceof ContentError) return error;
  return new ContentError('PROVIDER_ERROR', 'The file is damaged in a way that stops it from being read', { cause: error });
}
