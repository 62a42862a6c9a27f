import { ContentError } from '../../errors.js';
import type { DocumentRenderer, SourceFile } from '../renderer.js';
import type { Conversion } from './conversion.js';
import type { ConvertedFiles, HeldPdf, PdfRequest } from './converted-files.js';

/** Draws, measures and reads what a conversion makes a PDF of. `pdf` draws the PDFs and is closed by its owner. */
export function createConvertedRenderer(conversion: Conversion, pdf: DocumentRenderer, files: ConvertedFiles): DocumentRenderer {
  async function fromPdf<T>(request: PdfRequest, signal: AbortSignal, draw: (held: HeldPdf) => Promise<T>): Promise<T> {
    const held = await files.hold(request, signal);
    try {
      return await draw(held);
    } finally {
      held.release();
    }
  }

  const all = (source: SourceFile): PdfRequest => ({ conversion, source, pages: 'all' });
  const first = (source: SourceFile): PdfRequest =>
    conversion.makesFirstPageSooner?.(source) ? { conversion, source, pages: 'first' } : all(source);

  /** Pages that the PDF does not hold are of two kinds: not drawn, and not there. */
  async function assertPage(page: number, { file, pageCount }: HeldPdf, signal: AbortSignal): Promise<void> {
    if (pageCount === null) return;
    const { pageCount: drawn } = await pdf.facts(file, signal);
    if (page > pageCount) throw new ContentError('NOT_FOUND', `Page ${page} does not exist: the document has ${pageCount} pages`);
    if (page > (drawn ?? 0))
      throw new ContentError('UNSUPPORTED_MEDIA_TYPE', `Only the first ${drawn} of ${pageCount} pages are drawn`);
  }

  return {
    name: conversion.name,
    contentTypes: conversion.contentTypes,
    queue: conversion.queue,
    judgement: conversion.judgement,
    facts: (source, signal) =>
      fromPdf(first(source), signal, async ({ file, pageCount }) => {
        const facts = await pdf.facts(file, signal);
        return { ...facts, pageCount: pageCount ?? facts.pageCount };
      }),
    thumbnail: (source, spec, signal) => fromPdf(first(source), signal, ({ file }) => pdf.thumbnail(file, spec, signal)),
    page: (source, spec, signal) =>
      fromPdf(spec.page === 1 ? first(source) : all(source), signal, async (held) => {
        await assertPage(spec.page, held, signal);
        return pdf.page(held.file, spec, signal);
      }),
    text: (source, maxChars, signal) =>
      conversion.text
        ? conversion.text(source, maxChars, signal)
        : fromPdf(all(source), signal, ({ file }) => pdf.text(file, maxChars, signal)),
    stats: () => ({ ...files.stats(conversion), ...conversion.stats?.() }),
    close: async () => {
      await conversion.close();
      await files.settle();
    },
  };
}
