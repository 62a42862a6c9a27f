import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { ContentError } from '../../errors.js';
import { giveWay } from '../../lib/give-way.js';
import { fitInside, fitWidth } from '../fit.js';
import type { ThreadReport } from '../threads/answer.js';
import { Disk } from './disk.js';
import { PdfDocument } from './document.js';
import { documentsKeptOpen, type PdfAnswer, type PdfJob, type PdfResults } from './jobs.js';
import { loadPdfium } from './pdfium.js';
import type { PdfSettings } from './settings.js';

const settings = workerData as PdfSettings;
/** A worker that once needed more than this gives it back by ending. */
const spentMemoryBytes = settings.maxMemoryBytes / 2;
const documentsPerWorker = 500;

giveWay();
const disk = new Disk(settings.fontFolder);
const { pdfium, wasShortOfMemory } = await loadPdfium(disk, settings.maxMemoryBytes);
const documents = new LRUCache<string, PdfDocument>({ max: documentsKeptOpen, dispose: (document) => document.close() });
let openedCount = 0;

parentPort?.on('message', (job: PdfJob) => {
  const answer = run(job);
  const pixels = answer.ok && typeof answer.result === 'object' && 'pixels' in answer.result ? [answer.result.pixels.buffer] : [];
  parentPort?.postMessage(answer, pixels);
});

function run(job: PdfJob): PdfAnswer {
  const openedBefore = openedCount;
  const report = (broken: boolean): ThreadReport => ({
    memoryBytes: pdfium.memory.buffer.byteLength,
    opened: openedCount > openedBefore,
    spent: broken || isSpent(),
  });
  try {
    const result = resultOf(job);
    if (wasShortOfMemory()) throw outOfMemory();
    return { ok: true, result, report: report(false) };
  } catch (error) {
    const { code, message } = wasShortOfMemory() ? outOfMemory() : toFailure(error);
    return { ok: false, code, message, report: report(!(error instanceof ContentError)) };
  }
}

function resultOf(job: PdfJob): PdfResults[PdfJob['kind']] {
  const document = open(job.path);
  switch (job.kind) {
    case 'facts':
      return { ...document.pageSize(1), pageCount: document.pageCount };
    case 'thumbnail':
      return document.draw(1, fitInside({ ...document.pageSize(1), vector: true }, job.size));
    case 'page':
      return document.draw(job.page, fitWidth({ ...document.pageSize(job.page), vector: true }, job.width));
    case 'text':
      return document.text(job.maxChars);
  }
}

function open(path: string): PdfDocument {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new ContentError('NOT_FOUND', 'The file is no longer there');
  const key = `${path}\0${stats.size}\0${stats.mtimeMs}`;
  const known = documents.get(key);
  if (known) return known;
  const document = PdfDocument.open(pdfium, disk, path);
  openedCount += 1;
  documents.set(key, document);
  return document;
}

/** What is no ContentError comes from PDFium itself: it ran into its own checks, or out of stack. */
function toFailure(error: unknown): ContentError {
  if (error instanceof ContentError) return error;
  return new ContentError('PROVIDER_ERROR', 'The PDF is damaged in a way that stops it from being drawn', { cause: error });
}

function outOfMemory(): ContentError {
  const limit = Math.round(settings.maxMemoryBytes / 1024 ** 2);
  return new ContentError('UNSUPPORTED_MEDIA_TYPE', `The PDF needs more than ${limit} MiB of memory to be drawn`);
}

function isSpent(): boolean {
  return wasShortOfMemory() || pdfium.memory.buffer.byteLength > spentMemoryBytes || openedCount >= documentsPerWorker;
}
