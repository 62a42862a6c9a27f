import { ContentError } from '../../errors.js';
import type { ImageFormat } from '../../rendition.js';
import { encode } from '../image/encode.js';
import { sharp } from '../image/sharp.js';
import type { DocumentRenderer, RenderedImage, SourceFile } from '../renderer.js';
import { type PoolStats, ThreadPool } from '../threads/pool.js';
import type { Bitmap } from './document.js';
import { documentsKeptOpen, type PdfJob, type PdfResults } from './jobs.js';
import type { PdfSettings } from './settings.js';

export { type PdfSettings, pdfSettings } from './settings.js';

export interface PdfRenderer extends DocumentRenderer {
  stats(): PoolStats;
}

/** Draws PDF with PDFium, in threads of its own; encoding runs in libvips' threads. */
export function createPdfRenderer(settings: PdfSettings): PdfRenderer {
  const program = { url: new URL('./worker.js', import.meta.url), settings, filesKeptOpen: documentsKeptOpen };
  const pool = new ThreadPool<PdfJob, PdfResults[PdfJob['kind']]>(program, settings, {
    crashed: 'The PDF stopped the program that draws it',
    slow: 'The PDF takes too long to read or draw',
  });

  async function run<Kind extends PdfJob['kind']>(
    source: SourceFile,
    job: PdfJob & { readonly kind: Kind },
    signal: AbortSignal,
  ): Promise<PdfResults[Kind]> {
    assertSize(source, settings.maxFileBytes);
    return (await pool.run(job, signal)) as PdfResults[Kind];
  }

  return {
    name: 'pdf',
    contentTypes: ['application/pdf'],
    queue: 'document',
    facts: async (source, signal) => ({ ...(await run(source, { kind: 'facts', path: source.path }, signal)), vector: true }),
    thumbnail: async (source, { size, format }, signal) =>
      toImage(await run(source, { kind: 'thumbnail', path: source.path, size }, signal), format, signal),
    page: async (source, { page, width, format }, signal) =>
      toImage(await run(source, { kind: 'page', path: source.path, page, width }, signal), format, signal),
    text: (source, maxChars, signal) => run(source, { kind: 'text', path: source.path, maxChars }, signal),
    stats: () => pool.stats(),
    close: () => pool.close(),
  };
}

function assertSize({ sizeBytes }: SourceFile, maxFileBytes: number): void {
  if (sizeBytes <= maxFileBytes) return;
  const [size, limit] = [sizeBytes, maxFileBytes].map((bytes) => Math.ceil(bytes / 1024 ** 2));
  throw new ContentError('UNSUPPORTED_MEDIA_TYPE', `The PDF has ${size} MiB, and only those up to ${limit} MiB are drawn`);
}

/** A picture is bounded in size, so that its encoding needs no deadline of its own. */
async function toImage({ pixels, width, height }: Bitmap, format: ImageFormat, signal: AbortSignal): Promise<RenderedImage> {
  signal.throwIfAborted();
  const bytes = await encode(sharp(pixels, { raw: { width, height, channels: 3 } }), format).toBuffer();
  return { format, width, height, bytes };
}
