import type { Conversion } from '../converted/conversion.js';
import { readText } from '../text/read-text.js';
import { ThreadPool } from '../threads/pool.js';
import type { TypesetJob, TypesetResults, TypesetWorkerSettings } from './jobs.js';
import { textTypes } from './readers/text-paper.js';

/** Sets on pages what is no document: text, code and tables as they are read, in threads of its own. */
export function createTypesetConversion(settings: TypesetWorkerSettings): Conversion {
  const program = { url: new URL('./worker.js', import.meta.url), settings, filesKeptOpen: 1 };
  const pool = new ThreadPool<TypesetJob, TypesetResults[TypesetJob['kind']]>(program, settings, {
    crashed: 'The file stopped the program that sets it on pages',
    slow: 'The file takes too long to be set on pages',
  });
  const run = async <Kind extends TypesetJob['kind']>(job: TypesetJob & { readonly kind: Kind }, signal: AbortSignal) =>
    (await pool.run(job, signal)) as TypesetResults[Kind extends 'pages' ? 'pages' : 'text'];
  return {
    name: 'typeset',
    contentTypes: [...textTypes],
    queue: 'document',
    judgement: '',
    convert: ({ path, contentType, sizeBytes }, pdfPath, signal) =>
      run({ kind: 'pages', path, contentType, sizeBytes, pdfPath }, signal),
    text: ({ path }, maxChars, signal) => readText(path, maxChars, signal),
    stats: () => pool.stats(),
    close: () => pool.close(),
  };
}
