import type { DocumentRenderer, SourceFile } from '../renderer.js';
import type { Conversion } from './conversion.js';
import type { ConvertedFiles } from './converted-files.js';

/** Draws, measures and reads what a conversion makes a PDF of. `pdf` draws the PDFs and is closed by its owner. */
export function createConvertedRenderer(conversion: Conversion, pdf: DocumentRenderer, files: ConvertedFiles): DocumentRenderer {
  async function fromPdf<T>(source: SourceFile, signal: AbortSignal, draw: (file: SourceFile) => Promise<T>): Promise<T> {
    const held = await files.hold(conversion, source, signal);
    try {
      return await draw(held.file);
    } finally {
      held.release();
    }
  }

  return {
    name: conversion.name,
    contentTypes: conversion.contentTypes,
    queue: conversion.queue,
    judgement: conversion.judgement,
    facts: (source, signal) => fromPdf(source, signal, (file) => pdf.facts(file, signal)),
    thumbnail: (source, spec, signal) => fromPdf(source, signal, (file) => pdf.thumbnail(file, spec, signal)),
    page: (source, spec, signal) => fromPdf(source, signal, (file) => pdf.page(file, spec, signal)),
    text: (source, maxChars, signal) =>
      conversion.text
        ? conversion.text(source, maxChars, signal)
        : fromPdf(source, signal, (file) => pdf.text(file, maxChars, signal)),
    stats: () => ({ ...files.stats(conversion), ...conversion.stats?.() }),
    close: () => conversion.close(),
  };
}
